"""The short form of the chaos harness; ``make chaos`` runs the full one."""

import os
import time
from pathlib import Path

import pytest
from cluster import Cluster

from chaos import sweeps
from chaos.ledger import Ledger
from chaos.run import run_chaos


@pytest.mark.slow
def test_a_short_storm_loses_nothing_and_repeats_an_epoch_a_hit_at_most(
    cluster: Cluster, tmp_path: Path
) -> None:
    seed = int(os.environ.get("ARCSWEEP_CHAOS_SEED") or time.time_ns() % 2**32)
    print(f"ARCSWEEP_CHAOS_SEED={seed}")
    subject = sweeps.bare_toy(cluster, tmp_path, n_trials=50, epoch_s=0.4)
    ledger = Ledger(
        seed,
        [run_chaos(cluster, subject, sweeps.short_storm(), seed)],
        least_faults=12,
        least_kinds=5,
    )
    ledger.show()
    assert ledger.violations == []
