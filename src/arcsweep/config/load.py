"""From files or a merged mapping to one validated :class:`Config`."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from arcsweep.config.base import Key
from arcsweep.config.files import read_file, read_files
from arcsweep.config.plain import plain_problems
from arcsweep.config.report import problems_of
from arcsweep.config.root import Config
from arcsweep.config.rules import joint_problems
from arcsweep.config.text import refuse


def load_config(files: Sequence[Path]) -> Config:
    """The config that ``files`` (YAML or JSON) describe, each laid over those before it.

    Mappings merge key by key and everything else replaces, as ``snakemake --configfile`` does it.
    A null removes a parameter of ``study.space``, or a key of one of its parameters.
    Raises ConfigError with one line for each problem, each naming the file that set the key.
    """
    mapping, origins = read_files(files)
    return _build(mapping, origins.of)


def validate(mapping: Mapping[str, Any], source: str, files: Sequence[Path] = ()) -> Config:
    """The config that an already merged ``mapping`` describes, such as Snakemake's ``config``.

    source: what errors name in brackets, such as "config.yaml, overlay.yaml".
    files: the files behind the mapping, read again for what the mapping no longer shows (keys
    that a file gives twice).
    Raises ConfigError with one line for each problem.
    """
    for file in files:
        read_file(file)
    return _build(mapping, lambda _: source)


def _build(mapping: Mapping[str, Any], source_of: Callable[[Key], str]) -> Config:
    refuse(plain_problems(mapping), source_of)
    try:
        config = Config.model_validate(mapping)
    except ValidationError as error:
        refuse(problems_of(error), source_of)
        raise
    refuse(joint_problems(config), source_of)
    return config
