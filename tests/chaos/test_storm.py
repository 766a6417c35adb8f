"""The plan of a storm."""

from chaos.storm import plan
from chaos.sweeps import LASTS_S, toy_storm


def test_a_seed_decides_kinds_targets_and_times() -> None:
    storm = toy_storm()
    plans = [plan(seed, storm.faults, storm.gap_s, LASTS_S) for seed in (1, 1, 2)]
    assert plans[0] == plans[1] != plans[2]
    assert len(plans[0]) == sum(storm.faults.values())
