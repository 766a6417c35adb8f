"""The process that owns the embedded server: ``python -m arcsweep.storage.supervisor``.

It starts PostgreSQL as its child, keeps the host's lease, starts the server again when it dies,
and stops it cleanly when it is told to or when nobody is left for whom it runs. It reads no
config and imports neither SQLAlchemy nor Optuna: it must start fast and hardly ever fail.
"""

import contextlib
import json
import logging
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from arcsweep.errors import StorageError
from arcsweep.storage.account import server_account
from arcsweep.storage.binaries import postgres_program
from arcsweep.storage.cluster import Cluster
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.host_lease import HostLease, LeaseLostError, LeaseTimes, read_lease
from arcsweep.storage.location import read_record, write_record
from arcsweep.storage.postmaster import Postmaster, stop_leftover
from arcsweep.storage.settings import DATABASE, USER, ServerSettings
from arcsweep.storage.watchers import forget_until_stopped, someone_watches

logger = logging.getLogger("arcsweep.storage.supervisor")

TICK_S = 0.5
LEFTOVER_TIMEOUT_S = 20.0
LONGEST_RESTART_PAUSE_S = 10.0


@dataclass(frozen=True)
class Orders:
    """What the starting process asks for.

    take_over: mark of another host's lease that was found dead; None when there was none.
    """

    settings: ServerSettings
    times: LeaseTimes
    take_over: str | None = None

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Orders":
        value: dict[str, Any] = json.loads(text)
        settings = ServerSettings(
            tuple(value["settings"]["listen"]),
            tuple(value["settings"]["networks"]),
            int(value["settings"]["max_connections"]),
        )
        return cls(settings, LeaseTimes(**value["times"]), value["take_over"])


