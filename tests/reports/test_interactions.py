"""Claims of the interactions, on made-up trials with a planted pair."""

from pathlib import Path

import numpy as np

from arcsweep.reports.analysis import analyse
from arcsweep.reports.interactions import Interactions
from arcsweep.reports.material import load_material
from arcsweep.reports.pages import render_pages
from arcsweep.reports.scores import Resampling
from arcsweep.reports.sensitivity import sensitivity

from .page import Page
from .synthetic import SyntheticStudy
from .test_sensitivity import RESAMPLING, SPACE, trials


def pairs(n: int, seed: int = 0, slope: float = 0.0, **effects: float) -> Interactions:
    """Interactions of n trials in which lr and flag, by themselves without effect, act together."""
    table = trials(n, seed, **effects)
    sign = np.where(table["param_flag"], 1.0, -1.0)
    values = table["value"] + slope * (table["param_lr"] - 0.5) * sign
    table["value"] = values
    table["intermediate_values"] = [f'{{"1": {value}}}' for value in values]
    return sensitivity(table, SPACE, "maximize", RESAMPLING, by="kind").interactions


def test_a_planted_pair_is_found_and_its_corners_show_how_it_acts() -> None:
    found = pairs(120, slope=5.0).found
    (pair,) = [p for p in found if {p.first, p.second} == {"lr", "flag"}]
    assert pair is found[0] and pair.share.low > 0
    assert sum(corner.n_trials for corner in pair.corners) == 120
    same, other, third, opposite = (corner.standing for corner in pair.corners)
    assert abs(same - other - third + opposite) > 0.4, "the second turns what the first does round"


def test_two_strong_parameters_that_merely_add_up_do_not_interact() -> None:
    """All pairs together err in about 5 % of studies; benchmarks/calibration.py counts many."""
    false = [
        {"lr", "depth"} in [{pair.first, pair.second} for pair in found]
        for found in (pairs(100, seed, lr=7.0, depth=2.0).found for seed in range(6))
    ]
    assert sum(false) <= 1


def test_with_few_trials_no_pair_is_judged_and_the_untold_are_counted() -> None:
    few = pairs(39, slope=9.0)
    assert not few.enough and few.n_untold == 3


def test_a_pair_with_a_rare_combination_is_not_judged() -> None:
    table = trials(80)
    table["param_flag"] = table["param_depth"] > 2
    table["param_heat"] = np.nan
    result = sensitivity(table, SPACE, "maximize", RESAMPLING, by="kind").interactions
    judged = [{pair.first, pair.second} for pair in result.pairs]
    assert {"depth", "flag"} not in judged and {"lr", "flag"} in judged


def test_equal_material_gives_equal_figures() -> None:
    assert pairs(60, slope=4.0) == pairs(60, slope=4.0)


def test_the_index_says_of_pairs_what_can_be_said(tmp_path: Path) -> None:
    study = SyntheticStudy(tmp_path, n_trials=90).write()
    text = Page(render_pages(analyse(load_material(study.config, study.paths)))["index"]).text
    assert text.count("Pairs that act together") == 2
    assert "Not enough trials to say. A pair of settings is judged from 40 trials" in text
    assert "could not be seen with so few trials" in text or "More than chance" in text


def test_the_confidence_bounds_all_pairs_together() -> None:
    table = trials(80, 3)
    loose = sensitivity(table, SPACE, "maximize", Resampling(0.6, 300, 0), by="kind")
    strict = sensitivity(table, SPACE, "maximize", Resampling(0.99, 300, 0), by="kind")
    noise = [min(p.noise for p in result.interactions.pairs) for result in (loose, strict)]
    assert noise[0] < noise[1]
