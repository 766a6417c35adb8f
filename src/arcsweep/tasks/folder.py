"""The data folder: one ARC JSON file a task, named by its id."""

from pathlib import Path

from arcsweep.errors import InputError


def task_file(data_dir: Path, task_id: str) -> Path:
    """The file of ``task_id``."""
    return data_dir / f"{task_id}.json"


def task_files(data_dir: Path) -> list[Path]:
    """All task files in ``data_dir``, sorted by id; hidden files and subfolders' files are none.

    Raises InputError when ``data_dir`` is no readable folder.
    """
    try:
        paths = [path for path in data_dir.iterdir() if path.suffix == ".json"]
    except OSError as error:
        raise InputError(
            f"tasks.data_dir must be a folder of ARC JSON files, {data_dir} cannot be read "
            f"({error.strerror}); run `arcsweep tasks`, or correct tasks.data_dir"
        ) from error
    return sorted(path for path in paths if not path.name.startswith("."))
