"""The ledger: what the faults did, as a table for people and as JSON."""

from dataclasses import dataclass
from itertools import chain
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from chaos.judgement import Judgement
from chaos.observer import Snapshot
from chaos.recovery import DEFINITION, trials_back_s, workers_back_s
from chaos.storm import Struck

HIT_RULE = (
    "a fault counts once for every worker that it hit (a node holds two); faults of the database"
    " and the controller hit none"
)
MOST_SHOWN = 10


@dataclass
class SweepResult:
    """One sweep after its storm. remarks: whatever else went wrong, one line each."""

    name: str
    seconds: float
    struck: list[Struck]
    seen: list[Snapshot]
    judgement: Judgement
    remarks: list[str]
    retrained: dict[int, bool]
    """Trial number → whether training it again, uninterrupted, gave the same bits."""

    @property
    def most_counted(self) -> int:
        """The most trials that counted against the budget at any time."""
        return max((snapshot.counted for snapshot in self.seen), default=0)

    @property
    def violations(self) -> list[str]:
        """Every broken promise; none means that the sweep passed."""
        judged = self.judgement
        lines = [*judged.lost, *judged.duplicated, *judged.wrong]
        lines += [f"repeated without a fault: {line}" for line in judged.unexplained]
        if not judged.is_exact or self.most_counted > judged.n_trials:
            lines.append(
                f"budget {judged.n_trials}: {judged.finished} finished, at most"
                f" {self.most_counted} at a time"
            )
        lines += [
            f"trial {number} trained again differs"
            for number, same in self.retrained.items()
            if not same
        ]
        return [f"{self.name}: {line}" for line in (*lines, *self.remarks)]


@dataclass
class Ledger:
    """All sweeps of one run."""

    seed: int
    sweeps: list[SweepResult]
    least_faults: int
    least_kinds: int

    @property
    def struck(self) -> list[Struck]:
        return list(chain.from_iterable(sweep.struck for sweep in self.sweeps))

    @property
    def violations(self) -> list[str]:
        lines = list(chain.from_iterable(sweep.violations for sweep in self.sweeps))
        kinds = {fault.kind for fault in self.struck}
        if len(self.struck) < self.least_faults or len(kinds) < self.least_kinds:
            lines.append(
                f"{len(self.struck)} faults of {len(kinds)} kinds struck, at least"
                f" {self.least_faults} of {self.least_kinds} must"
            )
        return lines

    def rows(self) -> list[dict[str, Any]]:
        """One row a kind."""
        return [
            self._row(kind, [fault for fault in self.struck if fault.kind == kind])
            for kind in sorted({fault.kind for fault in self.struck})
        ]

    def _row(self, kind: str, faults: list[Struck]) -> dict[str, Any]:
        trials, workers = [], []
        for sweep in self.sweeps:
            for fault in (fault for fault in sweep.struck if fault.kind == kind):
                trials.append(trials_back_s(fault, sweep.seen))
                workers.append(workers_back_s(fault, sweep.seen, sweep.judgement.n_trials))
        return {
            "kind": kind,
            "faults": len(faults),
            "workers_hit": sum(len(fault.hit) for fault in faults),
            "epochs_repeated": sum(sweep.judgement.repeated[kind] for sweep in self.sweeps),
            "trials_back_s": _middle_and_most(trials),
            "workers_back_s": _middle_and_most(workers),
        }

    def totals(self) -> list[dict[str, Any]]:
        """One row a sweep."""
        return [
            {
                "sweep": sweep.name,
                "seconds": round(sweep.seconds),
                "faults": len(sweep.struck),
                "most_at_once": _most_at_once(sweep.struck),
                "budget": sweep.judgement.n_trials,
                "finished": sweep.judgement.finished,
                "running": sweep.judgement.states["RUNNING"],
                "lost": len(sweep.judgement.lost),
                "duplicated": len(sweep.judgement.duplicated),
                "wrong": len(sweep.judgement.wrong),
                "epochs": sweep.judgement.n_epochs,
                "repeated": sweep.judgement.n_repeated,
                "retrained_equal": f"{sum(sweep.retrained.values())} of {len(sweep.retrained)}",
            }
            for sweep in self.sweeps
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "seed": self.seed,
            "passed": not self.violations,
            "definitions": {"recovery": DEFINITION, "hits": HIT_RULE},
            "kinds": self.rows(),
            "sweeps": self.totals(),
            "violations": self.violations,
            "faults": [
                {
                    "sweep": sweep.name,
                    "kind": fault.kind,
                    "at_s": round(fault.at - sweep.seen[0].at, 2) if sweep.seen else None,
                    "lasted_s": round(fault.mended_at - fault.at, 2),
                    "workers_hit": len(fault.hit),
                    "trials_back_s": trials_back_s(fault, sweep.seen),
                }
                for sweep in self.sweeps
                for fault in sweep.struck
            ],
        }

    def show(self) -> None:
        """Print the ledger."""
        console = Console(width=max(120, Console().width))
        console.print(_table(f"chaos, seed {self.seed}", self.totals()))
        console.print(_table("faults by kind (seconds: median / maximum)", self.rows()))
        console.print(f"Recovery, {DEFINITION}\nHits: {HIT_RULE}.", highlight=False)
        for line in self.violations[:MOST_SHOWN]:
            console.print(f"VIOLATION {line}", markup=False)
        if len(self.violations) > MOST_SHOWN:
            console.print(f"… and {len(self.violations) - MOST_SHOWN} more")
        console.print("FAILED" if self.violations else "passed", style="bold")


def _table(title: str, rows: list[dict[str, Any]]) -> Table:
    table = Table(title=title)
    for name in rows[0] if rows else ():
        table.add_column(name.replace("_", " "), justify="left" if name == "kind" else "right")
    for row in rows:
        table.add_row(*(_shown(value) for value in row.values()))
    return table


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        if value["median"] is None:
            return "–"
        return f"{value['median']:.1f} / {value['maximum']:.1f}"
    return str(value)


def _middle_and_most(seconds: list[float | None]) -> dict[str, float | int | None]:
    known = [value for value in seconds if value is not None]
    unseen = len(seconds) - len(known)
    if not known:
        return {"median": None, "maximum": None, "unseen": unseen}
    return {
        "median": round(median(known), 2),
        "maximum": round(max(known), 2),
        "unseen": unseen,
    }


def _most_at_once(struck: list[Struck]) -> int:
    """The most faults that lasted at the same moment."""
    edges = [(fault.at, 1) for fault in struck] + [(fault.mended_at, -1) for fault in struck]
    most = now = 0
    for _, step in sorted(edges):
        now += step
        most = max(most, now)
    return most
