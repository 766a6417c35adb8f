"""The sweep engine and the classifier know nothing of each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "arcsweep"
ENGINE = ("study", "workers", "storage")
CLASSIFIER = ("tasks", "labels", "split", "encoders", "training", "classifier", "baseline")
AFTER = (
    "audit",
    "live",
    "trials",
    "selection",
    "extended",
    "embeddings",
    "confirmation",
    "hypotheses",
    "export",
    "reports",
    "cost",
    "cli",
    "plan",
)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offences(packages: tuple[str, ...], forbidden: tuple[str, ...]) -> list[str]:
    return [
        f"{path.relative_to(SOURCE)} imports {name}"
        for package in packages
        for path in sorted((SOURCE / package).rglob("*.py"))
        for name in imported(path)
        if any(name == word or name.startswith(word + ".") for word in forbidden)
    ]


def test_the_engine_imports_nothing_of_the_classifier() -> None:
    classifier = tuple(f"arcsweep.{package}" for package in (*CLASSIFIER, *AFTER))
    assert not offences(ENGINE, (*classifier, "torch", "reasoning_gym"))


def test_the_classifier_imports_nothing_of_the_engine() -> None:
    engine = tuple(f"arcsweep.{package}" for package in (*ENGINE, *AFTER))
    assert not offences(CLASSIFIER, (*engine, "optuna", "snakemake", "sqlalchemy", "psycopg2"))


def test_the_audit_knows_parameters_but_not_what_they_do() -> None:
    classifier = tuple(f"arcsweep.{package}" for package in (*CLASSIFIER, "reports"))
    assert not offences(("audit",), (*classifier, "torch", "reasoning_gym"))


@pytest.mark.parametrize("package", [*ENGINE, *CLASSIFIER])
def test_the_rooms_are_where_this_test_looks(package: str) -> None:
    assert list((SOURCE / package).glob("*.py"))
