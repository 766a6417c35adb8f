"""Claims of the proposal, on made-up studies with a planted truth."""

import math
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from arcsweep.config.load import load_config
from arcsweep.config.space import CategoricalConfig
from arcsweep.proposal.change import RULES, Change
from arcsweep.proposal.proposal import next_name
from arcsweep.proposal.study import Proposal
from arcsweep.reports.comparison import Comparison
from arcsweep.reports.statistics import Interval

from .studies import SPACE, config, proposed, trials


def planted(params: Mapping[str, Any]) -> float:
    """lr is best at its upper end, act w is bad, everything else does nothing."""
    return 2.0 * math.log10(params["lr"]) - (6.0 if params["act"] == "w" else 0.0)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return trials(240, planted)


@pytest.fixture(scope="module")
def proposal(table: pd.DataFrame) -> Proposal:
    return proposed(table)


def of(proposal: Proposal, name: str) -> list[Change]:
    return [change for change in proposal.changes if change.parameter == name]


def test_a_losing_choice_is_dropped_with_the_figures_that_say_so(proposal: Proposal) -> None:
    (change,) = of(proposal, "act")
    assert (change.action, change.before, change.after) == ("drop", "u, v, w", "u, v")
    assert "a: w minus" in change.evidence and "b: w minus" in change.evidence
    assert all(figures["high"] < 0 for figures in change.numbers.values())


def test_a_range_loses_its_losing_end_and_grows_at_the_end_of_the_best(proposal: Proposal) -> None:
    actions = {change.action for change in of(proposal, "lr")}
    lr = proposal.config.study.space["lr"]
    assert actions == {"narrow", "widen"}
    assert not isinstance(lr, CategoricalConfig)
    assert 0.0001 < lr.low < 0.1 and lr.high > 1.0


def test_a_setting_that_does_nothing_is_fixed_where_the_best_trial_had_it(
    table: pd.DataFrame, proposal: Proposal
) -> None:
    fixed = [change for change in proposal.changes if change.action == "fix"]
    assert fixed and {c.parameter for c in fixed} <= {"decay", "width", "depth", "heads"}
    best = table.loc[table["value"].idxmax()]
    for change in fixed:
        if change.parameter in ("width", "decay"):
            value = float(best[f"param_{change.parameter}"])
            told = 0.0 if change.parameter == "decay" and value < 1e-5 else value
            assert float(change.after) == pytest.approx(told, rel=0.01)
        assert "it explains" in change.evidence and "best selected trial" in change.evidence


def test_every_setting_has_a_line_and_every_line_a_rule(proposal: Proposal) -> None:
    assert {change.parameter for change in proposal.changes} == set(SPACE)
    record = proposal.record()
    assert {change["action"] for change in record["changes"]} == record["rules"].keys()
    assert record["rules"].keys() <= RULES.keys()
    assert all(change.evidence for change in proposal.changes)


def test_few_trials_keep_everything_and_say_so() -> None:
    few = proposed(trials(16, planted))
    assert not few.revision.changed
    assert "not enough trials to say" in of(few, "lr")[0].evidence
    assert few.config.study.space == config().study.space


def test_what_a_selected_trial_had_is_never_taken_away() -> None:
    lucky = trials(240, planted)
    first = lucky.index[lucky["param_act"] == "w"][0]
    lucky.loc[first, ["value", "intermediate_values"]] = [99.0, '{"1": 99.0}']
    kept = proposed(lucky).config.study.space["act"]
    assert isinstance(kept, CategoricalConfig) and "w" in kept.choices


def test_a_choice_that_loses_for_one_encoder_alone_stays() -> None:
    def truth(params: Mapping[str, Any]) -> float:
        return -6.0 if params["act"] == "w" and params["kind"] == "a" else 0.0

    table = trials(240, truth)
    of_b = table[table["param_kind"] == "b"].sort_values("value", ascending=False).head(5)
    table.loc[of_b.index, "param_act"] = "u"  # so that no selected trial speaks for w
    (change,) = of(proposed(table), "act")
    assert change.action == "keep"


