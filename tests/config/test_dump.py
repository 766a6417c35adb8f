"""A printed config is a config file."""

from typing import Any

import yaml

from arcsweep.config.dump import config_mapping, config_text
from arcsweep.config.load import validate


def test_printed_config_means_the_same_when_read_again(mapping: dict[str, Any]) -> None:
    mapping["study"]["space"]["depth"] |= {"log": True, "low": 2}
    config = validate(mapping, "config.yaml")
    assert validate(yaml.safe_load(config_text(config)), "printed") == config
    assert validate(config_mapping(config), "mapping") == config


def test_printed_config_reads_like_the_file(mapping: dict[str, Any]) -> None:
    text = config_text(validate(mapping, "config.yaml"))
    printed = yaml.safe_load(text)
    assert list(printed) == list(mapping)
    assert list(printed["study"]["space"]) == list(mapping["study"]["space"])
    assert "    lr: {type: float, low: 5.0e-05, high: 0.01, log: true}\n" in text
    assert "  seeds: [0, 1, 2]\n" in text


def test_printed_config_states_every_default(mapping: dict[str, Any]) -> None:
    for section in ("tasks", "training", "workers", "reports"):
        del mapping[section]
    printed = yaml.safe_load(config_text(validate(mapping, "config.yaml")))
    assert printed["training"]["epochs"] == 20
    assert printed["workers"]["lease_s"] == 60.0
