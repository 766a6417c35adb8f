"""`arcsweep audit` prints what it found and fails where something is an error."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from arcsweep.cli.audit import audit
from arcsweep.protocol import Params
from audit.models import Audited

ACTING = '{"type": "categorical", "choices": ["cnn", "context"]}'


def build(config: object, paths: object) -> Audited:
    """Everything acts but ``idle``; ``steps`` has two values that act alike."""

    def outcome(params: Params, epochs: int) -> str:
        kept = {
            n: (min(int(v), 2) if n == "steps" else v) for n, v in params.items() if n != "idle"
        }
        return repr(sorted(kept.items()))

    return Audited(outcome)


def run(folder: Path, parameters: str, *options: str) -> tuple[int, str]:
    app = typer.Typer()
    app.command()(audit)
    config = folder / "c.yaml"
    config.write_text(
        f"study: {{name: s, n_trials: 150, objective: '{__name__}:build', "
        f"space: {{encoder_type: {ACTING}{parameters}}}}}"
    )
    done = CliRunner().invoke(app, ["--config", str(config), "--no-footprints", *options])
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_an_error_fails_with_evidence_and_remedy(tmp_path: Path) -> None:
    status, output = run(tmp_path, ", idle: {type: int, low: 1, high: 3}")
    assert status == 1
    assert "ERROR   study.space.idle changes nothing that training produces" in output
    assert "remedy: mend the model so that it uses the parameter" in output
    record = json.loads((tmp_path / "outputs" / "s" / "audit.json").read_text())
    assert record["findings"][0]["key"] == "study.space.idle"


def test_a_warning_fails_only_when_strict(tmp_path: Path) -> None:
    parameters = ", steps: {type: int, low: 1, high: 3}"
    assert run(tmp_path, parameters)[0] == 0
    status, output = run(tmp_path, parameters, "--strict")
    assert status == 1
    assert "WARNING study.space.steps has values that train the same model" in output


def test_a_sound_space_passes_and_says_what_was_not_checked(tmp_path: Path) -> None:
    status, output = run(tmp_path, "", "--strict")
    assert status == 0
    assert "not checked: ranges that lose every trial" in output
    assert "not checked: memory and time" in output
