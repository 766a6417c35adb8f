"""Views read from their JSON files one by one and padded to 30×30."""

import json
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from arcsweep.encoders.pairs import NO_CELL
from arcsweep.training.data import LabelledTasks
from arcsweep.training.views import EMPTY, Views

SIDE = 30


class JsonViews(Dataset[tuple[Tensor, int]]):
    """One item a view: grids int64 (n_demos, 2, 30, 30), NO_CELL where there is none, and label."""

    def __init__(self, folder: Path, tasks: LabelledTasks, views: Views) -> None:
        self.folder, self.tasks, self.views = folder, tasks, views

    def __len__(self) -> int:
        return len(self.views)

    def __getitem__(self, view: int) -> tuple[Tensor, int]:
        task = int(self.views.tasks[view])
        task_id = self.tasks.task_ids[task]
        examples = json.loads((self.folder / f"{task_id}.json").read_text())["train"]
        first = self.tasks.arrays.first_example[self.tasks.rows[task]]
        grids = np.full((self.views.examples.shape[1], 2, SIDE, SIDE), NO_CELL)
        for demo, example in enumerate(self.views.examples[view].tolist()):
            if example == EMPTY:
                continue
            for side, name in enumerate(("input", "output")):
                grid = np.array(examples[example - first][name])
                if self.views.permutations is not None:
                    grid = self.views.permutations[view][grid]
                grids[demo, side, : grid.shape[0], : grid.shape[1]] = grid
        return torch.from_numpy(grids), int(self.tasks.labels[task])


def load(
    folder: Path, tasks: LabelledTasks, views: Views, batch_size: int, num_workers: int
) -> DataLoader[tuple[Tensor, Tensor]]:
    """Batches (grids, labels) of the views in their order."""
    return DataLoader(JsonViews(folder, tasks, views), batch_size, num_workers=num_workers)
