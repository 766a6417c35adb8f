"""The 400 RE-ARC programs and the examples that they draw.

Source: Hodel 2024, arXiv:2404.07353; one generator and one verifier for each task of ARC-AGI-1's
training set, as reasoning-gym ships them.
"""

import importlib
import importlib.metadata
import importlib.util
import platform
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from arcsweep import __version__
from arcsweep.errors import InputError
from arcsweep.tasks.arc_json import Example
from arcsweep.tasks.cpu_limit import CpuLimitExceeded, cpu_limit
from arcsweep.tasks.grid import Grid

MAX_DRAWS_PER_EXAMPLE = 100
"""Draws after which a task counts as unable; the worst task needs three at difficulty 0 to 1."""

MAX_RANDOM_NUMBERS = 1_000_000
"""Random numbers that one draw may use: some generators retry for ever on an unlucky start."""

DRAW_LIMIT_S = 300
"""CPU seconds that one draw may take, should a program loop without random numbers."""

_ALIAS = "_arcsweep_rearc"


@dataclass(frozen=True)
class Program:
    """A task's two programs, as RE-ARC defines them."""

    task_id: str
    generate: Callable[[Random, float, float], dict[str, Any]]
    verify: Callable[[Any], Any]


@dataclass(frozen=True)
class Drawn:
    """A task's verified examples, in the order of their draws, and how many draws were refused."""

    examples: list[Example]
    rejected: int


def task_ids() -> tuple[str, ...]:
    """The ids of all RE-ARC tasks, sorted."""
    prefix = "generate_"
    names = vars(_module("generators"))
    return tuple(sorted(name.removeprefix(prefix) for name in names if name.startswith(prefix)))


def program(task_id: str) -> Program:
    """The programs of one of ``task_ids()``."""
    return Program(
        task_id,
        getattr(_module("generators"), f"generate_{task_id}"),
        getattr(_module("verifiers"), f"verify_{task_id}"),
    )


def packages() -> dict[str, str]:
    """Versions of everything that decides which examples a seed gives."""
    return {
        "arcsweep": __version__,
        "python": ".".join(platform.python_version_tuple()[:2]),
        "reasoning-gym": importlib.metadata.version("reasoning-gym"),
    }


def draw_examples(
    program: Program, *, seed: int, difficulty: tuple[float, float], count: int
) -> Drawn:
    """Draw ``count`` different examples that the task's own verifier solves.

    Draw k depends on (seed, task id, k) alone, so that neither processes nor other tasks matter.
    A draw is refused when the generator or the verifier raises or uses too many random numbers,
    when a grid is no valid ARC grid, when the verifier's answer differs, and when the same example
    was drawn before.
    Raises InputError when 100 draws an example are not enough, or one takes 300 CPU seconds.
    """
    kept: dict[Example, None] = {}
    max_draws = MAX_DRAWS_PER_EXAMPLE * count
    for draw in range(max_draws):
        rng = _BoundedRandom(f"{seed}:{program.task_id}:{draw}")
        try:
            with cpu_limit(DRAW_LIMIT_S):
                example = _draw(program, rng, difficulty)
        except CpuLimitExceeded:
            raise InputError(
                f"task {program.task_id}: draw {draw} must end within {DRAW_LIMIT_S} CPU seconds "
                f"and did not at tasks.seed {seed}, difficulty {difficulty[0]} to {difficulty[1]}; "
                "change tasks.seed or widen tasks.difficulty_low to tasks.difficulty_high"
            ) from None
        if example is not None:
            kept.setdefault(example)
        if len(kept) == count:
            return Drawn(list(kept), rejected=draw + 1 - count)
    raise InputError(
        f"task {program.task_id}: tasks.examples_per_task asks for {count} different verified "
        f"examples, {max_draws} draws at difficulty {difficulty[0]} to {difficulty[1]} gave "
        f"{len(kept)}; lower it or widen tasks.difficulty_low to tasks.difficulty_high"
    )


def _draw(program: Program, rng: Random, difficulty: tuple[float, float]) -> Example | None:
    try:
        drawn = program.generate(rng, *difficulty)
        example = (Grid.of(drawn["input"]), Grid.of(drawn["output"]))
        solved = program.verify(drawn["input"]) == drawn["output"]
    except Exception:  # noqa: BLE001 - foreign programs raise anything; such a draw is refused
        return None
    return example if solved else None


class _BoundedRandom(Random):
    """Gives up after MAX_RANDOM_NUMBERS, on every machine at the same draw."""

    n_left = MAX_RANDOM_NUMBERS

    def random(self) -> float:
        self._count()
        return super().random()

    def getrandbits(self, k: int, /) -> int:
        self._count()
        return super().getrandbits(k)

    def _count(self) -> None:
        self.n_left -= 1
        if self.n_left < 0:
            raise RuntimeError("too many random numbers")


@cache
def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{_package().__name__}.{name}")


@cache
def _package() -> ModuleType:
    """RE-ARC's package under a name of our own.

    Importing reasoning_gym itself loads some hundred other data sets and takes seconds in every
    process; RE-ARC's subpackage needs none of them.
    """
    found = importlib.util.find_spec("reasoning_gym")
    if found is None or not found.submodule_search_locations:
        raise InputError("reasoning-gym is not installed; install arcsweep with its requirements")
    folder = Path(found.submodule_search_locations[0]) / "arc" / "rearc_utils"
    spec = importlib.util.spec_from_file_location(
        _ALIAS, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise InputError(f"{folder} holds no package; install reasoning-gym anew")
    module = importlib.util.module_from_spec(spec)
    sys.modules[_ALIAS] = module
    spec.loader.exec_module(module)
    return module
