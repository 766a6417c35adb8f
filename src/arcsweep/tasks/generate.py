"""Generates the data folder of all RE-ARC tasks."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from arcsweep.config.tasks import TasksConfig
from arcsweep.errors import InputError
from arcsweep.tasks import rearc
from arcsweep.tasks.arc_json import write_task
from arcsweep.tasks.folder import task_file, task_files
from arcsweep.tasks.gc_pause import gc_paused
from arcsweep.tasks.lock import file_lock
from arcsweep.tasks.manifest import (
    Manifest,
    TaskEntry,
    hash_content,
    read_manifest,
    write_manifest,
)
from arcsweep.tasks.progress import progress

JOURNAL_NAME = ".generation.json"
"""A manifest of the tasks generated so far; it also marks the folder as ours to overwrite."""

JOURNAL_INTERVAL_S = 1.0


def generate_tasks(
    settings: TasksConfig,
    data_dir: Path,
    *,
    n_processes: int,
    task_ids: Sequence[str] | None = None,
) -> Manifest:
    """Fill ``data_dir`` with one ARC JSON file a task (default: all 400) and return its manifest.

    The files depend on ``settings`` and package versions alone, not on ``n_processes``. Files that
    an earlier run of the same settings left are kept when its journal proves them; those of other
    settings are replaced.
    Raises InputError when the folder holds JSON files that are not ours, when a task cannot give
    enough examples, and when a process of the pool dies.
    """
    ids = tuple(task_ids or rearc.task_ids())
    origin = _origin(settings)
    with file_lock(data_dir / ".lock"):
        journal = data_dir / JOURNAL_NAME
        _refuse_foreign_files(data_dir, journal)
        _remove_leftovers(data_dir)
        entries = _proven_entries(data_dir, journal, origin, ids)
        missing = [task_id for task_id in ids if task_id not in entries]
        if missing:
            made = _generate(missing, origin, data_dir, n_processes)
            _record(made, entries, origin, journal, n_tasks=len(ids))
    return origin.with_tasks(entries)


def _origin(settings: TasksConfig) -> Manifest:
    return Manifest(
        source="rearc",
        packages=rearc.packages(),
        seed=settings.seed,
        difficulty=(settings.difficulty_low, settings.difficulty_high),
        examples_per_task=settings.examples_per_task,
    )


def _refuse_foreign_files(data_dir: Path, journal: Path) -> None:
    """A user's own files must never be overwritten because tasks.source was left at rearc."""
    known = set(rearc.task_ids()) if journal.exists() else set()
    foreign = [path.name for path in task_files(data_dir) if path.stem not in known]
    if foreign:
        more = f" and {len(foreign) - 3} more" if len(foreign) > 3 else ""
        raise InputError(
            f"tasks.data_dir {data_dir} must hold no JSON files but those that arcsweep generated, "
            f"got {', '.join(foreign[:3])}{more}; set tasks.source to files to use your own tasks, "
            "or point tasks.data_dir at another folder"
        )


def _remove_leftovers(data_dir: Path) -> None:
    """Temporary siblings of task files whose writer was killed."""
    for path in data_dir.glob(".*.json.*.tmp"):
        path.unlink(missing_ok=True)


def _proven_entries(
    data_dir: Path, journal: Path, origin: Manifest, ids: Iterable[str]
) -> dict[str, TaskEntry]:
    """Tasks of ``ids`` whose files are byte for byte what a run of the same origin wrote."""
    try:
        earlier = read_manifest(journal)
    except InputError:
        return {}
    if not earlier.has_origin_of(origin):
        return {}
    return {
        task_id: earlier.tasks[task_id]
        for task_id in ids
        if task_id in earlier.tasks
        and _hash_of(task_file(data_dir, task_id)) == earlier.tasks[task_id].sha256
    }


def _hash_of(path: Path) -> str | None:
    try:
        return hash_content(path.read_bytes())
    except OSError:
        return None


def _record(
    made: Iterable[tuple[str, TaskEntry]],
    entries: dict[str, TaskEntry],
    origin: Manifest,
    journal: Path,
    *,
    n_tasks: int,
) -> None:
    """Add what is ``made`` to ``entries``, and keep the journal up with them."""
    written = time.monotonic()
    write_manifest(journal, origin.with_tasks(entries))
    try:
        with progress("generating tasks", n_tasks, done=len(entries)) as advance:
            for task_id, entry in made:
                entries[task_id] = entry
                advance()
                if time.monotonic() - written >= JOURNAL_INTERVAL_S:
                    write_manifest(journal, origin.with_tasks(entries))
                    written = time.monotonic()
    finally:
        write_manifest(journal, origin.with_tasks(entries))


def _generate(
    ids: Sequence[str], origin: Manifest, data_dir: Path, n_processes: int
) -> Iterator[tuple[str, TaskEntry]]:
    if n_processes == 1:
        yield from (_generate_one(task_id, origin, data_dir) for task_id in ids)
        return
    # Not fork: it copies the threads' locks of the parent, held or not.
    pool = ProcessPoolExecutor(
        min(n_processes, len(ids)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
    )
    try:
        futures = [pool.submit(_generate_one, task_id, origin, data_dir) for task_id in ids]
        for future in as_completed(futures):
            yield future.result()
    except BrokenProcessPool as error:
        raise InputError(
            f"a process that generates tasks in {data_dir} was killed, perhaps for lack of memory; "
            "run `arcsweep tasks` again with fewer --processes, what is done is kept"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@gc_paused()
def _generate_one(task_id: str, origin: Manifest, data_dir: Path) -> tuple[str, TaskEntry]:
    """Draw a task's examples and write its file."""
    if origin.seed is None or origin.difficulty is None or origin.examples_per_task is None:
        raise TypeError("only generated data have an origin to generate from")
    drawn = rearc.draw_examples(
        rearc.program(task_id),
        seed=origin.seed,
        difficulty=origin.difficulty,
        count=origin.examples_per_task,
    )
    content = write_task(task_file(data_dir, task_id), drawn.examples)
    return task_id, TaskEntry(
        examples=len(drawn.examples), rejected=drawn.rejected, sha256=hash_content(content)
    )


def _start_worker() -> None:
    """Let a pool's process end in silence with Ctrl-C, and with its parent however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
