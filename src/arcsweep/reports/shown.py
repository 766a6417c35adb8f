"""What the index and the category pages show alike of the tasks: maps, and what accuracy
depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.dependence import dependence_chart, dependence_words, dependences
from arcsweep.reports.figures.catalogue import Figure, map_name
from arcsweep.reports.figures.maps import map_facts, whole_map
from arcsweep.reports.figures.svg import inline_svg
from arcsweep.reports.rows import Chart


@dataclass(frozen=True)
class ShownMap:
    """A map with its picture in the page's colours; caption: what is special to it."""

    name: str
    title: str
    caption: str
    picture: Markup


@dataclass(frozen=True)
class ShownDependence:
    """words: what it says; chart: None where there is too little to draw; file: of its figure."""

    name: str
    words: str
    chart: Chart | None
    file: str


def shown_maps(
    analysis: Analysis, figures: Mapping[str, Figure], code: str = ""
) -> tuple[ShownMap, ...]:
    """The map of each space; of one category with its ``code``."""
    found = analysis.material.embeddings
    shown = []
    for space in found.spaces if found else ():
        assert found is not None
        name = map_name(space.kind, space.name) + (f"-{code}" if code else "")
        said = map_facts(space)
        # The whole map's key is the page's own, which stays legible on a phone.
        drawing = figures[name].drawing if code else whole_map(found, space, key=False)
        shown.append(ShownMap(name, figures[name].title, said, inline_svg(drawing, said)))
    return tuple(shown)


def shown_dependences(
    analysis: Analysis, tasks: Sequence[str], code: str = ""
) -> tuple[ShownDependence, ...]:
    """By grid size and by number of colours, over judged ``tasks``."""
    groups, chance = analysis.groups, analysis.baselines.chance
    found = dependences(
        groups,
        tasks,
        analysis.material.embeddings,
        analysis.judged,
        analysis.resampling.confidence,
    )
    return tuple(
        ShownDependence(
            each.name,
            dependence_words(each, groups, analysis.judged),
            dependence_chart(each, groups, chance) if each.bands else None,
            f"{each.name}-{code}" if code else each.name,
        )
        for each in found
    )
