"""A cache is made by one of the processes that ask at the same time."""

import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from arcsweep.tasks.cache import cached

N_PROCESSES = 4
CONTENT = b"made"


def ask(folder: Path) -> bytes:
    def make() -> bytes:
        with (folder / "made").open("a") as note:
            note.write("once\n")
        time.sleep(0.3)  # the others ask meanwhile
        return CONTENT

    (folder / f"ready-{multiprocessing.current_process().pid}").touch()
    while len(list(folder.glob("ready-*"))) < N_PROCESSES:
        time.sleep(0.01)
    return cached(folder / "cache.npy", len(CONTENT), make).tobytes()


def test_processes_that_ask_at_once_share_one_making(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(N_PROCESSES, context) as pool:
        assert list(pool.map(ask, [tmp_path] * N_PROCESSES)) == [CONTENT] * N_PROCESSES
    assert (tmp_path / "made").read_text() == "once\n"
