"""Config files: YAML or JSON, laid over one another as Snakemake lays them."""

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from arcsweep.config.base import Key
from arcsweep.config.plain import plain_problems
from arcsweep.config.text import nearest, refuse
from arcsweep.errors import ConfigError


@dataclass
class Origins:
    """Which file set a key last, so that an error can name it."""

    sources: list[str]
    by_key: dict[Key, str] = field(default_factory=dict)

    def of(self, key: Key) -> str:
        """The file that set ``key`` or the list it is an entry of; else all files."""
        while key and isinstance(key[-1], int):
            key = key[:-1]
        return self.by_key.get(key) or ", ".join(self.sources)


def read_files(files: Sequence[Path]) -> tuple[dict[str, Any], Origins]:
    """The merged mapping of ``files``, the last one winning, and where each key came from.

    Raises ConfigError for a file that is missing, unreadable, no YAML or JSON, no mapping, or
    that gives a key twice.
    """
    if not files:
        raise ConfigError("--config must name at least one file, got none; add --config FILE")
    merged: dict[str, Any] = {}
    origins = Origins([str(file) for file in files])
    for file in files:
        overlay(merged, read_file(file), origins, str(file))
    return merged, origins


def overlay(
    base: dict[str, Any], above: Mapping[str, Any], origins: Origins, source: str, at: Key = ()
) -> None:
    """Lay ``above`` over ``base`` in place: mappings merge key by key, all else replaces.

    The result equals ``snakemake.utils.update_config(base, above)``, so that ``--configfile`` and
    ``--config`` mean the same to Snakemake and to the command line.
    """
    for key, value in above.items():
        origins.by_key[(*at, key)] = source
        if isinstance(value, Mapping):
            if not isinstance(base.get(key, {}), dict) and not value:
                continue  # Snakemake leaves a single value alone under an empty mapping
            if not isinstance(base.get(key), dict):
                base[key] = {}
            overlay(base[key], value, origins, source, (*at, key))
        else:
            base[key] = value


def read_file(file: Path) -> dict[str, Any]:
    """The mapping that one YAML or JSON file holds. Raises ConfigError as ``read_files`` does."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{file}: config file not found{_alike(file)}; check the path of --config, or go to the"
            " folder of your study"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: config file cannot be read: {_one_line(error)}") from None
    value = parse(text, str(file))
    if not isinstance(value, dict):
        what = "nothing" if value is None else f"a {type(value).__name__}"
        raise ConfigError(f"{file}: a config file must hold a mapping of sections, got {what}")
    refuse(plain_problems(value), lambda _: str(file))
    return value


def _alike(file: Path) -> str:
    """``; did you mean x?`` for the file in the same folder with the most similar name."""
    try:
        names = [other.name for other in file.parent.iterdir() if other.is_file()]
    except OSError:
        return ""
    return nearest(file.name, names)


def parse(text: str, source: str) -> Any:
    """The value that YAML or JSON text holds. Raises ConfigError, which names ``source``."""
    if text.lstrip().startswith("{"):  # Snakemake, too, tries JSON before YAML
        try:
            return json.loads(text, object_pairs_hook=_unique_object)
        except _DuplicateKeyError as error:
            raise ConfigError(f"{source}: {error}") from None
        except (ValueError, RecursionError):
            pass  # a YAML flow mapping begins in the same way
    try:
        return yaml.load(text, Loader=_UniqueKeyLoader)
    except _DuplicateKeyError as error:
        raise ConfigError(f"{source}: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{source}: not valid YAML: {_one_line(error)}") from None
    except RecursionError:
        raise ConfigError(f"{source}: not valid YAML: nested too deeply") from None
    except (ValueError, TypeError, AttributeError, LookupError) as error:
        # PyYAML's constructors of explicit tags let these through (`!!int ""`, `2020-99-99`).
        raise ConfigError(f"{source}: not valid YAML: {_one_line(error)}") from None


class _DuplicateKeyError(Exception):
    """A mapping gives the same key twice."""


class _UniqueKeyLoader(yaml.SafeLoader):
    """PyYAML's safe loader takes the last of two equal keys in silence; this one does not."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        lines: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            line = key.start_mark.line + 1
            if key.value in lines:
                raise _DuplicateKeyError(
                    f"the key {key.value} stands twice in one mapping, in lines "
                    f"{lines[key.value]} and {line}; keep one"
                )
            lines[key.value] = line
        return super().construct_mapping(node, deep=deep)


def _unique_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _DuplicateKeyError(f"the key {twice} stands twice in one mapping; keep one")
    return value


def _one_line(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        tabs = "; indent with spaces, not tabs" if "\\t" in (error.problem or "") else ""
        return f"{error.problem} (line {mark.line + 1}, column {mark.column + 1}){tabs}"
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return " ".join(str(error).split()) or type(error).__name__
