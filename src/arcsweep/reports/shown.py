"""What the index and the category pages show alike of the tasks: maps, and what accuracy
depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from arcsweep.reports.analysis import Analysis
from arcsweep.reports.dependence import dependence_chart, dependence_words, dependences
from arcsweep.reports.figures.catalogue import Figure, map_name
from arcsweep.reports.figures.maps import map_facts
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
    ending = f"-{code}" if code else ""
    names = [f"{map_name(s.kind, s.name)}{ending}" for s in found.spaces] if found else []
    facts = [map_facts(space) for space in found.spaces] if found else []
    return tuple(
        ShownMap(name, figures[name].title, said, inline_svg(figures[name].drawing, said))
        for name, said in zip(names, facts, strict=True)
    )


def shown_dependences(
    analysis: Analysis, tasks: Sequence[str], code: str = ""
) -> tuple[ShownDependence, ...]:
    """By grid size and by number of colours, over validation ``tasks``."""
    groups, chance = analysis.groups, analysis.baselines.chance
    found = dependences(groups, tasks, analysis.material.embeddings, analysis.resampling)
    return tuple(
        ShownDependence(
            each.name,
            dependence_words(each, groups),
            dependence_chart(each, groups, chance) if each.bands else None,
            f"{each.name}-{code}" if code else each.name,
        )
        for each in found
    )
