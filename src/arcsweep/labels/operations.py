"""Families of the operations in RE-ARC's language, as the rules speak of them."""

ORIENT = frozenset({"rot90", "rot180", "rot270", "hmirror", "vmirror", "dmirror", "cmirror"})
"""Turn or mirror a grid or an object."""

MOVE = frozenset({"shift", "move", "normalize"})
"""Move an object as it is."""

JOIN = frozenset({"hconcat", "vconcat"})
"""Put grids side by side."""

SCALE = frozenset({"upscale", "hupscale", "vupscale", "downscale"})
"""Enlarge or reduce."""

PART = frozenset(
    {"crop", "subgrid", "compress", "trim", "tophalf", "bottomhalf", "lefthalf", "righthalf"}
)
"""Cut a smaller grid out of a grid."""

REDUCE = frozenset({"compress", "dedupe"})
"""Leave out rows and columns that are lines or repeat."""

SPLIT = frozenset({"tophalf", "bottomhalf", "lefthalf", "righthalf", "hsplit", "vsplit"})
"""Divide a grid into equal parts."""

LINES = frozenset({"connect", "shoot", "hfrontier", "vfrontier", "frontiers"})
"""Draw or find straight paths."""

OUTLINES = frozenset(
    {"box", "inbox", "outbox", "backdrop", "delta", "corners"}
    | {"neighbors", "dneighbors", "ineighbors"}
)
"""Draw what lies around or within: boxes, outlines, neighbours, enclosed cells."""

TOPOLOGY = LINES | OUTLINES

SETS = frozenset({"intersection", "product", "cellwise", "&"})
"""Meet of two sets of cells; `&` is Python's own operator."""

OCCURRENCE = frozenset({"occurrences", "hperiod", "vperiod"})
"""Look for where a pattern occurs or repeats."""

RECOLOR = frozenset({"replace", "switch"})
"""Exchange colours all over a grid."""

UNDOING = (
    *(("rot90", "rot270"), ("rot180", "rot180"), ("dmirror", "dmirror")),
    *(("cmirror", "cmirror"), ("hmirror", "hmirror"), ("vmirror", "vmirror")),
)
"""Turns that undo each other: a grid is turned, changed, and turned back."""

PAINT = frozenset({"fill", "paint", "underfill", "underpaint", "cover"})
"""Lay cells onto a grid: fill(grid, colour, cells), paint(grid, coloured cells)."""

OBJECTS = frozenset(
    {"objects", "partition", "fgpartition", "colorfilter", "sizefilter", "bordering"}
)
"""Find the objects of a grid or choose among them."""

LAYOUT = frozenset({"canvas", "repeat", "merge", "order", "gravitate", "position", "manhattan"})
"""Lay out a new grid, or place something by what else there is."""

SHAPING = frozenset().union(
    *(ORIENT, MOVE, JOIN, SCALE, PART, REDUCE, SPLIT, TOPOLOGY, SETS, OCCURRENCE, RECOLOR),
    *(PAINT, OBJECTS, LAYOUT),
)
"""Every operation that a rule may look at."""

WHERE = frozenset(
    {"leftmost", "rightmost", "uppermost", "lowermost"}
    | {"ulcorner", "urcorner", "llcorner", "lrcorner", "center"}
)
"""Say where an object stands, which is no measure of the object itself."""

MEASURES = (
    frozenset(
        {"ofcolor", "shape", "height", "width", "asindices", "palette", "numcolors", "mostcolor"}
        | {"leastcolor", "colorcount", "len", "index", "frontiers", "occurrences"}
    )
    | OBJECTS
)
"""Read something off a grid; what they give is no longer that grid."""

FIRST_ARGUMENT_GRID = (
    ORIENT
    | SCALE
    | RECOLOR
    | PAINT
    | SPLIT
    | (PART - {"subgrid"})
    | {"move", "identity", "first", "last", "tuple", "list"}
)
"""Operations whose result is a changed copy of their first argument when that is a grid."""
