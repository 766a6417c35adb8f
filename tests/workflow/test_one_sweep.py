"""One finished sweep: what Snakemake shows of it, and that only what is needed runs again.

Its tests share the sweep and run in this order.
"""

import json
from pathlib import Path

from conftest import Sweep, jobs_run


def stored_runs(sweep: Sweep) -> list[Path]:
    return list((sweep.folder / "outputs" / "tiny" / "extended-store").glob("*/run.json"))


def test_the_whole_workflow_ends_with_its_reports_and_the_exact_budget(sweep: Sweep) -> None:
    trials = sweep.trials()
    assert list(trials["number"]) == [0, 1, 2, 3]
    assert set(trials["state"]) <= {"COMPLETE", "PRUNED"}
    reports = sweep.folder / "outputs" / "tiny" / "reports"
    assert len(list(reports.glob("*.html"))) == 13


def test_the_plan_is_shown_as_jobs_and_as_a_picture(sweep: Sweep) -> None:
    sweep.succeed("-n", "--forceall")
    picture = sweep.succeed("--dag", "--forceall")
    assert "digraph snakemake_dag" in picture and "extended" in picture
    rules = sweep.succeed("--rulegraph")
    assert "digraph" in rules


def test_the_summary_lists_every_result(sweep: Sweep) -> None:
    summary = sweep.succeed("--summary")
    assert "outputs/tiny/trials.csv" in summary and "outputs/tiny/reports/index.html" in summary


def test_the_report_bundles_the_pages(sweep: Sweep) -> None:
    sweep.succeed("--report", "report.html")
    text = (sweep.folder / "report.html").read_text()
    assert "index.html" in text and "Categories" in text
    assert "explore.html" in text and "ceiling.svg" in text
    assert "Every labelled task as a point" in text, "a figure's caption is that of its kind"


def test_with_nothing_to_do_nothing_is_done(sweep: Sweep) -> None:
    assert "Nothing to be done" in sweep.succeed()


def test_a_dry_run_starts_no_database(sweep: Sweep) -> None:
    log = sweep.folder / "outputs" / "database" / "server.log"
    before = log.stat().st_mtime_ns
    sweep.succeed("-n", config=("study={n_trials: 50}",))
    assert log.stat().st_mtime_ns == before


def test_another_report_setting_makes_the_reports_alone_again(sweep: Sweep) -> None:
    output = sweep.succeed(config=("reports={title: Another title}",))
    assert jobs_run(output) == {"report": 1}
    index = sweep.folder / "outputs" / "tiny" / "reports" / "index.html"
    assert "Another title" in index.read_text()


def test_a_deleted_extended_run_is_made_again_with_what_depends_on_it(sweep: Sweep) -> None:
    sweep.succeed()
    record = sweep.folder / "outputs" / "tiny" / "extended" / "cnn-rank1-seed1.json"
    before = json.loads(record.read_text())
    record.unlink()
    expected = {"extended": 1, "embeddings": 1, "propose": 1, "report": 1}
    assert jobs_run(sweep.succeed()) == expected
    assert json.loads(record.read_text()) == before


def test_a_deleted_fold_run_is_made_again_without_training(sweep: Sweep) -> None:
    record = sweep.folder / "outputs" / "tiny" / "confirmation" / "cnn-rank1-fold1.json"
    before = json.loads(record.read_text())
    record.unlink()
    assert jobs_run(sweep.succeed()) == {"confirmation": 1, "report": 1}
    assert json.loads(record.read_text()) == before


def test_a_raised_budget_adds_exactly_the_difference_and_keeps_extended_runs(sweep: Sweep) -> None:
    before = sweep.trials()
    stored_before = {path.parent.name: path.stat().st_mtime_ns for path in stored_runs(sweep)}
    output = sweep.succeed(config=("study={n_trials: 6}",))
    after = sweep.trials()
    assert len(after) == 6
    assert after.head(4)["finished_at"].equals(before["finished_at"])
    assert "tasks" not in jobs_run(output)
    kept = {path.parent.name: path.stat().st_mtime_ns for path in stored_runs(sweep)}
    for name, moment in stored_before.items():
        assert kept[name] == moment, "a run that was there is not trained again"
    selection = json.loads((sweep.folder / "outputs" / "tiny" / "selection.json").read_text())
    chosen = {t["number"] for g in selection["groups"].values() for t in g["trials"]}
    assert {int(name.split("-")[1]) for name in kept} >= chosen


def test_another_training_setting_is_refused_as_a_mixture(sweep: Sweep) -> None:
    done = sweep.run(config=("study={n_trials: 6}", "training={epochs: 4}"))
    assert done.returncode != 0
    output = done.stdout + done.stderr
    assert "epochs 3, this run 4" in output and "study.name" in output
    assert len(sweep.trials()) == 6
    sweep.succeed(config=("study={n_trials: 6}",))
    assert len(sweep.trials()) == 6


def test_a_lower_budget_than_there_are_trials_is_refused(sweep: Sweep) -> None:
    done = sweep.run(config=("study={n_trials: 5}",))
    assert done.returncode != 0
    assert "study.n_trials must be at least 6, got 5" in done.stdout + done.stderr


def test_an_older_backup_is_noticed_and_reconciled(sweep: Sweep) -> None:
    """After the restore files say that all is done; the database knows better."""
    seven = ("study={n_trials: 7}",)
    (sweep.folder / "seven.yaml").write_text("study: {n_trials: 7}")
    sweep.arcsweep("db", "start")
    sweep.arcsweep("db", "backup", "six.dump")
    sweep.succeed(config=seven)
    sweep.arcsweep("db", "start")
    sweep.arcsweep("db", "restore", "six.dump", "--replace")
    sweep.arcsweep("db", "stop")
    for name in ("trials.parquet", "trials.csv"):
        (sweep.folder / "outputs" / "tiny" / name).unlink()
    done = sweep.run(config=seven)
    assert done.returncode != 0
    assert "holds 6 finished and 0 running trials" in done.stdout + done.stderr
    assert "arcsweep reconcile" in done.stdout + done.stderr
    sweep.arcsweep("db", "start")
    assert "1 open trial" in sweep.arcsweep("reconcile", "--config", "seven.yaml")
    sweep.succeed(config=seven)
    assert len(sweep.trials()) == 7
