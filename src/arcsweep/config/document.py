"""The page that describes every key, generated from the JSON schema."""

from collections.abc import Mapping
from typing import Any

from arcsweep.config.schema import config_schema
from arcsweep.config.space import PARAMETER_TYPES

_HEAD = """\
# Configuration

This page is generated (`arcsweep config --doc`); the docstrings in `src/arcsweep/config/` are its
source. `arcsweep config` prints the settings of a run with every default filled in,
`arcsweep config --schema` the JSON schema that editors complete with, `arcsweep space` the search
space as a table.

## Files and overlays

`config.yaml` describes the whole study. An overlay is a second file with the few keys that differ:

```
snakemake --profile profiles/local --configfile overlay.yaml
arcsweep config --config config.yaml --config overlay.yaml
```

Files are YAML or JSON. Each is laid over those before it: mappings merge key by key, lists and
single values replace what stood there. Snakemake merges in the same way. Because merging alone
cannot take a key away, a null does so inside the search space:

```yaml
study:
  space:
    encoder_type: {choices: [cnn]}               # one choice fixes a parameter
    ctx_d_model: null                            # this parameter is gone
    depth: {type: categorical, choices: [2, 4], low: null, high: null}   # another type
    temperature: {when: null}                    # no condition any more
```

Everything is checked before anything runs, and every problem is told in a line of its own with the
key, the rule, the value, the remedy and the file: unknown keys and keys given twice, values of the
wrong type or out of range, conditions that never hold or go round in a circle, parameters that the
classifier lacks or would not use. Numbers in YAML need a point before an exponent: `5.0e-5`, as
`5e-5` is text.

A `--configfile` that is not there ends in a traceback of Snakemake's own, before it reads the
workflow. Its last line, `FileNotFoundError: [Errno 2] No such file or directory: 'overlay.yml'`,
names the file; nothing has started. `arcsweep config --config config.yaml --config overlay.yml`
says it in one line, with the file of the folder that was perhaps meant.

Folders that are written are fixed below `data/` and `outputs/`, because a rerun deletes them; a
symbolic link may lead elsewhere. Files of your own are only read and may lie anywhere. No
credentials stand in a config.
"""

_SPACE = """\
## study.space

Each key is the name of a parameter, each value one of three types. `when` makes a parameter
conditional: it is sampled only in trials in which every parameter named there has the value, or one
of the values, given. Conditions may build on conditional parameters.
"""


def document() -> str:
    """The Markdown of ``docs/configuration.md``."""
    schema = config_schema()
    definitions = schema["$defs"]
    parts = [_HEAD]
    for name, prop in schema["properties"].items():
        if "$ref" in prop:
            parts += _section(name, _resolve(prop, definitions), definitions)
        else:
            parts += _list(name, prop, definitions)
    return "\n".join(parts)


def _section(name: str, section: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    """A section's heading and table, followed by those of the sections inside it."""
    inner = {
        f"{name}.{key}": _resolve(prop, definitions)
        for key, prop in section["properties"].items()
        if "$ref" in prop
    }
    parts = [f"## {name}\n\n{section['description']}\n", _table(section)]
    for inner_name, inner_section in inner.items():
        parts += _section(inner_name, inner_section, definitions)
    if name == "study":
        parts.append(_SPACE)
        for kind, model in PARAMETER_TYPES.items():
            definition = definitions[model.__name__]
            parts += [f"### type: {kind}\n\n{definition['description']}\n", _table(definition)]
    return parts


def _list(name: str, prop: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    """A list of equal sections: what it is, and a table of the keys of each."""
    entry = _resolve(prop["items"], definitions)
    text = " ".join(f"{prop['description']} {entry['description']}".split())
    return [f"## {name}\n\nA list; empty by default. {text}\n", _table(entry)]


def _resolve(prop: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = definitions[prop["$ref"].rpartition("/")[2]]
    return found


def _table(section: Mapping[str, Any]) -> str:
    required = section.get("required", [])
    rows = ["| key | value | default | meaning |", "|---|---|---|---|"]
    for key, prop in section["properties"].items():
        if "$ref" in prop or key == "space" or "const" in prop:
            continue
        default = "required" if key in required else f"`{_written(prop.get('default', {}))}`"
        description = " ".join(prop["description"].split())  # a row is one line
        rows.append(f"| `{key}` | {_rule(prop)} | {default} | {description} |")
    return "\n".join(rows) + "\n"


def _written(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case list():
            return f"[{', '.join(map(_written, value))}]"
        case _:
            return str(value)


def _rule(prop: Mapping[str, Any]) -> str:
    """What a key may hold, in words."""
    if "anyOf" in prop:
        rules = [_rule(part) for part in prop["anyOf"] if part != {"type": "null"}]
        if {"boolean", "number", "string"} <= {part.get("type") for part in prop["anyOf"]}:
            return "text, number or truth value"
        optional = prop.get("default", 0) is None
        return " or ".join(rules) + (" or null" if optional else "")
    if "enum" in prop:
        return " or ".join(f"`{choice}`" for choice in prop["enum"])
    match prop["type"]:
        case "boolean":
            return "true or false"
        case "string":
            return "text"
        case "array":
            return f"list of: {_rule(prop['items'])}"
        case "object":
            return "mapping"
        case "integer":
            return _bounds("whole number", prop)
        case _:
            return _bounds("number", prop)


def _bounds(kind: str, prop: Mapping[str, Any]) -> str:
    words = {
        "minimum": "from",
        "exclusiveMinimum": "above",
        "maximum": "to",
        "exclusiveMaximum": "and below",
    }
    limits = [f"{word} {prop[key]:,.16g}" for key, word in words.items() if key in prop]
    return " ".join([kind, *limits])
