"""What a process knows of the batch job it runs in, and when it has to leave.

The only module that reads the scheduler's environment (``SLURM_*``) and that handles signals.
Outside a batch job everything here still works: no job, no end, signals from a terminal.
"""

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any, Self

from arcsweep.errors import ArcsweepError

QUERY_TIMEOUT_S = 20.0

STOP_SIGNALS = (
    signal.SIGTERM,  # scancel, preemption, requeue, a node going down, walltime reached
    signal.SIGUSR1,  # the warning before walltime that users ask for with sbatch --signal
    signal.SIGURG,  # the same through Snakemake, whose own processes would die of SIGUSR1
    signal.SIGINT,  # Ctrl-C
    signal.SIGHUP,  # a lost login session
)


@dataclass(frozen=True)
class Job:
    """A Slurm job as one of its processes sees it.

    job_id: as ``sacct`` prints it, ``17`` or, for an array's task, ``17_3``.
    number: the plain number that every Slurm command accepts for exactly this job.
    node: name of the compute node, empty when the environment does not tell.
    partition: likewise.
    ends_at: Unix time at which walltime ends, in seconds; None when unknown or unlimited.
    gpus: the devices this job may use, as CUDA_VISIBLE_DEVICES lists them.
    restarts: how often Slurm has requeued the job, as far as the environment tells.
    """

    job_id: str
    number: str
    node: str = ""
    partition: str = ""
    ends_at: float | None = None
    gpus: tuple[str, ...] = ()
    restarts: int = 0


def current_job(environment: Mapping[str, str] | None = None) -> Job | None:
    """The job this process runs in, from the environment alone; None outside of one.

    Snakemake's job step removes most of Slurm's variables, so anything but the ids may be
    missing, and Slurm itself tells the end only in newer versions: see :func:`query_end`.
    """
    env = os.environ if environment is None else environment
    number = env.get("SLURM_JOB_ID", "")
    if not number:
        return None
    array, task = env.get("SLURM_ARRAY_JOB_ID"), env.get("SLURM_ARRAY_TASK_ID")
    end = env.get("SLURM_JOB_END_TIME", "")
    restarts = env.get("SLURM_RESTART_COUNT", "")
    devices = env.get("CUDA_VISIBLE_DEVICES", "")
    return Job(
        job_id=f"{array}_{task}" if array and task else number,
        number=number,
        node=env.get("SLURMD_NODENAME", ""),
        partition=env.get("SLURM_JOB_PARTITION", ""),
        ends_at=float(end) if end.isdigit() else None,
        gpus=tuple(name.strip() for name in devices.split(",") if name.strip()),
        restarts=int(restarts) if restarts.isdigit() else 0,
    )


def query_end(job: Job) -> float | None:
    """Unix time at which ``job`` reaches its walltime, asked of Slurm when not known already.

    None when there is no limit or Slurm does not answer within QUERY_TIMEOUT_S; a worker then
    learns of its end by SIGTERM alone.
    """
    if job.ends_at is not None:
        return job.ends_at
    # Time left, not the end itself: nodes and controller may disagree on the time zone.
    command = ["squeue", "--noheader", f"--jobs={job.number}", "--format=%L"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=QUERY_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    left_s = parse_duration_s(answer.stdout.strip())
    return None if left_s is None else time.time() + left_s


def parse_duration_s(text: str) -> int | None:
    """Seconds of a Slurm duration, ``[days-][hours:]minutes:seconds``; None for UNLIMITED etc."""
    match = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)", text)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(group or 0) for group in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def address_towards_nodes() -> str:
    """The address of this host from which a packet to a compute node would leave.

    It is the one that the nodes reach. Raises ArcsweepError when Slurm names no node that this
    host can route to.
    """
    remedy = "set ARCSWEEP_DATABASE_LISTEN to an address of this host that the nodes reach"
    command = ["sinfo", "--noheader", "--Node", "--format=%o"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=QUERY_TIMEOUT_S, check=True
        )
    except FileNotFoundError:
        raise ArcsweepError(
            "workers.launcher is slurm, but this host has no Slurm (no sinfo on the PATH); start on"
            " a host that submits jobs, load its module, or use profiles/local"
        ) from None
    except (OSError, subprocess.SubprocessError) as error:
        raise ArcsweepError(f"sinfo cannot name the compute nodes ({error}); {remedy}") from error
    for node in dict.fromkeys(answer.stdout.split()):
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                probe.connect((node, 9))  # UDP: finds the route, sends nothing
                return str(probe.getsockname()[0])
        except OSError:
            continue
    raise ArcsweepError(f"no compute node that sinfo names can be reached from here; {remedy}")


class StopSignals:
    """Tells a loop that it has to leave soon; poll :meth:`reason` wherever leaving is cheap.

    Catches signals from its construction until :meth:`close`, or as a context manager. Make it
    in the main thread, as Python requires (ValueError elsewhere); poll it from any thread.

    ends_at: Unix time of the walltime's end, or None. Compared with the clock once, here: walltime
        is a span of time, which setting this host's clock later does not change.
    margin_s: seconds before ``ends_at`` at which it asks to stop; what saving may take.
    monotonic: seconds of a clock that is never set.
    """

    def __init__(
        self,
        ends_at: float | None = None,
        margin_s: float = 60.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._deadline = None if ends_at is None else monotonic() + ends_at - time.time()
        self._margin_s = margin_s
        self._received: signal.Signals | None = None
        self._previous: dict[signal.Signals, Any] = {
            number: signal.signal(number, self._receive)
            for number in STOP_SIGNALS
            # Under nohup a lost login session is no reason to stop.
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Have signals handled as before; repeatable."""
        while self._previous:
            number, handler = self._previous.popitem()
            signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        # Keep the first: Slurm repeats SIGTERM, and its reason is in the records already.
        if self._received is None:
            self._received = signal.Signals(number)

    def reason(self) -> str | None:
        """Why to stop, in words for a log; None while there is no need to."""
        if self._received is not None:
            return f"received {self._received.name}"
        left_s = self.seconds_left()
        if left_s is not None and left_s <= 0:
            return f"walltime ends in {max(0.0, left_s + self._margin_s):.0f} s"
        return None

    def seconds_left(self) -> float | None:
        """Seconds until it will ask to stop because of walltime, negative after; None if never."""
        if self._deadline is None:
            return None
        return self._deadline - self._margin_s - self._monotonic()
