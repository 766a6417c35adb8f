"""``arcsweep space`` tells the size of the space and where the specification errs."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from arcsweep.cli.space import percent, space

ROOT = Path(__file__).parents[2]


def _output(*files: Path, width: int = 100) -> str:
    app = typer.Typer()
    app.command()(space)
    options = [option for file in files for option in ("--config", str(file))]
    result = CliRunner().invoke(app, options, env={"COLUMNS": str(width)})
    assert result.exit_code == 0, result.output
    return result.output


def test_sizes_share_and_conditions_are_told() -> None:
    output = " ".join(_output(ROOT / "config.yaml").split())
    for text in (
        "cnn batch_size 4 × embed_dim 5",
        "6,400",
        "14,400",
        "together 20,800",
        "150 trials can visit at most 0.72 % of the 20,800 discrete combinations",
        "temperature float 5 to 20 use_cosine = true continuous",
        "1e-5: exactly 0.0",
    ):
        assert text in output


def test_figures_of_the_specification_that_are_off_are_pointed_out() -> None:
    output = " ".join(_output(ROOT / "config.yaml").split())
    for text in (
        "context 7,200 14,400",
        "both encoders 13,600 20,800",
        "share covered 1.1 % 0.72 %",
        "log, 0.0 to 0.1 log, 1e-6 to 0.1",
    ):
        assert text in output


def test_another_space_gets_no_remarks_on_the_specification(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("study: {space: {depth: {high: 5}}}\n")
    output = _output(ROOT / "config.yaml", overlay)
    assert "7,200" not in output
    assert "5,120" in output


def test_choices_are_printed_as_they_are(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        "study:\n  objective: my.model:build\n  space:\n"
        "    activation: {type: categorical, choices: ['[bold]', ':smile:']}\n"
    )
    assert "[bold], :smile:" in _output(ROOT / "config.yaml", overlay)


@pytest.mark.parametrize("width", [60, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, _output(ROOT / "config.yaml", width=width).splitlines())) <= width


def test_small_shares_keep_two_digits() -> None:
    assert percent(150 / 20_800) == "0.72 %"
    assert percent(0.5) == "50.00 %"
    assert percent(1.234e-7) == "1.2e-05 %"