def test_an_encoder_that_lost_goes_with_the_settings_that_only_it_had(table: pd.DataFrame) -> None:
    after = proposed(table, comparisons=[comparison(-0.2, -0.1)])
    kind = after.config.study.space["kind"]
    assert isinstance(kind, CategoricalConfig) and kind.choices == ("a",)
    assert "heads" not in after.config.study.space and "depth" in after.config.study.space
    assert [change.action for change in of(after, "heads")] == ["remove"]
    assert after.revision.n_warm <= (table["param_kind"] == "a").sum()
    undecided = proposed(table, comparisons=[comparison(-0.2, 0.1)]).config.study.space["kind"]
    assert isinstance(undecided, CategoricalConfig) and undecided.choices == ("a", "b")


def test_what_the_audit_found_dead_is_fixed_on_its_word(table: pd.DataFrame) -> None:
    finding = {"severity": "error", "key": "study.space.depth", "text": "changes nothing at all"}
    (change,) = of(proposed(table, audit={"findings": [finding]}), "depth")
    assert change.action == "fix" and "the audit: changes nothing at all" in change.evidence


def test_fixing_stops_where_too_few_trials_would_start_warm(table: pd.DataFrame) -> None:
    many = config(sampler={"n_startup_trials": 150})
    changes = proposed(table, many).changes
    width = next(change for change in changes if change.parameter == "width")
    assert width.action == "keep" and "would be left to start warm from" in width.evidence


def test_a_change_that_the_classifier_could_not_train_with_is_not_proposed() -> None:
    from arcsweep.proposal.edits import wider
    from arcsweep.proposal.proposal import Whole, _problem

    told = load_config([Path(__file__).parents[2] / "config.yaml"])
    depth = wider(told.study.space["depth"], "high")
    assert depth is not None
    problem = _problem(told.study, {**told.study.space, "depth": depth}, Whole(told))
    assert "depth.high must be a whole number from 1 to 6" in problem


def test_the_proposal_loads_alone_and_over_what_the_study_was_told(
    tmp_path: Path, table: pd.DataFrame
) -> None:
    from arcsweep.config.dump import config_text

    told = config()
    after = proposed(table, told, comparisons=[comparison(-0.2, -0.1)])
    (tmp_path / "told.yaml").write_text(config_text(told))
    (tmp_path / "next.yaml").write_text(after.text)
    for files in ([tmp_path / "next.yaml"], [tmp_path / "told.yaml", tmp_path / "next.yaml"]):
        loaded = load_config(files)
        assert loaded == after.config
        assert (loaded.study.name, loaded.study.warm_start_from) == ("old-2", "old")
    assert "heads: null" in after.text


def test_the_difference_shows_each_changed_line_under_its_evidence(proposal: Proposal) -> None:
    lines = proposal.diff.splitlines()
    assert lines[:2] == ["--- old (as told)", "+++ old-2 (proposed)"]
    assert "-    act: {type: categorical, choices: [u, v, w]}" in lines
    after = lines.index("+    act: {type: categorical, choices: [u, v]}")
    comments = list(takewhile(lambda line: line.startswith("+    #"), lines[:after][::-1]))
    assert any("drop: u, v, w → u, v" in line for line in comments)


def test_names_of_successors_count_up_and_fit() -> None:
    assert [next_name(name) for name in ("x", "x-2", "v2_x-9")] == ["x-2", "x-3", "v2_x-10"]
    assert len(next_name("n" * 100)) == 100


def comparison(low: float, high: float) -> Comparison:
    """b minus a, as far as the proposal reads it."""

    class Named:
        def __init__(self, name: str) -> None:
            self.name, self.label = name, name.upper()

    difference = Interval((low + high) / 2, low, high, 0.95, 80, "made up")
    return Comparison(Named("a"), Named("b"), difference, None)  # type: ignore[arg-type]
