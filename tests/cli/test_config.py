"""``arcsweep config`` prints what a run is told."""

from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

from arcsweep.cli.config import config
from arcsweep.errors import ConfigError

ROOT = Path(__file__).parents[2]
APP = typer.Typer()
APP.command()(config)


def test_overlays_show_in_the_printed_config(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("study: {n_trials: 12}\n")
    files = ["--config", str(ROOT / "config.yaml"), "--config", str(overlay)]
    printed = yaml.safe_load(CliRunner().invoke(APP, files).output)
    assert printed["study"]["n_trials"] == 12
    assert printed["study"]["sampler"]["n_startup_trials"] == 25


@pytest.mark.parametrize(
    ("option", "file"),
    [("--schema", "workflow/schemas/config.schema.json"), ("--doc", "docs/configuration.md")],
)
def test_generated_files_are_what_the_options_print(option: str, file: str) -> None:
    assert CliRunner().invoke(APP, [option]).output == (ROOT / file).read_text()


def test_broken_config_raises_what_the_command_prints(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("study: 3\n")
    result = CliRunner().invoke(APP, ["--config", str(file)])
    assert isinstance(result.exception, ConfigError)