class Supervisor:
    """Runs the server over ``folder`` until it is no longer needed."""

    def __init__(self, folder: DatabaseFolder, orders: Orders) -> None:
        self._folder = folder
        self._orders = orders
        account = server_account(folder.root, postgres_program("postgres"))
        account.admit(folder.root)
        self._lease = HostLease(folder, orders.times)
        self._cluster = Cluster(folder, account, self._lease.renew)
        self._postmaster = Postmaster(folder, account)
        self._told_to_stop = False
        self._wakeup = _signal_pipe(self._on_stop_signal)

    def run(self, on_ready: Callable[[], None]) -> None:
        """Start the server, call ``on_ready``, and return when it has stopped.

        Raises StorageError when it cannot be started; nothing is left running then.
        """
        self._refuse_living_holder()
        try:
            self._lease.show("starting")
            self._folder.stop_request.unlink(missing_ok=True)
            self._clear_the_ground()
            self._cluster.ensure()
            self._start_server_after_others()
            on_ready()
            self._watch()
        except LeaseLostError:
            self._postmaster.abandon()
            raise
        finally:
            self._stop_server()

    def _refuse_living_holder(self) -> None:
        held = read_lease(self._folder)
        if held is None:
            return
        if held.is_local and held.process.alive():
            raise StorageError(f"process {held.process.pid} already runs {self._folder.root}")
        if not held.is_local and held.mark != self._orders.take_over:
            raise StorageError(
                f"host {held.host} runs the database in {self._folder.root} after all; start the "
                "workflow there, or stop it first with `arcsweep db stop`"
            )

    def _clear_the_ground(self) -> None:
        if self._orders.take_over is None:
            stop_leftover(self._folder.data)
        elif self._folder.data.exists():
            kept = self._cluster.take_over(f"left-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}")
            logger.warning("taken over from another host; its data directory is kept as %s", kept)

    def _start_server(self) -> None:
        settings = self._orders.settings
        port = self._usable_port()
        self._cluster.write_settings(settings, port)
        write_record(self._folder, settings.advertised_host, port, DATABASE, USER)
        self._postmaster.start(self._lease.renew)
        self._lease.show("ready")
        logger.info("PostgreSQL runs on %s port %d", ",".join(settings.listen), port)

    def _start_server_after_others(self) -> None:
        """Start the server, once the children of a killed one have ended their last statement."""
        deadline = time.monotonic() + LEFTOVER_TIMEOUT_S
        while True:
            try:
                return self._start_server()
            except StorageError as error:
                if "shared memory block" not in str(error) or time.monotonic() > deadline:
                    raise
            self._sleep(0.2)

    def _usable_port(self) -> int:
        """The port of the last start, or another one when a stranger has it by now."""
        try:
            wanted = read_record(self._folder).port
        except StorageError:
            wanted = 0
        listen = self._orders.settings.listen
        return wanted if wanted and _is_free(listen, wanted) else _free_port(listen)

    def _watch(self) -> None:
        while True:
            self._sleep(TICK_S)
            if self._told_to_stop or self._folder.stop_request.exists():
                return
            try:
                self._lease.renew()
                if not self._postmaster.running():
                    self._restart_server()
            except LeaseLostError as error:
                self._recover_lease(error)
            if not someone_watches(self._folder) and self._stop_unless_needed():
                return

    def _stop_unless_needed(self) -> bool:
        # Under the lock, so that no start finds the server running while it is about to stop.
        with self._folder.try_locked() as locked:
            if not locked or someone_watches(self._folder):
                return False
            self._stop_server()
            return True

    def _recover_lease(self, error: LeaseLostError) -> None:
        """Stop the server at once; go on only if no other host took over meanwhile."""
        logger.warning("the lease on %s was lost: %s", self._folder.root, error)
        self._postmaster.abandon()
        self._lease.touch()
        # A start on another host that was about to take over does so now, or sees us alive.
        time.sleep(self._orders.times.beat_s)
        self._lease.touch()

    def _restart_server(self) -> None:
        logger.warning("PostgreSQL is not running; starting it again")
        pause_s = 0.5
        while not self._may_stop():
            try:
                self._lease.show("starting")
                self._start_server()
                return
            except LeaseLostError:
                raise
            except (StorageError, OSError) as error:
                # A full disk, say: it may be mended any time.
                logger.error("PostgreSQL does not start again yet: %s", error)
            self._sleep(pause_s)
            self._lease.renew()
            pause_s = min(pause_s * 2, LONGEST_RESTART_PAUSE_S)

    def _may_stop(self) -> bool:
        return (
            self._told_to_stop
            or self._folder.stop_request.exists()
            or not someone_watches(self._folder)
        )

    def _stop_server(self) -> None:
        """Stop the server and let go of the folder; safe to repeat."""
        holder = False
        with contextlib.suppress(OSError, StorageError):
            holder = self._lease.held()
            if holder:
                self._lease.show("stopping")
        self._postmaster.stop(self._renew_if_possible)
        if holder:
            # A later start for one workflow must not find an order to run for ever.
            forget_until_stopped(self._folder)
            self._folder.stop_request.unlink(missing_ok=True)
            self._lease.give_up()

    def _renew_if_possible(self) -> None:
        try:
            self._lease.renew()
        except LeaseLostError:
            self._postmaster.abandon()

    def _sleep(self, seconds: float) -> None:
        """Sleep, but wake at once for a signal or the server's death."""
        if select.select([self._wakeup], [], [], seconds)[0]:
            os.read(self._wakeup, 4096)

    def _on_stop_signal(self, signal_number: int, _frame: object) -> None:
        self._told_to_stop = self._told_to_stop or signal_number != signal.SIGCHLD


def _signal_pipe(handler: Callable[[int, object], None]) -> int:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, handler)
    # A terminal that closes is no reason to stop: the watched process decides.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return reader


def _is_free(listen: tuple[str, ...], port: int) -> bool:
    for address in listen:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As PostgreSQL does, or a port would stay taken for a minute after every stop.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


def _free_port(listen: tuple[str, ...]) -> int:
    family = socket.AF_INET6 if ":" in listen[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((listen[0], 0))
        except OSError as error:
            raise StorageError(
                f"{listen[0]} is no address of this host ({error.strerror}); set "
                "ARCSWEEP_DATABASE_LISTEN to one that `hostname -I` lists"
            ) from error
        return int(probe.getsockname()[1])


def main(arguments: list[str]) -> int:
    """``FOLDER ORDERS REPORT_FD``: report readiness or an error on that descriptor, then work."""
    folder = DatabaseFolder(Path(arguments[0]))
    orders = Orders.from_json(arguments[1])
    report_to = os.fdopen(int(arguments[2]), "w")
    os.chdir("/")
    os.umask(0o077)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")

    def report(outcome: str) -> None:
        # The starting process may be gone by now; that changes nothing here.
        with contextlib.suppress(OSError):
            if not report_to.closed:
                report_to.write(outcome)
                report_to.close()

    try:
        supervisor = Supervisor(folder, orders)
        supervisor.run(lambda: report("ready"))
    except (StorageError, OSError) as error:
        logger.error("%s", error)
        report(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
