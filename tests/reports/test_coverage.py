"""Claims of the coverage page."""

import csv
from pathlib import Path

import pytest

from arcsweep.atomic import write_json
from arcsweep.reports.analysis import analyse
from arcsweep.reports.coverage import Coverage, coverage, phase_bounds, table_rows
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages, write_pages

from .page import Page
from .synthetic import SPACE, SyntheticStudy


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> SyntheticStudy:
    return SyntheticStudy(tmp_path_factory.mktemp("study")).write()


@pytest.fixture(scope="module")
def found(study: SyntheticStudy) -> Coverage:
    return coverage(analyse(load_material(study.config, study.paths)))


def test_phases_are_the_seeds_for_its_budget_and_the_same_shares_of_another() -> None:
    assert phase_bounds(150) == ((1, 30), (31, 100), (101, 150))
    assert phase_bounds(15) == ((1, 3), (4, 10), (11, 15))
    assert phase_bounds(1) == ((1, 1),)


def test_every_trial_is_in_one_phase_and_in_one_stretch_of_each_setting(found: Coverage) -> None:
    assert sum(phase.tally.all for phase in found.phases) == 150
    for each in found.groups:
        lr = next(s for s in each.spreads if s.name == "lr")
        assert sum(s.tally.all for s in lr.stretches) == len(each.group.trials)
        for stretch in lr.stretches:
            assert sum(t.all for t in stretch.phases) == stretch.tally.all


def test_pruned_and_failed_trials_are_told_apart(study: SyntheticStudy, found: Coverage) -> None:
    counts = study.trials["outcome"].value_counts()
    total = [sum(getattr(p.tally, kind) for p in found.phases) for kind in ("pruned", "failed")]
    assert total == [counts["pruned"], 150 - counts["pruned"] - counts["complete"]]


def test_combinations_are_exact_and_a_setting_of_one_encoder_is_no_gap_of_the_other(
    found: Coverage,
) -> None:
    cnn, context = found.groups
    assert (cnn.combinations, context.combinations) == (4 * 2 * 5, 4 * 2)
    assert 0 < cnn.visited <= 40
    assert "ctx_dropout" not in {s.name for s in cnn.spreads}
    assert "depth" in {s.name for s in cnn.spreads}


def test_what_no_trial_visited_is_named(tmp_path: Path) -> None:
    made = SyntheticStudy(tmp_path)
    made.write()
    made.trials.loc[made.trials["param_batch_size"] == 64, "param_batch_size"] = 8
    made.trials.to_parquet(made.paths.trials_parquet)
    made.write_runs()
    pages = render_pages(analyse(load_material(made.config, made.paths)))
    assert "batch_size : no trial with 64." in Page(pages["coverage"]).text


def test_selected_trials_at_an_end_are_named(tmp_path: Path) -> None:
    made = SyntheticStudy(tmp_path).write()
    complete = made.trials["state"] == "COMPLETE"
    context = complete & (made.trials["param_encoder_type"] == "context")
    made.trials.loc[complete, "param_lr"] = 9.9e-3
    made.trials.loc[context, "param_ctx_dropout"] = 0.001
    made.trials.loc[complete, "param_batch_size"] = 64
    made.trials.to_parquet(made.paths.trials_parquet)
    made.write_runs()
    text = Page(render_pages(analyse(load_material(made.config, made.paths)))["coverage"]).text
    at_end = "{} : 5 of the 5 selected trials lie at the {} end of its range ({}), where"
    assert at_end.format("lr", "high", "0.0041 to 0.01") in text
    assert at_end.format("ctx_dropout", "low", "0 to 0.05") in text
    assert at_end.format("batch_size", "high", "64") in text
    assert "use_cosine : 5 of" not in text


def test_a_setting_with_one_value_alone_has_no_ends_and_no_gaps(tmp_path: Path) -> None:
    fixed = {**SPACE["ctx_dropout"], "low": 0.1, "high": 0.1}
    made = SyntheticStudy(tmp_path, space={**SPACE, "ctx_dropout": fixed})
    made.write()
    made.trials.loc[made.trials["param_ctx_dropout"].notna(), "param_ctx_dropout"] = 0.1
    made.trials.to_parquet(made.paths.trials_parquet)
    made.write_runs()
    _, context = coverage(analyse(load_material(made.config, made.paths))).groups
    (dropout,) = (s for s in context.spreads if s.name == "ctx_dropout")
    assert [s.label for s in dropout.stretches] == ["0.1"]
    assert dropout.at_edge == () and dropout.unvisited == ()


def test_the_audits_findings_are_shown_where_there_are_any(study: SyntheticStudy) -> None:
    before = render_pages(analyse(load_material(study.config, study.paths)))["coverage"]
    assert "The audit was not run for this study" in Page(before).text
    finding = {"severity": "error", "key": "study.space.depth", "text": "changes nothing",
               "evidence": "equal <weights>", "remedy": "remove it"}  # fmt: skip
    write_json(study.paths.audit, {"findings": [finding], "rehearsals": 9, "unchecked": ["x"]})
    after = render_pages(analyse(load_material(study.config, study.paths)))["coverage"]
    study.paths.audit.unlink()
    assert "equal <weights>" in Page(after).text
    assert "Not checked: x." in Page(after).text


def test_the_figures_stand_beside_the_page(study: SyntheticStudy) -> None:
    write_pages(study.config, study.paths)
    with study.paths.coverage_table.open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(list(table_rows(analyse(load_material(study.config, study.paths)))))
    depth = [r for r in rows if r["parameter"] == "depth"]
    cnn = int((study.trials["param_encoder_type"] == "cnn").sum())
    assert sum(int(r[k]) for r in depth for k in ("complete", "pruned", "failed")) == cnn
