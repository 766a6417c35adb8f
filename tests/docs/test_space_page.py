"""docs/space.md tells of the space that ``config.yaml`` has, and its overlays load."""

import re
from pathlib import Path

import pytest
import yaml

from arcsweep.cli.space import _condition, _factors, _values, percent
from arcsweep.config.load import load_config
from arcsweep.errors import ConfigError
from arcsweep.study.space import Space

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "space.md").read_text()
OVERLAYS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
STUDY = load_config([ROOT / "config.yaml"]).study


def test_the_table_is_the_space_of_the_config() -> None:
    told = re.findall(r"^\| `(\w+)` \| (.+?) \| (.*?) ?\|$", PAGE, re.MULTILINE)
    assert told == [(name, _values(p), _condition(p)) for name, p in STUDY.space.items()]


def test_the_counts_are_those_of_the_space() -> None:
    space = Space(STUDY.space)
    counts = space.n_discrete("encoder_type")
    total = sum(counts.values())
    words = " ".join(PAGE.split())
    for choice, count in counts.items():
        factors = re.findall(r"\d+(?= ×|$)", _factors(space, "encoder_type", choice, count))
        assert re.search(rf"{count:,} [^()]*\({' × '.join(factors)}\)", words)
    share = percent(STUDY.n_trials / total)
    assert f"together {total:,}. {STUDY.n_trials} trials visit at most {share}" in words
    assert sum(p.type == "float" for p in STUDY.space.values()) == 6, "the page says six"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_its_overlays_load(overlay: str, tmp_path: Path) -> None:
    assert len(OVERLAYS) == 2
    (tmp_path / "overlay.yaml").write_text(overlay)
    study = load_config([ROOT / "config.yaml", tmp_path / "overlay.yaml"]).study
    assert Space(study.space).meaning() != Space(STUDY.space).meaning()
    written = yaml.safe_load(overlay)["study"]["space"]
    dropped = {name for name, value in written.items() if value is None}
    assert set(study.space) == (set(STUDY.space) | set(written)) - dropped


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("lr: null", "lr is missing, the classifier needs it"),
        ("encoder_type: {choices: [cnn]}", "can never hold"),
        ("depth: {high: 7}", "from 1 to 6"),
        ("ctx_n_head: {choices: [3]}", "must divide every ctx_d_model"),
    ],
)
def test_what_the_page_says_is_refused_is_refused(change: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "overlay.yaml").write_text(f"study: {{space: {{{change}}}}}")
    with pytest.raises(ConfigError, match=said):
        load_config([ROOT / "config.yaml", tmp_path / "overlay.yaml"])
