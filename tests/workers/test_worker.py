"""Workers on real PostgreSQL: the budget, continuation, and who owns what."""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import optuna
import pytest
from optuna.trial import TrialState
from sweep import epochs_run, make_worker, prepare, spawn
from toy import ToyObjective, study_config

from arcsweep.errors import ArcsweepError
from arcsweep.protocol import EpochReport, Params, Reporter
from arcsweep.storage.location import Database
from arcsweep.storage.optuna_storage import fenced_storage
from arcsweep.study.opening import open_study
from arcsweep.study.space import Space
from arcsweep.workers.checkpoint import CheckpointFolder
from arcsweep.workers.worker import Stopped


def trials_of(url: str) -> list[optuna.trial.FrozenTrial]:
    return open_study(study_config(), url, {}).study.get_trials(deepcopy=False)


def assert_exact(url: str, n_trials: int) -> None:
    states = Counter(t.state for t in trials_of(url))
    assert states[TrialState.COMPLETE] + states[TrialState.PRUNED] == n_trials
    assert states[TrialState.RUNNING] == states[TrialState.WAITING] == 0


def test_one_worker_runs_exactly_the_budget(database: Database, tmp_path: Path) -> None:
    prepare(database.url(), 9)
    worker = make_worker(database.url(), tmp_path)
    assert worker.run().finished == 9
    assert_exact(database.url(), 9)
    assert sorted(t.number for t in trials_of(database.url())) == list(range(9))
    assert not list(tmp_path.iterdir()), "finished trials leave no checkpoints"


def test_a_second_run_adds_nothing_and_a_raised_budget_adds_the_difference(
    database: Database, tmp_path: Path
) -> None:
    prepare(database.url(), 5)
    make_worker(database.url(), tmp_path).run()
    make_worker(database.url(), tmp_path).run()
    assert_exact(database.url(), 5)
    prepare(database.url(), 8)
    make_worker(database.url(), tmp_path).run()
    assert_exact(database.url(), 8)


def test_a_diverged_trial_counts_and_keeps_its_reason(database: Database, tmp_path: Path) -> None:
    prepare(database.url(), 4)
    make_worker(database.url(), tmp_path, ToyObjective(diverge_below=2.0)).run()
    assert_exact(database.url(), 4)
    results = [t.user_attrs["result"] for t in trials_of(database.url())]
    assert {r["outcome"] for r in results} == {"diverged"}
    assert {r["reason"] for r in results} == {"x is too small"}


def test_a_value_that_is_no_number_is_a_diverged_trial(database: Database, tmp_path: Path) -> None:
    class NotANumber(ToyObjective):
        def train(self, params: Params, seed: int, reporter: Reporter) -> None:
            reporter.report(EpochReport(1, float("nan")), lambda: b"")

    prepare(database.url(), 2)
    make_worker(database.url(), tmp_path, NotANumber()).run()
    assert {t.state for t in trials_of(database.url())} == {TrialState.PRUNED}


def test_programming_errors_cost_no_budget_and_stop_the_sweep_with_the_traceback(
    database: Database, tmp_path: Path
) -> None:
    class Broken(ToyObjective):
        def train(self, params: Params, seed: int, reporter: Reporter) -> None:
            raise KeyError("no such column")

    prepare(database.url(), 6)
    with pytest.raises(ArcsweepError, match=r"study\.max_failed[\s\S]*no such column"):
        make_worker(database.url(), tmp_path, Broken()).run()
    make_worker(database.url(), tmp_path).run()
    assert_exact(database.url(), 6)
    assert Counter(t.state for t in trials_of(database.url()))[TrialState.FAIL] == 3


def test_a_worker_told_to_stop_gives_its_trial_back_for_another_to_go_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOY_LOG", str(tmp_path / "ck.log"))
    prepare(database.url(), 1)
    calls = iter(range(100))
    # Asked before the first trial, then between epochs.
    leaving = make_worker(
        database.url(),
        tmp_path / "ck",
        stop_reason=lambda: "SIGTERM" if next(calls) > 6 else None,
    )
    with pytest.raises(Stopped, match="SIGTERM"):
        leaving.run()
    assert [t.state for t in trials_of(database.url())] == [TrialState.RUNNING]
    make_worker(database.url(), tmp_path / "ck").run()
    assert_exact(database.url(), 1)
    assert set(epochs_run(tmp_path / "ck").values()) == {1}, "no epoch was computed twice"


def test_a_trial_that_loses_three_owners_before_an_epoch_is_pruned_as_stuck(
    database: Database, tmp_path: Path
) -> None:
    class Dies(ToyObjective):
        def train(self, params: Params, seed: int, reporter: Reporter) -> None:
            os._exit(9)

    prepare(database.url(), 1)
    for _ in range(3):
        child = os.fork()
        if child == 0:
            make_worker(database.url(), tmp_path, Dies()).run()
        os.waitpid(child, 0)
    make_worker(database.url(), tmp_path).run()
    (trial,) = trials_of(database.url())
    assert trial.state == TrialState.PRUNED
    assert trial.user_attrs["result"]["outcome"] == "stuck"


