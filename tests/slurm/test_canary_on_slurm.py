"""The database's password in nothing that Slurm knows, keeps or hands on."""

import sys
from pathlib import Path

import pytest
from cluster_sweep import ClusterSweep, slurm

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from arcsweep.storage.folder import DatabaseFolder
from canary.watch import ProcessWatch, files_with, spellings

pytestmark = pytest.mark.usefixtures("cluster")


def test_a_sweep_on_slurm_shows_its_password_nowhere(tmp_path: Path) -> None:
    sweep = ClusterSweep(tmp_path, n_trials=12, n_workers=4, epoch_s=0.3)
    passfile = DatabaseFolder(tmp_path / "outputs" / "database").passfile
    password = passfile.read_text().strip().rpartition(":")[2]
    with ProcessWatch(password, tmp_path) as watch:
        controller = sweep.start()
        sweep.wait(lambda: sweep.states()["RUNNING"] >= 2)
        told = slurm("scontrol", "show", "job", "--details")
        jobs = slurm("squeue", "--me", "--noheader", "--format=%A").split()
        told += "".join(slurm("scontrol", "write", "batch_script", job, "-") for job in set(jobs))
        assert "arcsweep worker" in told, "the job scripts were read"
        assert controller.wait(120) == 0
    told += slurm("sacct", "--parsable2", "--format=ALL", "--duplicates")
    sweep.arcsweep("db", "backup", "study.dump")
    for spelling in spellings(password):
        assert spelling not in told.encode()
    assert watch.hits == set() and len(watch.seen) > 50
    assert watch.n_checkpoints > 0 and watch.open_checkpoints == set()
    assert files_with(password, tmp_path, *state_folders(), apart_from=(passfile,)) == []
    sweep.assert_exact()
    sweep.arcsweep("db", "stop")


def state_folders() -> list[Path]:
    """Where slurmctld and the slurmds of the test cluster keep jobs, their scripts and logs."""
    from cluster import Cluster

    return [Cluster().folder]
