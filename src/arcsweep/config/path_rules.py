"""Rules of the paths in a config: what is written stays in its folder, what is read may not."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from arcsweep.config.base import Key, Problem
from arcsweep.config.root import Config
from arcsweep.config.text import shown

_SHARED_FOLDERS = ("backups", "cache", "database", "visual_classifier")
"""Folders of outputs/ that belong to no study."""


def path_problems(config: Config) -> Iterator[Problem]:
    """Paths that would be written outside data/ and outputs/, or over something else.

    What is written may be deleted by a rerun, therefore the folders are fixed. A file of the
    user's own is only read and may lie anywhere.
    """
    tasks, split = config.tasks, config.split
    if tasks.source == "rearc":
        yield from _written(("tasks", "data_dir"), tasks.data_dir, "data")
    else:
        yield from _read(("tasks", "data_dir"), tasks.data_dir)
    yield from _centroids(split.centroids)
    yield from _read(("labels", "file"), config.labels.file)
    yield from _read(("split", "centroids_file"), split.centroids_file, ".npy")
    if config.study.name in _SHARED_FOLDERS:
        yield Problem(
            ("study", "name"),
            f"must not be {', '.join(_SHARED_FOLDERS)}, which are folders of outputs/ already, "
            f"got {shown(config.study.name)}; choose another name",
        )


def _centroids(text: str) -> Iterator[Problem]:
    key = ("split", "centroids")
    problems = list(_written(key, text, "outputs/visual_classifier"))
    yield from problems
    if not problems and PurePosixPath(text).suffix != ".npy":
        yield Problem(key, f"must end in .npy, got {shown(text)}; rename it")


def _written(key: Key, text: str, folder: str) -> Iterator[Problem]:
    path = PurePosixPath(text)
    if ".." in path.parts or path == PurePosixPath(folder) or not path.is_relative_to(folder):
        yield Problem(
            key,
            f"must lie below {folder}/ in the working folder, got {shown(text)}; "
            f"write {folder}/… (a symbolic link may lead elsewhere)",
        )
    elif not _ordinary(text):
        yield Problem(key, f"must not contain {{ }} * ? or \\, got {shown(text)}; rename it")


def _read(key: Key, text: str | None, suffix: str = "") -> Iterator[Problem]:
    if text is None:
        return
    if not text.strip():
        yield Problem(key, f"must be a path, got {shown(text)}; write it out")
    elif not _ordinary(text):
        yield Problem(key, f"must not contain {{ }} * ? or \\, got {shown(text)}; rename it")
    elif text.startswith("~"):
        yield Problem(key, f"must not begin with ~, got {shown(text)}; write the whole path")
    elif PurePosixPath(text).suffix != suffix and suffix:
        yield Problem(key, f"must end in {suffix}, got {shown(text)}; convert the file")


def _ordinary(text: str) -> bool:
    """Without what Snakemake would take for a wildcard and a terminal for a command."""
    return text.isprintable() and not any(mark in text for mark in "{}*?\\")
