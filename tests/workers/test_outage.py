"""The database goes away under working workers, and comes back."""

import os
import time
from pathlib import Path

from sweep import epochs_run, prepare, spawn

from arcsweep.paths import Paths
from arcsweep.storage.control import start, stop


def test_an_outage_pauses_workers_and_fails_nothing(tmp_path: Path) -> None:
    paths = Paths(tmp_path, "toy", tmp_path / "data", tmp_path / "c.npy")
    url = start(paths, os.getpid()).url()
    prepare(url, 12)
    checkpoints = tmp_path / "ck"
    # The outage is longer than a lease: silence of the database proves no worker dead.
    workers = [spawn(url, checkpoints, epoch_s=0.2, lease_s=3.0) for _ in range(2)]
    log = Path(f"{checkpoints}.log")
    deadline = time.monotonic() + 30
    while not log.exists() or len(epochs_run(checkpoints)) < 6:
        assert time.monotonic() < deadline, "the workers did not start"
        time.sleep(0.1)
    stop(paths)
    time.sleep(5)
    assert [worker.poll() for worker in workers] == [None, None], "workers wait"
    assert start(paths, os.getpid()).url() == url
    assert [worker.wait(90) for worker in workers] == [0, 0]
    states = [trial.state.name for trial in prepare(url, 12).study.get_trials(deepcopy=False)]
    assert len(states) == 12 and set(states) <= {"COMPLETE", "PRUNED"}
    assert set(epochs_run(checkpoints).values()) == {1}, "no epoch was computed twice"
    stop(paths)
