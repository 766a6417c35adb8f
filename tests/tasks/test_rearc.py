"""Examples are verified, valid, different, and a function of seed and task id alone."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from arcsweep.errors import InputError
from arcsweep.tasks import rearc
from arcsweep.tasks.rearc import Drawn, Program, draw_examples

Draw = dict[str, Any]


def fake(generate: Callable[[Random], Draw], verify: Callable[[Any], Any]) -> Program:
    return Program("fake0001", lambda rng, low, high: generate(rng), verify)


def draw(program: Program, *, count: int = 3, seed: int = 42) -> Drawn:
    return draw_examples(program, seed=seed, difficulty=(0.0, 1.0), count=count)


def random_pair(rng: Random) -> Draw:
    grid = tuple(tuple(rng.randrange(10) for _ in range(5)) for _ in range(5))
    return {"input": grid, "output": grid[::-1]}


def upside_down(grid: Any) -> Any:
    return grid[::-1]


def test_all_400_tasks_are_there_and_have_both_programs() -> None:
    ids = rearc.task_ids()
    assert len(ids) == len(set(ids)) == 400
    assert ids == tuple(sorted(ids))
    assert all(callable(rearc.program(task_id).verify) for task_id in ids)


def test_rearc_loads_without_the_rest_of_reasoning_gym() -> None:
    code = "import sys; from arcsweep.tasks import rearc; rearc.task_ids(); print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "arcsweep.tasks.rearc" in loaded.stdout.split()
    assert "reasoning_gym" not in loaded.stdout.split()


DRAW_SOME = """
import hashlib
from arcsweep.tasks import rearc
for task_id in rearc.task_ids()[{start}::8]:
    drawn = rearc.draw_examples(
        rearc.program(task_id), seed=7, difficulty=(0.0, 1.0), count=1)
    print(task_id, drawn.rejected, hashlib.sha256(repr(drawn.examples).encode()).hexdigest())
"""


def test_examples_do_not_depend_on_the_process_or_its_string_hashes() -> None:
    def drawn(hash_seed: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", DRAW_SOME.format(start=3)],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    first = drawn("1")
    assert len(first.splitlines()) == 50
    assert drawn("2") == first


def test_examples_do_not_depend_on_what_was_drawn_before() -> None:
    alone = draw(rearc.program("007bbfb7"))
    draw(rearc.program("00d62c1b"))
    assert draw(rearc.program("007bbfb7")) == alone


def test_another_seed_or_task_gives_other_examples() -> None:
    program = fake(random_pair, upside_down)
    assert draw(program, seed=1).examples != draw(program, seed=2).examples
    other = Program("fake0002", program.generate, program.verify)
    assert draw(program).examples != draw(other).examples


def test_fewer_examples_are_the_first_of_more() -> None:
    program = rearc.program("4290ef0e")  # refuses every other draw
    few, more = draw(program, count=2), draw(program, count=5)
    assert more.examples[:2] == few.examples
    assert more.rejected > 0


@pytest.mark.parametrize("task_id", ["484b58aa", "e26a3af2", "4290ef0e"])
def test_kept_examples_are_solved_by_the_verifier(task_id: str) -> None:
    program = rearc.program(task_id)  # three that draw colour -1, too wide grids, unsolvable ones
    drawn = draw(program, count=6)
    assert len(drawn.examples) == 6
    for given, made in drawn.examples:
        given_rows = tuple(map(tuple, json.loads(given.json())))
        assert program.verify(given_rows) == tuple(map(tuple, json.loads(made.json())))


def every_other(odd: Callable[[Draw], Draw]) -> Callable[[Random], Draw]:
    """A generator whose second, fourth … draw is passed through ``odd``."""
    n_draws = 0

    def generate(rng: Random) -> Draw:
        nonlocal n_draws
        n_draws += 1
        pair = random_pair(rng)
        return odd(pair) if n_draws % 2 == 0 else pair

    return generate


def fail(pair: Draw) -> Draw:
    raise ZeroDivisionError


def unsolved(pair: Draw) -> Draw:
    return {**pair, "output": pair["input"]}


def wide(pair: Draw) -> Draw:
    grid = tuple(row + (1,) * 26 for row in pair["input"])
    return {"input": grid, "output": upside_down(grid)}


def negative(pair: Draw) -> Draw:
    grid = ((-1,), *pair["input"])
    return {"input": grid, "output": upside_down(grid)}


def boolean(pair: Draw) -> Draw:
    grid = ((True,),)
    return {"input": grid, "output": grid}


def constant(pair: Draw) -> Draw:
    return {"input": ((1,),), "output": ((1,),)}


@pytest.mark.parametrize("odd", [fail, unsolved, wide, negative, boolean])
def test_unfit_draws_are_redrawn_and_counted(odd: Callable[[Draw], Draw]) -> None:
    drawn = draw(fake(every_other(odd), upside_down), count=5)
    assert len(drawn.examples) == 5
    assert drawn.rejected == 4


def test_repeated_examples_are_redrawn_and_counted() -> None:
    drawn = draw(fake(every_other(constant), upside_down), count=5)
    assert len(set(drawn.examples)) == 5
    assert drawn.rejected == 2  # of three constants the first is kept


def test_verifier_that_raises_refuses_the_draw() -> None:
    def verify(grid: Any) -> Any:
        if grid[0][0] % 2:
            raise StopIteration
        return grid[::-1]

    drawn = draw(fake(random_pair, verify), count=10)
    assert all(given.cells[0] % 2 == 0 for given, _ in drawn.examples)


def test_task_that_cannot_give_enough_names_settings_and_counts() -> None:
    with pytest.raises(InputError) as caught:
        draw(fake(lambda rng: constant({}), upside_down), count=3)
    assert str(caught.value) == (
        "task fake0001: tasks.examples_per_task asks for 3 different verified examples, 300 draws "
        "at difficulty 0.0 to 1.0 gave 1; lower it or widen tasks.difficulty_low to "
        "tasks.difficulty_high"
    )


def test_generator_that_retries_for_ever_is_refused_at_the_same_draw_everywhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rearc._BoundedRandom, "n_left", 1000)

    def generate(rng: Random) -> Draw:
        pair = random_pair(rng)
        while pair["input"][0][0] == 0:
            rng.random()
        return pair

    drawn = draw(fake(generate, upside_down), count=20)
    assert drawn.rejected > 0
    assert draw(fake(generate, upside_down), count=20) == drawn


def test_bounded_random_numbers_are_those_of_random() -> None:
    def numbers(rng: Random) -> list[Any]:
        return [rng.sample(range(100), 50), rng.uniform(0, 1), rng.choice("abc"), rng.gauss(0, 1)]

    assert numbers(rearc._BoundedRandom("seed")) == numbers(Random("seed"))


def test_generator_that_hangs_gives_an_error_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rearc, "DRAW_LIMIT_S", 0.05)

    def hang(rng: Random) -> Draw:
        while True:
            time.monotonic()

    with pytest.raises(InputError, match=r"task fake0001: draw 0 must end within .* tasks\.seed"):
        draw(fake(hang, upside_down))
