"""From figures to HTML files: the index and one page for each category."""

import base64
import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from arcsweep.atomic import write_text
from arcsweep.config import Config
from arcsweep.labels.taxonomy import CATEGORIES, CATEGORY_DESCRIPTIONS, CATEGORY_NAMES
from arcsweep.paths import Paths
from arcsweep.proposal.change import RULES
from arcsweep.proposal.study import Proposal, propose
from arcsweep.reports import words
from arcsweep.reports.analysis import Analysis, analyse
from arcsweep.reports.answers import answers
from arcsweep.reports.category_page import category_context
from arcsweep.reports.coverage import COLUMNS, coverage, table_rows
from arcsweep.reports.explore import explore_data, explored, plotly_script
from arcsweep.reports.figures.catalogue import Figure, figures
from arcsweep.reports.figures.files import write_figures
from arcsweep.reports.figures.maps import MEANINGLESS
from arcsweep.reports.headline import decision, headline
from arcsweep.reports.hypotheses import hypotheses, hypotheses_context, hypothesis_table
from arcsweep.reports.index_page import index_context
from arcsweep.reports.material import load_material

COVERAGE = "coverage"
"""The page that says where the search went."""

EXPLORE = "explore"
"""The page whose figures can be explored; large, for Plotly is inside."""

HYPOTHESES = "hypotheses"
"""The page of the targeted changes; none where none is asked."""

PROPOSAL = "proposal"
"""The page that says what to try next."""


def write_pages(config: Config, paths: Paths) -> None:
    """Write every page from what the study has left; the index comes last.

    Raises InputError when a file that the pages need is missing or contradicts another.
    """
    analysis = analyse(load_material(config, paths))
    drawn = figures(analysis)
    pages = render_pages(analysis, drawn)
    write_figures(paths.figures, drawn, config.study.name)
    for name in (*CATEGORIES, COVERAGE, PROPOSAL):
        write_text(paths.report_page(name), pages[name])
    write_text(paths.explore_page, render_explore(analysis, drawn))
    write_text(paths.coverage_table, _csv([COLUMNS, *table_rows(analysis)]))
    changes = hypotheses(analysis)
    if changes is not None:
        write_text(paths.hypotheses_page, pages[HYPOTHESES])
        write_text(paths.hypotheses_table, _csv(hypothesis_table(changes)))
    write_text(paths.report_index, pages["index"])


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows(rows)
    return table.getvalue()


def render_pages(analysis: Analysis, drawn: Mapping[str, Figure] | None = None) -> dict[str, str]:
    """HTML of "index", "coverage", "proposal", of each category's code, and of "hypotheses" where
    any is asked.

    drawn: see figures().
    """
    drawn = figures(analysis) if drawn is None else drawn
    environment = page_environment()
    shared = _shared(analysis, drawn)
    category = environment.get_template("category.html.j2")
    pages = {
        result.code: category.render(**shared, **category_context(analysis, result, drawn))
        for result in analysis.categories
    }
    found = coverage(analysis)
    pages[COVERAGE] = environment.get_template("coverage.html.j2").render(**shared, coverage=found)
    changes = hypotheses_context(analysis)
    if changes["hypotheses"] is not None:
        template = environment.get_template("hypotheses.html.j2")
        pages[HYPOTHESES] = template.render(**shared, **changes)
    pages[PROPOSAL] = environment.get_template("proposal.html.j2").render(
        **shared, proposal=proposal_of(analysis), rules=RULES
    )
    index = environment.get_template("index.html.j2")
    pages["index"] = index.render(
        **shared,
        **index_context(analysis, drawn),
        **changes,
        answers=answers(analysis),
        headline=headline(analysis),
        decision=decision,
    )
    return pages


def render_explore(analysis: Analysis, drawn: Mapping[str, Figure]) -> str:
    """HTML of the page to explore; the only one with a foreign script, which is inside."""
    found = explored(analysis)
    # One script, so that one hash is all that the page's policy has to let run.
    script = "\n".join((plotly_script(), asset("page.js"), asset("explore.js")))
    shared = {**_shared(analysis, drawn), **_script(script)}
    return (
        page_environment()
        .get_template("explore.html.j2")
        .render(
            **shared,
            explored=found,
            data=Markup(explore_data(found)),
            has_maps=analysis.material.embeddings is not None,
        )
    )


def proposal_of(analysis: Analysis) -> Proposal:
    """What to try next, of figures that are computed already."""
    material = analysis.material
    return propose(
        material.config,
        material.trials,
        material.selection,
        comparisons=analysis.comparisons,
        audit=material.audit,
        sensitivities=analysis.sensitivities,
    )


@cache
def page_environment() -> Environment:
    """Escapes everything: study names and task ids are the user's. Made once, for compiling the
    templates takes as long as filling them."""
    environment = Environment(
        loader=PackageLoader("arcsweep.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("percent", "points", "spread", "with_spread", "points_with_spread", "duration",
             "setting", "count", "listed", "paired_test")  # fmt: skip
    environment.filters.update({name: getattr(words, name) for name in names})
    return environment


def _shared(analysis: Analysis, drawn: Mapping[str, Figure]) -> Mapping[str, Any]:
    """What every page needs: its own style and script, so that it stands alone."""
    config = analysis.material.config
    return {
        # The package's own files: the only text that is not escaped.
        "style": Markup(asset("style.css")),
        **_script(asset("page.js")),
        "figure_names": frozenset(drawn),
        "meaningless": MEANINGLESS,
        "title": config.reports.title,
        "study": config.study.name,
        "confidence": config.reports.confidence,
        "codes": CATEGORIES,
        "names": CATEGORY_NAMES,
        "descriptions": CATEGORY_DESCRIPTIONS,
        "groups": analysis.groups,
        "kind": analysis.kind,
        "n_validation": len(analysis.material.split.validation),
    }


def _script(script: str) -> Mapping[str, Any]:
    return {"script": Markup(script), "script_hash": script_hash(script)}


def script_hash(script: str) -> str:
    """By which a page's policy knows its own script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def asset(name: str) -> str:
    """A file of the templates' folder."""
    return files("arcsweep.reports").joinpath("templates", name).read_text(encoding="utf-8")
