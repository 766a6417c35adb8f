"""From figures to HTML files: the index and one page for each category."""

import base64
import csv
import hashlib
import io
from collections.abc import Mapping
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
from arcsweep.reports.answers import answers, decision, headline
from arcsweep.reports.category_page import category_context
from arcsweep.reports.coverage import COLUMNS, coverage, table_rows
from arcsweep.reports.index_page import index_context
from arcsweep.reports.material import load_material

COVERAGE = "coverage"
"""The page that says where the search went."""

PROPOSAL = "proposal"
"""The page that says what to try next."""


def write_pages(config: Config, paths: Paths) -> None:
    """Write every page from what the study has left; the index comes last.

    Raises InputError when a file that the pages need is missing or contradicts another.
    """
    analysis = analyse(load_material(config, paths))
    pages = render_pages(analysis)
    for name in (*CATEGORIES, COVERAGE, PROPOSAL):
        write_text(paths.report_page(name), pages[name])
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([COLUMNS, *table_rows(analysis)])
    write_text(paths.coverage_table, table.getvalue())
    write_text(paths.report_index, pages["index"])


def render_pages(analysis: Analysis) -> dict[str, str]:
    """HTML of "index", "coverage", "proposal" and of each category's code."""
    environment = page_environment()
    shared = _shared(analysis)
    category = environment.get_template("category.html.j2")
    pages = {
        result.code: category.render(**shared, **category_context(analysis, result))
        for result in analysis.categories
    }
    found = coverage(analysis)
    pages[COVERAGE] = environment.get_template("coverage.html.j2").render(**shared, coverage=found)
    pages[PROPOSAL] = environment.get_template("proposal.html.j2").render(
        **shared, proposal=proposal_of(analysis), rules=RULES
    )
    index = environment.get_template("index.html.j2")
    pages["index"] = index.render(
        **shared,
        **index_context(analysis),
        answers=answers(analysis),
        headline=headline(analysis),
        decision=decision,
    )
    return pages


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


def page_environment() -> Environment:
    """Escapes everything: study names and task ids are the user's."""
    environment = Environment(
        loader=PackageLoader("arcsweep.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = ("percent", "points", "spread", "with_spread", "points_with_spread", "duration",
             "setting", "count", "listed")  # fmt: skip
    environment.filters.update({name: getattr(words, name) for name in names})
    return environment


def _shared(analysis: Analysis) -> Mapping[str, Any]:
    """What every page needs: its own style and script, so that it stands alone."""
    script = asset("page.js")
    config = analysis.material.config
    return {
        # The package's own files: the only text that is not escaped.
        "style": Markup(asset("style.css")),
        "script": Markup(script),
        "script_hash": script_hash(script),
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


def script_hash(script: str) -> str:
    """By which a page's policy knows its own script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def asset(name: str) -> str:
    """A file of the templates' folder."""
    return files("arcsweep.reports").joinpath("templates", name).read_text(encoding="utf-8")