def test_a_trial_whose_owner_died_while_drawing_its_parameters_is_gone_on_with(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw_one_and_die(space: Space, trial: optuna.Trial) -> None:
        trial.suggest_categorical("kind", ["a", "b"])
        os._exit(9)

    prepare(database.url(), 2)
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(Space, "suggest", draw_one_and_die)
        make_worker(database.url(), tmp_path).run()
    os.waitpid(child, 0)
    (begun,) = trials_of(database.url())
    assert set(begun.params) == {"kind"}
    # Its trial is a start-up one: nothing makes this worker read the others' trials before.
    make_worker(database.url(), tmp_path).run()
    assert_exact(database.url(), 2)
    assert trials_of(database.url())[0].params["kind"] == begun.params["kind"]


def test_a_suspended_owner_that_wakes_after_a_take_over_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    prepare(database.url(), 1)
    checkpoints = tmp_path / "ck"
    sleeper = spawn(database.url(), checkpoints, epoch_s=0.4, lease_s=2.0)
    try:
        _wait_for_epoch(checkpoints, 2)
        os.kill(sleeper.pid, signal.SIGSTOP)
        time.sleep(4.5)  # the lease, and the silence that the first sign after it notices
        other = spawn(database.url(), checkpoints, epoch_s=0.4, lease_s=2.0)
        deadline = time.monotonic() + 30
        while other.poll() is None and time.monotonic() < deadline:
            time.sleep(0.1)
            if _owner_pid(database.url()) == other.pid:
                os.kill(sleeper.pid, signal.SIGCONT)
        assert other.wait(60) == 0
        os.kill(sleeper.pid, signal.SIGCONT)  # on a busy machine the loop may miss the take-over
        assert sleeper.wait(60) == 0
    finally:
        for process in (sleeper,):
            process.kill()
    assert_exact(database.url(), 1)
    assert all(times <= 2 for times in epochs_run(checkpoints).values())


def _owner_pid(url: str) -> int | None:
    opened = open_study(study_config(), url, {})
    with opened.engine.connect() as connection:
        owner = connection.exec_driver_sql("SELECT owner FROM arcsweep.leases").scalar()
    opened.engine.dispose()
    return owner["pid"] if owner else None


def _wait_for_epoch(checkpoints: Path, epoch: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if Path(str(checkpoints) + ".log").exists() and any(
            e > epoch for _, e in epochs_run(checkpoints)
        ):
            return
        time.sleep(0.05)
    raise AssertionError("the worker did not start")


@pytest.mark.slow
def test_eight_workers_killed_at_random_finish_exactly_the_budget(
    database: Database, tmp_path: Path
) -> None:
    seed = int(os.environ.get("ARCSWEEP_TEST_SEED", time.time_ns() % 2**32))
    print(f"ARCSWEEP_TEST_SEED={seed}")
    rng = random.Random(seed)
    n_trials, n_workers, n_kills = 60, 8, 12
    prepare(database.url(), n_trials)
    checkpoints = tmp_path / "ck"
    workers = [spawn(database.url(), checkpoints, epoch_s=0.05) for _ in range(n_workers)]
    _wait_for_epoch(checkpoints, 1)
    for _ in range(n_kills):
        time.sleep(rng.uniform(0.1, 0.8))
        victim = rng.randrange(n_workers)
        workers[victim].kill()
        workers[victim].wait()
        workers[victim] = spawn(database.url(), checkpoints, epoch_s=0.05)
    assert [worker.wait(120) for worker in workers] == [0] * n_workers
    assert_exact(database.url(), n_trials)
    repeated = sum(times - 1 for times in epochs_run(checkpoints).values())
    assert repeated <= n_kills, "a kill costs at most the epoch in flight"


def test_pruning_decisions_survive_the_death_of_their_maker(
    database: Database, tmp_path: Path
) -> None:
    """Killed after each checkpoint in turn, the study comes out as if never interrupted."""
    prepare(database.url(), 8)
    make_worker(database.url(), tmp_path / "whole").run()
    whole = [(t.state, t.params, t.intermediate_values) for t in trials_of(database.url())]
    optuna.delete_study(study_name="toy", storage=fenced_storage(database.url(), {}))
    prepare(database.url(), 8)
    while _dies_after_saving_once(database.url(), tmp_path / "killed"):
        pass
    killed = [(t.state, t.params, t.intermediate_values) for t in trials_of(database.url())]
    assert killed == whole


def _dies_after_saving_once(url: str, checkpoints: Path) -> bool:
    child = os.fork()
    if child == 0:
        _die_after_saving()
        make_worker(url, checkpoints).run()
        os._exit(0)
    return os.waitpid(child, 0)[1] != 0


def _die_after_saving() -> None:
    save = CheckpointFolder.save

    def save_and_die(self: CheckpointFolder, *arguments: object) -> None:
        save(self, *arguments)  # type: ignore[arg-type]
        os._exit(9)

    CheckpointFolder.save = save_and_die  # type: ignore[method-assign]
