"""The nine categories of the taxonomy, by the operation that makes a task's output.

Source: Ingram & Merritt (2025), a taxonomy of the RE-ARC tasks defined on generator code.
"""

CATEGORIES = ("S1", "S2", "S3", "C1", "C2", "K1", "L1", "A1", "A2")
"""Codes in the fixed order that every (9, …) array, confusion matrix and report follows."""

AMBIGUOUS = "ambiguous"
"""Label of a task with no clear answer; such a task takes part in nothing."""

CATEGORY_NAMES = {
    "S1": "Geometric transform",
    "S2": "Geometric composition",
    "S3": "Topology",
    "C1": "Direct colour change",
    "C2": "Pattern matching",
    "K1": "Scaling",
    "L1": "Set operation",
    "A1": "Iterative refinement",
    "A2": "Spatial packing",
}

CATEGORY_DESCRIPTIONS = {
    "S1": "A grid or object is mirrored, rotated or moved as it is.",
    "S2": "The output is put together from copies or parts: concatenated, tiled, replicated.",
    "S3": "Paths, connections, neighbours, boxes or outlines are drawn from what is there.",
    "C1": "Cells or objects are recoloured, filled or filtered where they stand.",
    "C2": "A template or marker in the input says which pattern appears where.",
    "K1": "The grid is enlarged, reduced or cropped.",
    "L1": "Grids or parts of a grid meet cell by cell: intersection, union, difference.",
    "A1": "A step is repeated until nothing changes or an edge is reached.",
    "A2": "Objects are placed under constraints: packed, stacked, sorted into free space.",
}
