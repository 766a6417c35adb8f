"""The easy problem divided into folds, with a selection and nothing trained yet."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.atomic import write_json
from arcsweep.config import Config
from arcsweep.paths import Paths
from arcsweep.split.folds import draw_folds, write_folds
from arcsweep.split.split import load_split
from export.small_study import PARAMS, small_settings, write_data

EPOCHS = 4


@dataclass(frozen=True)
class FoldStudy:
    config: Config
    paths: Paths


def fold_study(root: Path, **confirmation: Any) -> FoldStudy:
    """Four folds over 32 tasks of four categories; group context has no trial selected."""
    given = small_settings()
    # The easy tasks have no programs to derive centroids from.
    given["split"] |= {"centroids_file": "own.npy"}
    given["confirmation"] = {"folds": 4, "repeats": 1, "epochs": EPOCHS, **confirmation}
    config = Config.model_validate(given)
    paths = Paths.of(config, root)
    write_data(paths)
    write_folds(paths.folds, draw_folds(load_split(paths.split), 4, 1, 42))
    trial = {"rank": 1, "number": 7, "params": PARAMS["cnn"]}
    groups = {
        "cnn": {"requested": 1, "note": "", "trials": [trial]},
        "context": {"requested": 1, "note": "0 COMPLETE trials", "trials": []},
    }
    write_json(paths.selection, {"groups": groups})
    return FoldStudy(config, paths)
