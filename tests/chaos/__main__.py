"""``python -m chaos``: the full form, from the sweeps to the ledger and the exit status."""

import argparse
import fcntl
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from cluster import Cluster
from testcluster.errors import ClusterUnavailableError

from chaos import sweeps
from chaos.ground import small_disk
from chaos.ledger import Ledger
from chaos.run import DATABASE_DISK_MB, run_chaos

SEED_VARIABLE = "ARCSWEEP_CHAOS_SEED"
LEAST_FAULTS = 100
LEAST_KINDS = 8


def main() -> int:
    """Exit status 0 when every promise was kept, 1 when not, 2 when there can be no cluster."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", type=Path, default=Path("outputs/chaos/ledger.json"))
    options = parser.parse_args()
    seed = int(os.environ.get(SEED_VARIABLE) or time.time_ns() % 2**32)
    print(f"{SEED_VARIABLE}={seed}", flush=True)
    # So that what was begun is put back when the harness is told to end.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="arcsweep-chaos-"))
    folder.chmod(0o755)
    cluster = Cluster()
    with Path(f"{cluster.folder}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        was_up = cluster.is_up()
        try:
            cluster.up()
        except ClusterUnavailableError as error:
            print(f"no Slurm cluster here: {error}", file=sys.stderr)
            return 2
        try:
            ledger = _run(cluster, folder, seed)
        finally:
            if not was_up:
                cluster.down()
    options.ledger.parent.mkdir(parents=True, exist_ok=True)
    options.ledger.write_text(json.dumps(ledger.as_json(), indent=1) + "\n")
    ledger.show()
    print(f"ledger: {options.ledger}")
    if ledger.violations:
        print(f"everything that the run left: {folder}")
        return 1
    shutil.rmtree(folder)
    return 0


def _run(cluster: Cluster, folder: Path, seed: int) -> Ledger:
    sweeps.workflow_folder(folder)
    toy = sweeps.toy_of_the_workflow(cluster, folder, n_trials=360, epoch_s=0.8)
    real = sweeps.real_of_the_workflow(cluster, folder, n_trials=40)
    print("preparing the tasks of the workflow ...", flush=True)
    for words in (("tasks", "--processes", "2"), ("labels",), ("split",)):
        real.arcsweep(*words, timeout_s=900)
    print("the toy's storm ...", flush=True)
    # One database for both, as one folder has.
    with small_disk(toy.paths.database, DATABASE_DISK_MB):
        results = [run_chaos(cluster, toy, sweeps.toy_storm(), seed)]
        print("the storm on real training ...", flush=True)
        results.append(run_chaos(cluster, real, sweeps.real_storm(), seed + 1))
    return Ledger(seed, results, LEAST_FAULTS, LEAST_KINDS)


if __name__ == "__main__":
    sys.exit(main())
