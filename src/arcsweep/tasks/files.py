"""A user's own ARC JSON files as task data."""

from pathlib import Path

from arcsweep.errors import InputError
from arcsweep.tasks.arc_json import decode_task, read_content
from arcsweep.tasks.folder import task_files
from arcsweep.tasks.manifest import Manifest, TaskEntry, hash_content
from arcsweep.tasks.progress import progress


def survey_files(data_dir: Path) -> Manifest:
    """Check every task file in ``data_dir`` and describe them all; writes nothing.

    Raises InputError when there is no file, or one is not as ARC has it.
    """
    paths = task_files(data_dir)
    if not paths:
        raise InputError(
            f"tasks.data_dir must hold at least one ARC JSON file, {data_dir} holds none; correct "
            "tasks.data_dir, or set tasks.source to rearc to generate tasks"
        )
    entries = {}
    with progress("checking tasks", len(paths)) as advance:
        for path in paths:
            entries[path.stem] = _entry(path)
            advance()
    return Manifest(source="files", tasks=entries)


def _entry(path: Path) -> TaskEntry:
    content = read_content(path)
    examples = decode_task(content, path)
    return TaskEntry(examples=len(examples), rejected=0, sha256=hash_content(content))
