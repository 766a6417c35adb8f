"""What the database must hold after the storm, compared with what was computed outside it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from optuna.trial import FrozenTrial, TrialState
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from arcsweep.workers.result import RESULT_KEY
from chaos.epoch_log import Computed, Repeat, by_epoch, repeats
from chaos.storm import Struck

_ENDED = re.compile(r"trial (\d+) \w+ after \d+ epochs")


@dataclass
class Judgement:
    """Violations of a promise are the lines in lost, duplicated, wrong and unexplained.

    repeated: kind of fault → epochs that were computed again because of it.
    """

    n_trials: int
    states: Counter[str]
    n_epochs: int
    n_repeated: int = 0
    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    repeated: Counter[str] = field(default_factory=Counter)

    @property
    def finished(self) -> int:
        return self.states["COMPLETE"] + self.states["PRUNED"]

    @property
    def is_exact(self) -> bool:
        return self.finished == self.n_trials


def judge(
    n_trials: int,
    trials: Sequence[FrozenTrial],
    log: Sequence[Computed],
    struck: Sequence[Struck],
    worker_logs: Iterable[Path],
    expected: "dict[int, list[float]]",
) -> Judgement:
    """Compare ``trials`` of the study with the epoch ``log`` and the workers' own words.

    expected: trial number → values by epoch, where they are known beforehand.
    """
    states = Counter(trial.state.name for trial in trials)
    found = Judgement(n_trials, states, len(log))
    computed = by_epoch(list(log))
    numbers = [trial.number for trial in trials]
    for number in sorted({row.trial for row in log} - set(numbers)):
        found.lost.append(f"trial {number} was computed and is not in the database")
    if sorted(numbers) != list(range(len(numbers))):
        found.lost.append(f"trial numbers have gaps: {sorted(numbers)}")
    for trial in trials:
        found.lost += _gaps(trial, computed)
        found.wrong += _differences(trial, computed, expected.get(trial.number))
    found.duplicated += _equal_parameters(trials) + _ended_twice(worker_logs)
    _attribute(found, repeats(list(log)), struck)
    return found


def _gaps(trial: FrozenTrial, computed: Mapping[tuple[int, int], list[Computed]]) -> list[str]:
    if not trial.state.is_finished() or trial.state == TrialState.FAIL:
        return [f"trial {trial.number} is {trial.state.name}"]
    result = trial.user_attrs.get(RESULT_KEY)
    if result is None:
        return [f"trial {trial.number} has no result"]
    steps = sorted(trial.intermediate_values)
    n_epochs = int(result["epochs_run"])
    if steps != list(range(1, n_epochs + 1)):
        return [f"trial {trial.number} ran {n_epochs} epochs and has reports of {steps}"]
    logged = sorted(epoch for number, epoch in computed if number == trial.number)
    if logged != steps:
        return [f"trial {trial.number} has reports of {steps}, computed were {logged}"]
    return []


def _differences(
    trial: FrozenTrial,
    computed: Mapping[tuple[int, int], list[Computed]],
    expected: list[float] | None,
) -> list[str]:
    lines = []
    for epoch, value in trial.intermediate_values.items():
        known = {row.value for row in computed.get((trial.number, epoch), [])}
        if expected is not None:
            known.add(expected[epoch - 1])
        if known != {value}:
            lines.append(f"trial {trial.number} epoch {epoch}: {value}, computed {sorted(known)}")
    values = trial.intermediate_values.values()
    if trial.state == TrialState.COMPLETE and trial.value != max(values, default=None):
        lines.append(f"trial {trial.number}: value {trial.value} is not that of its best epoch")
    return lines


def _equal_parameters(trials: Sequence[FrozenTrial]) -> list[str]:
    drawn: dict[str, list[int]] = {}
    for trial in trials:
        drawn.setdefault(repr(sorted(trial.params.items())), []).append(trial.number)
    return [f"trials {same} drew {params}" for params, same in drawn.items() if len(same) > 1]


def _ended_twice(worker_logs: Iterable[Path]) -> list[str]:
    ends: Counter[str] = Counter()
    for path in worker_logs:
        ends.update(_ENDED.findall(path.read_text(errors="replace")))
    return [f"trial {number} was ended {n} times" for number, n in ends.items() if n > 1]


def _attribute(found: Judgement, again: Sequence[Repeat], struck: Sequence[Struck]) -> None:
    """Give each repeated epoch a fault that hit one of the workers which computed it, and each
    fault at most one epoch for every worker that it hit; what is left over is a violation."""
    units = [repeat for repeat in again for _ in range(repeat.times)]
    hits = [(fault.kind, pid) for fault in struck for pid in sorted(fault.hit)]
    found.n_repeated = len(units)
    allowed = np.zeros((len(units), max(1, len(hits))), dtype=np.int8)
    for row, repeat in enumerate(units):
        for column, (_, pid) in enumerate(hits):
            allowed[row, column] = pid in repeat.pids
    if not units:
        return
    for repeat, column in zip(
        units, maximum_bipartite_matching(csr_array(allowed), perm_type="column"), strict=True
    ):
        if column >= 0:
            found.repeated[hits[column][0]] += 1
        else:
            found.unexplained.append(f"epoch {repeat.epoch} of trial {repeat.trial}: {repeat.pids}")
