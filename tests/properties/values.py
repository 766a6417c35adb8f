"""Values and texts that have broken programs before."""

import copy
import json
from typing import Any

import yaml
from hypothesis import strategies as st

HUGE = st.sampled_from(
    [2**31, -(2**31), 2**53 + 1, 2**63, 2**64, -(2**64), 10**30, 10**400, -(10**4000)]
)
FLOATS = st.floats() | st.sampled_from([float("nan"), float("inf"), -0.0, 1e308, 5e-324, 1e-400])
ODD_TEXT = st.sampled_from(
    [
        "",
        " ",
        "\n",
        "a\nb",
        "\x00",
        "\x1b[31mred",
        "\ud800",
        "\u202egnp",
        "e\u0301",
        "𝔸",
        "\u00a0",
        "é" * 300,
        "../../etc/passwd",
        "~root",
        "/dev/zero",
        "$(touch pwned)",
        "`id`",
        "'; DROP TABLE trials; --",
        "<script>alert(1)</script>",
        "{wildcards.x}",
        "%s%n",
        "__proto__",
        "null",
        "yes",
        "1_000",
        "0o17",
        "1:30",
        ".inf",
        "CON",
    ]
)
TEXT = ODD_TEXT | st.text(max_size=12) | st.text(st.characters(), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | HUGE | FLOATS | TEXT
KEYS = TEXT | st.sampled_from(["type", "choices", "low", "high", "when", "train", "input", "rank"])


def nested(depth: int, leaf: Any, as_list: bool) -> Any:
    """``leaf`` below ``depth`` lists or mappings."""
    for _ in range(depth):
        leaf = [leaf] if as_list else {"a": leaf}
    return leaf


ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
) | st.builds(nested, st.integers(1, 200), SCALARS, st.booleans())

PLACE = tuple[str | int, ...]


def places(value: Any, at: PLACE = ()) -> list[PLACE]:
    """Every place in nested mappings and lists, the whole itself first."""
    found = [at]
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        found += places(item, (*at, key))
    return found


@st.composite
def mutated(draw: st.DrawFn, whole: Any, values: Any = ANYTHING, most: int = 3) -> Any:
    """``whole`` with one to ``most`` of its places changed, removed, renamed or added to."""
    value = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, most))):
        value = _changed(draw, value, values)
    return value


def _changed(draw: st.DrawFn, whole: Any, values: Any) -> Any:
    *path, last = draw(st.sampled_from(places(whole))) or (None,)
    if last is None:
        return draw(values) if draw(st.integers(0, 9)) == 0 else whole
    parent = whole
    for part in path:
        parent = parent[part]
    match draw(st.sampled_from(["replace", "replace", "remove", "wrap", "rename", "add", "swap"])):
        case "replace":
            parent[last] = draw(values)
        case "remove":
            del parent[last]
        case "wrap":
            parent[last] = draw(st.sampled_from([[parent[last]], {"a": parent[last]}]))
        case "rename" if isinstance(parent, dict):
            parent[draw(KEYS)] = parent.pop(last)
        case "add" if isinstance(parent, dict):
            parent[draw(KEYS)] = draw(values)
        case "add":
            parent.insert(last, draw(values))
        case "swap":
            other = whole
            for part in draw(st.sampled_from(places(whole))):
                other = other[part]
            parent[last] = copy.deepcopy(other)
    return whole


YAML_SNIPPETS = st.sampled_from(
    [
        "\t",
        "\r",
        ": ",
        "- ",
        "---\n",
        "...\n",
        "&a ",
        "*a",
        "<<: *a\n",
        "!!python/object/apply:os.system ['touch pwned']",
        "!!set {a, b}",
        "!!binary 'aGk='",
        "!!timestamp 2020-01-01",
        "!!omap [a: 1]",
        "? [a, b]\n: c\n",
        "{{}: 1}",
        "0x" + "f" * 4000,
        "190:20:30",
        "2026-13-45",
        "2026-11-24 25:61:00",
        "1e999",
        ".nan",
        "~",
        "| \n  block\n",
        ">+2\n",
        "'",
        '"\\ud800"',
        '"\\x00"',
        "%YAML 9.9\n",
        "@",
        "`",
        "\ufeff",
        "\u2028",
        "# ",
        "[[[[[[",
        "}}}}",
    ]
)


@st.composite
def damaged_text(draw: st.DrawFn, text: str) -> str:
    """``text`` with pieces of it cut out, doubled, or replaced by something odd."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        end = draw(st.integers(at, min(at + 30, len(text))))
        piece = draw(YAML_SNIPPETS | TEXT | st.just(text[at:end] * 2))
        text = text[:at] + piece + text[end:]
    return text if draw(st.integers(0, 9)) else text[: draw(st.integers(0, len(text)))]


def as_file(value: Any, as_yaml: bool) -> bytes:
    """``value`` as a config file would hold it; what neither language can say becomes text."""
    text = yaml.safe_dump(value) if as_yaml else json.dumps(value, default=str)
    return text.encode("utf-8", "surrogatepass")
