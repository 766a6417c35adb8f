"""A stand-in for the study: accuracy curves of configurations that were never trained.

    python benchmarks/surrogate.py tabulate outputs/…/trials.parquet   # once, from real runs
    python benchmarks/surrogate.py check                               # held-out rank correlation

The table holds real runs of random configurations (overlays/table.yaml), none of them pruned. For
each encoder a forest of extremely randomised trees (Geurts et al. 2006, Machine Learning 63, 3-42)
maps parameters to the mean accuracy after each epoch. A stand-in run adds the residual curve of a
real run that the forest had not seen, always the same one for the same configuration.
"""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import typer
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.model_selection import KFold, cross_val_predict

TABLE = Path(__file__).with_name("surrogate_runs.csv")
EPOCHS = 20
SWITCH = "encoder_type"
FOLDS = 10

Array = NDArray[np.float64]
Params = Mapping[str, Any]


def tabulate(trials: Path) -> pd.DataFrame:
    """One row a complete run: its parameters (param_…) and its accuracy after each epoch (e1 …).

    A run that stopped early keeps its last accuracy: whoever replays it stops there as well.
    """
    table = pd.read_parquet(trials)
    table = table[table["outcome"] == "complete"]
    curves = np.full((len(table), EPOCHS), np.nan)
    for row, text in enumerate(table["intermediate_values"]):
        for epoch, value in json.loads(text).items():
            curves[row, int(epoch) - 1] = value
    names = [f"e{epoch}" for epoch in range(1, EPOCHS + 1)]
    filled = pd.DataFrame(curves, columns=names, index=table.index).ffill(axis=1)
    params = table[sorted(c for c in table.columns if c.startswith("param_"))]
    return pd.concat([params, table[["epochs_run", "seconds"]], filled.round(5)], axis=1)


@dataclass(frozen=True, eq=False)
class _Encoder:
    """What is known of one encoder: encoded parameters, curves (n, EPOCHS) and their forest."""

    names: tuple[str, ...]
    forest: ExtraTreesRegressor
    residuals: Array
    curves: Array
    held_out: Array


class Surrogate:
    """Curves of any configuration of the table's space."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.encoders = {
            str(encoder): _fit(rows) for encoder, rows in table.groupby(f"param_{SWITCH}")
        }

    def mean(self, params: Params) -> Array:
        """Mean accuracy after each epoch, (EPOCHS,), without the noise of one run."""
        known = self.encoders[str(params[SWITCH])]
        row = np.array([[_number(params.get(name)) for name in known.names]])
        curve: Array = known.forest.predict(row)[0]
        return curve

    def curve(self, params: Params) -> Array:
        """What one run shows, (EPOCHS,); the same for the same parameters."""
        known = self.encoders[str(params[SWITCH])]
        key = zlib.crc32(json.dumps(dict(params), sort_keys=True).encode())
        shown: Array = self.mean(params) + known.residuals[key % len(known.residuals)]
        return shown.clip(0.0, 1.0)

    def rank_correlations(self, samples: int = 2000) -> dict[str, tuple[float, float, float, int]]:
        """Spearman's ρ of held-out predictions of the best epoch, with a 95 % bootstrap interval.

        For each encoder, and over all runs.
        """
        pairs = {
            name: (known.held_out.max(axis=1), known.curves.max(axis=1))
            for name, known in self.encoders.items()
        }
        both = [np.concatenate(side) for side in zip(*pairs.values(), strict=True)]
        found = {}
        rng = np.random.default_rng(0)
        for name, (predicted, actual) in {**pairs, "all": (both[0], both[1])}.items():
            draws = rng.integers(0, len(actual), (samples, len(actual)))
            spread = [spearmanr(predicted[d], actual[d]).statistic for d in draws]
            low, high = np.quantile(spread, [0.025, 0.975])
            rho = float(spearmanr(predicted, actual).statistic)
            found[name] = (rho, float(low), float(high), len(actual))
        return found


@cache
def load() -> Surrogate:
    """The table's surrogate, fitted once a process."""
    return Surrogate(pd.read_csv(TABLE))


def _fit(rows: pd.DataFrame) -> _Encoder:
    columns = [c for c in rows.columns if c.startswith("param_") and c != f"param_{SWITCH}"]
    # Parameters of the other encoder are empty throughout; a temperature is where it is used.
    names = tuple(c.removeprefix("param_") for c in columns if rows[c].notna().any())
    features = np.array(
        [[_number(row[f"param_{name}"]) for name in names] for _, row in rows.iterrows()]
    )
    curves = rows[[f"e{epoch}" for epoch in range(1, EPOCHS + 1)]].to_numpy(np.float64)
    forest = ExtraTreesRegressor(300, min_samples_leaf=2, random_state=0)
    folds = KFold(FOLDS, shuffle=True, random_state=0)
    held_out: Array = cross_val_predict(forest, features, curves, cv=folds)
    forest.fit(features, curves)
    forest.n_jobs = 1
    return _Encoder(names, forest, curves - held_out, curves, held_out)


def _number(value: Any) -> float:
    """A parameter as a number; learning rate and the like are spread by trees of any scale."""
    if isinstance(value, str):
        return {"true": 1.0, "false": 0.0, "True": 1.0, "False": 0.0}.get(
            value, float(zlib.crc32(value.encode()) % 97)
        )
    return -1.0 if value is None or value != value else float(value)


app = typer.Typer(add_completion=False, help=__doc__)


@app.command("tabulate")
def _tabulate(trials: Path) -> None:
    """Write the table from the trials of a study."""
    table = tabulate(trials)
    table.to_csv(TABLE, index=False)
    print(f"{len(table)} runs in {TABLE}")


@app.command()
def check() -> None:
    """Print how well held-out runs are ranked."""
    for name, (rho, low, high, n) in load().rank_correlations().items():
        print(f"{name}: Spearman {rho:.2f} ({low:.2f} to {high:.2f}), {n} runs")


if __name__ == "__main__":
    app()
