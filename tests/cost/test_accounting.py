"""What sacct prints, read; the lines were printed by a Slurm 22.05."""

from pathlib import Path

import pytest

from arcsweep.cost.accounting import JobUse, jobs_since, parse
from arcsweep.cost.stages import stage_of, stages_of_logs
from arcsweep.cost.table import stage_cost

SWEPT = "19_3|arcsweep-0bf|CANCELLED by 1000|1795557500|1795557560|1795557570|36|36"
LINES = f"""\
28|arcsweep_319e|COMPLETED|1795557582|1795557582|1795557583|24|48|00:06.204|1000M||billing=1,cpu=2,gres/gpu=3,mem=1000M,node=1|/home/me/a|b
28.batch|batch|COMPLETED|1795557583|1795557583|1795557583|24|48|00:01.505||178692K|cpu=2|
28.0|python|COMPLETED|1795557590|1795557590|1795557590|17|34|01:00:04.698||544100K|cpu=2|
{SWEPT}|1-00:00:02|2G||mem=2G|/home/me/c
19_4|arcsweep-0bf|PENDING|1795557500|Unknown|Unknown|0|0|00:00:00|2G|||/home/me/c
""".splitlines()


def test_steps_give_their_job_its_peak_and_nothing_is_double() -> None:
    first, cancelled, waiting = parse(LINES)
    assert first.workdir == "/home/me/a|b"
    assert first.memory_peak_mb == pytest.approx(544100 / 1024)
    assert (first.cpu_asked_s, first.cpu_used_s) == (48, pytest.approx(6.204))
    assert first.gpu_asked_s == 24 * 3
    assert first.waited_s == 1
    assert cancelled.state == "CANCELLED"
    assert cancelled.waited_s == 10, "from when it might have started"
    assert cancelled.cpu_used_s == 86402
    assert cancelled.memory_asked_mb == 2048
    assert waiting.waited_s is None and waiting.memory_peak_mb is None


def test_a_requeued_task_is_one_job_with_two_starts() -> None:
    job = parse(LINES)[1]
    waiting = parse(LINES)[2]
    cost = stage_cost("sweep", [job, job, waiting])
    assert (cost.jobs, cost.starts) == (1, 2), "what never started is no job yet"
    assert cost.cpu_hours_asked == pytest.approx(72 / 3600)
    assert (cost.wait_median_s, cost.wait_max_s) == (10, 10)
    assert cost.memory_peak_mb is None


def test_jobs_find_their_stage_by_the_plugins_logs(tmp_path: Path) -> None:
    for log in ("rule_extended/cnn_1_0/28.log", "group_prepare_labels_split_tasks/18.log", "x.log"):
        (tmp_path / log).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / log).touch()
    stages = stages_of_logs(tmp_path)
    assert stages == {"28": "extended", "18": "prepare"}
    extended, worker, _ = parse(LINES)
    assert stage_of(extended, "arcsweep-0bf", stages) == "extended"
    assert stage_of(worker, "arcsweep-0bf", stages) == "sweep"
    assert stage_of(worker, "arcsweep-another", stages) is None


def test_without_accounting_there_is_no_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert jobs_since(0.0, tmp_path) is None


def test_a_line_that_is_no_job_is_left_out() -> None:
    assert parse(["", "sacct: error: something"]) == []
    assert isinstance(parse(LINES)[0], JobUse)
