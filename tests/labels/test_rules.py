"""Claims about the rules, each on the smallest program that shows it."""

import re
from pathlib import Path

import pytest

from arcsweep.labels.rules import RULES, label
from arcsweep.labels.taxonomy import CATEGORIES

from .programs import features

GRID = "gi = canvas(0, (9, 9))\ngi = fill(gi, 1, cells)\n"

CASES = {
    "grids are joined": ("S2", GRID + "go = hconcat(gi, gi)", ()),
    "different grids stand side by side in the input alone": (
        "L1",
        "a = fill(base, 1, s)\nb = fill(base, 2, t)\ngi = hconcat(a, b)\ngo = fill(base, 3, s & t)",
        ("canvas(ZERO, x9)", "fill(x0, THREE, x8)"),
    ),
    "the grid is scaled": ("K1", GRID + "go = upscale(gi, 2)", ()),
    "a step is repeated until a condition holds": (
        "A1",
        GRID + "go = gi\nwhile go != before:\n    before = go\n    go = fill(go, 1, grow(go))",
        (),
    ),
    "the input's cells change colour where they are": (
        "C1",
        "base = canvas(0, (9, 9))\ngi = fill(base, a, cells)\ngo = fill(base, b, cells)",
        (),
    ),
    "sorted by a measure and laid out in that order": (
        "A2",
        GRID + "go = rows_of(bars)",
        ("objects(I, T, F, T)", "order(x0, size)", "apply(color, x1)"),
    ),
    "the grid is turned or mirrored": ("S1", GRID + "go = rot180(gi)", ()),
    "occurrences of a pattern are looked up": (
        "C2",
        GRID + "go = fill(gi, 2, occurrences(gi, obj))",
        (),
    ),
    "single cells of the input become a pattern": (
        "C2",
        "base = canvas(0, (9, 9))\ngi = fill(base, 1, {spot})\ngo = paint(base, shift(obj, spot))",
        (),
    ),
    "blocks that cover a pattern are taken off": (
        "C2",
        "go = fill(canvas(0, (9, 9)), 1, cells)\nblock = backdrop(ends)\ngi = fill(go, 5, block)",
        (),
    ),
    "loose cells laid over the input are taken off": (
        "C1",
        "go = fill(canvas(0, (9, 9)), 1, cells)\ngi = fill(go, 5, noise)",
        (),
    ),
    "paths, neighbours, boxes or outlines are drawn": (
        "S3",
        GRID + "go = fill(gi, 2, connect(start, end))",
        (),
    ),
    "a part is cut out": ("K1", GRID + "go = crop(gi, start, dims)", ()),
    "the input alone is enlarged": (
        "K1",
        "go = canvas(1, (1, 1))\ngi = upscale(drawing, factor)",
        ("canvas(ONE, UNITY)",),
    ),
    "a part is cut out (verifier)": ("K1", GRID + "go = small", ("subgrid(x9, I)",)),
    "one object is kept, on its own canvas (verifier)": (
        "K1",
        GRID + "go = small",
        ("argmax(x9, size)", "shape(x0)", "canvas(ZERO, x1)", "normalize(x0)", "paint(x2, x3)"),
    ),
    "objects are placed by where others stand (verifier)": (
        "A2",
        GRID + "go = fill(gi, 2, computed)",
        ("gravitate(x8, x9)", "move(I, x8, x0)"),
    ),
    "scattered pieces are put together (verifier)": (
        "A2",
        "go = fill(canvas(0, (3, 3)), 1, piece)\n"
        "gi = fill(canvas(0, (9, 9)), 1, shift(piece, loc))",
        ("canvas(ZERO, x9)", "normalize(x8)", "shift(x1, RIGHT)", "paint(x0, x2)"),
    ),
    "moved copies are laid one after the other": (
        "S2",
        GRID + "go = gi\nfor k in range(4):\n    go = paint(go, shift(obj, (k * 3, 0)))",
        (),
    ),
    "sets of cells meet": ("L1", GRID + "go = fill(gi, 2, product(rows, columns))", ()),
    "mirrored cells are laid": ("S1", GRID + "go = paint(gi, vmirror(obj))", ()),
    "the input's cells are moved as they are": (
        "S1",
        "base = canvas(0, (9, 9))\ngi = fill(base, 1, obj)\ngo = fill(base, 1, shift(obj, (1, 0)))",
        (),
    ),
    "objects are chosen and coloured": (
        "C1",
        GRID + "go = fill(gi, 2, merge(sizefilter(objects(gi, T, F, F), 1)))",
        (),
    ),
}
"""Rule text → category, generator, verifier, for the rules that read the generator."""


