"""The largest configuration is found by what it holds and measured in a process of its own."""

import numpy as np
import pytest

from arcsweep.audit.effects import Rehearsals, broken_findings
from arcsweep.audit.footprints import footprint_in_child, largest_params
from arcsweep.config import Config
from arcsweep.protocol import Footprint, OutOfMemory, Params
from arcsweep.study.space import Space

from .models import PUBLISHED_SPACE, Audited, config


class Hungry(Audited):
    """Really takes ``mb`` megabytes, or dies of it."""

    def footprint(self, params: Params, seed: int, share: float) -> Footprint:
        if params["mb"] == 0:
            raise OutOfMemory("no more")
        held = np.ones(int(float(params["mb"]) * share) * 2**20 // 8)
        from arcsweep.training.probe import _peak_mb

        return Footprint(_peak_mb(), float(held[0]), 1)


def build(settings: object, paths: object) -> Hungry:
    return Hungry(lambda params, epochs: "")


@pytest.fixture
def hungry() -> Config:
    return config({}, objective=f"{__name__}:build")


def test_peak_memory_is_the_childs_own_whatever_this_process_held(hungry: Config) -> None:
    ballast = np.ones(400 * 2**20 // 8)
    little, much = (footprint_in_child(hungry, {"mb": mb}, 1.0) for mb in (50, 250))
    assert little is not None
    assert much is not None
    assert much.peak_mb - little.peak_mb == pytest.approx(200, abs=30)
    assert little.peak_mb < ballast.nbytes / 2**20 + 50


def test_running_out_of_memory_is_an_answer(hungry: Config) -> None:
    assert footprint_in_child(hungry, {"mb": 0}, 1.0) is None


def test_the_largest_configuration_has_the_values_that_hold_most() -> None:
    space = Space(config(PUBLISHED_SPACE).study.space)
    rehearsals = Rehearsals(space, Audited(lambda params, epochs: ""))
    found = largest_params(rehearsals, "encoder_type", "cnn", np.random.default_rng(0))
    assert found == {"encoder_type": "cnn", "lr": 0.01, "width": 12, "depth": 6}


class Unranked(Audited):
    """A probe that cannot say what some parameters hold."""

    def held_mb(self, params: Params, seed: int) -> float:
        if params.get("width") == 12:
            raise OutOfMemory("no more")
        if params["encoder_type"] == "context":
            raise AttributeError("no such figure")
        return 1.0


def test_what_does_not_fit_is_the_largest_and_a_broken_ranking_is_told() -> None:
    asked = config(PUBLISHED_SPACE)
    rehearsals = Rehearsals(Space(asked.study.space), Unranked(lambda params, epochs: ""))
    generator = np.random.default_rng(0)
    assert largest_params(rehearsals, "encoder_type", "cnn", generator)["width"] == 12
    assert not list(broken_findings(rehearsals))
    largest_params(rehearsals, "encoder_type", "context", generator)
    (finding,) = broken_findings(rehearsals)
    assert "no such figure" in finding.evidence
