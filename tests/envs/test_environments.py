"""The environments that cannot be built here: their files agree with the lock file and package."""

import re
import tomllib
from pathlib import Path

import yaml

import arcsweep

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names(requirements: list[str]) -> set[str]:
    found = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


def test_the_conda_environment_takes_its_versions_from_the_lock_file() -> None:
    file = ROOT / "envs" / "arcsweep.yaml"
    python, pycosat, pip, packages = yaml.safe_load(file.read_text())["dependencies"]
    assert pip == "pip"
    version = python.removeprefix("python=")
    lock = (ROOT / "requirements.lock").read_text()
    assert f"on Python {version}" in lock
    assert pycosat.replace("=", "==") in lock.splitlines()
    options = dict(line.split() for line in packages["pip"])
    assert (file.parent / options["--constraint"]).resolve() == ROOT / "requirements.lock"
    assert (file.parent / options["--editable"]).resolve() == ROOT


def test_the_container_takes_its_versions_from_the_lock_file() -> None:
    recipe = (ROOT / "envs" / "arcsweep.def").read_text()
    python = yaml.safe_load((ROOT / "envs" / "arcsweep.yaml").read_text())["dependencies"][0]
    assert f"From: python:{python.removeprefix('python=')}-" in recipe
    assert "--constraint /opt/arcsweep/requirements.lock" in recipe
    assert re.search(r"apt-get install .*\bgcc\b.*\n.*pip install", recipe), "pycosat is compiled"
    copied = re.findall(r"^    (\S+) /opt/arcsweep/(\S+)$", recipe, re.MULTILINE)
    assert all(source == target and (ROOT / source).exists() for source, target in copied)
    needed = {"pyproject.toml", "requirements.lock", PROJECT["readme"], *PROJECT["license-files"]}
    assert needed <= {source for source, _ in copied}


def test_the_lock_file_holds_every_package_that_the_project_asks_for() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    locked = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==\S+", line) for line in locked)
    extras = PROJECT["optional-dependencies"].values()
    asked = names([*PROJECT["dependencies"], *(name for extra in extras for name in extra)])
    assert asked - names(locked) - {"arcsweep"} == set()


def test_citation_and_changelog_know_the_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"] == arcsweep.__version__
    assert f"\n## {arcsweep.__version__}\n" in (ROOT / "CHANGELOG.md").read_text()


def test_the_workflow_lies_where_the_catalogue_looks_for_it() -> None:
    assert (ROOT / "workflow" / "Snakefile").is_file()
    assert not (ROOT / "Snakefile").exists(), "Snakemake would take that one"
    assert (ROOT / "config" / "README.md").is_file()


def test_the_catalogue_metadata_names_flags_that_work() -> None:
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    profile = usage["mandatory-flags"]["flags"].removeprefix("--profile ")
    assert (ROOT / profile / "config.yaml").is_file()
    assert usage["report"] is True