@pytest.mark.parametrize("text", CASES)
def test_the_smallest_program_of_a_rule_gets_its_category(text: str) -> None:
    category, body, expressions = CASES[text]
    found = label(features(body, *expressions))
    assert found.evidence.startswith(text + ": ")
    assert found.category == category


@pytest.mark.parametrize(
    ("expressions", "category"),
    [
        (("downscale(I, TWO)",), "K1"),
        (("occurrences(I, x9)", "fill(I, ONE, x0)"), "C2"),
        (("subgrid(x9, I)", "paint(x0, x8)"), "C2"),
        (("vmirror(x9)", "paint(I, x0)"), "S1"),
        (("delta(x9)", "fill(I, ONE, x0)"), "S3"),
        (("lbind(shift, x9)", "mapply(x0, x8)", "paint(I, x1)"), "C2"),
        (("lbind(shift, x9)", "mapply(x0, x8)", "canvas(ZERO, x7)", "paint(x2, x1)"), "S2"),
        (("cover(I, x9)", "shift(x9, RIGHT)", "paint(x0, x1)"), "S1"),
        (("shift(x9, RIGHT)", "paint(I, x0)"), "S2"),
        (
            ("lefthalf(I)", "righthalf(I)", "canvas(ZERO, x9)", "paint(x2, x0)", "paint(x3, x1)"),
            "L1",
        ),
        (("replace(I, ONE, TWO)",), "C1"),
        (("interval(ZERO, TEN, TWO)", "apply(tojvec, x0)", "fill(I, ONE, x1)"), "ambiguous"),
    ],
)
def test_the_verifier_decides_where_the_generator_computes_cells_by_hand(
    expressions: tuple[str, ...], category: str
) -> None:
    assert label(features(GRID + "go = fill(gi, 2, computed)", *expressions)).category == category


def test_an_operation_on_both_grids_does_not_decide() -> None:
    body = """
gi = canvas(0, (9, 9))
go = canvas(0, (9, 9))
gi = fill(gi, 1, connect(a, b))
go = fill(go, 1, connect(a, b))
go = fill(go, 2, merge(objects(gi, T, F, F)))
"""
    assert label(features(body)).category == "C1"


def test_turning_there_and_back_does_not_decide() -> None:
    body = GRID + "go = dmirror(gi)\ngo = fill(go, 2, connect(a, b))\ngo = dmirror(go)"
    assert label(features(body)).category == "S3"


def test_turning_back_the_other_way_does_not_decide() -> None:
    assert label(features(GRID + "go = rot90(crop(rot270(gi), a, b))")).category == "K1"


def test_operations_that_draw_a_template_do_not_decide() -> None:
    body = """
base = canvas(0, (9, 9))
pattern = fill(canvas(0, (3, 3)), 1, connect(a, b))
gi = fill(base, 1, {spot})
go = paint(base, shift(asobject(pattern), spot))
"""
    assert label(features(body)).category == "C2"


def test_every_category_has_a_rule_and_every_rule_a_category() -> None:
    assert {rule.category for rule in RULES} == set(CATEGORIES)
    assert len({rule.text for rule in RULES}) == len(RULES)


def test_the_page_lists_the_rules_in_their_order() -> None:
    page = Path(__file__).parents[2] / "docs" / "labels.md"
    rows = re.findall(r"^\| \d+ \| (\w\d) \| (.+?) \|", page.read_text(), re.MULTILINE)
    assert rows == [(rule.category, rule.text) for rule in RULES]
