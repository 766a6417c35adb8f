"""`arcsweep audit`: what will not do, before anything is queued."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arcsweep.cli.options import DEFAULT_CONFIG, ConfigOption

if TYPE_CHECKING:
    from arcsweep.audit.audit import Audit
    from arcsweep.audit.finding import Finding
    from arcsweep.config import Config
    from arcsweep.paths import Paths

_MARKS = {"error": "ERROR  ", "warning": "WARNING", "note": "note   "}


def audit(
    config: ConfigOption = DEFAULT_CONFIG,
    profile: Annotated[
        Path | None, typer.Option(help="Snakemake profile whose memory and runtime are compared.")
    ] = None,
    bases: Annotated[
        int, typer.Option(min=1, help="Random configurations that each parameter is tried at.")
    ] = 3,
    footprints: Annotated[
        bool, typer.Option(help="Measure memory and time of the largest configurations.")
    ] = True,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail as errors do.")] = False,
) -> None:
    """Find parameters that change nothing, and what the budget or machine cannot do.

    Trains real models for a moment each; needs tasks, labels and split. Exits with 1 when
    something is an error.
    """
    import time

    from arcsweep.config.load import load_config
    from arcsweep.paths import Paths

    started = time.perf_counter()
    settings = load_config(config)
    paths = Paths.of(settings)
    found = _audited(settings, paths, profile, bases, footprints)
    seconds = time.perf_counter() - started
    _write(paths.audit, found, seconds)
    for finding in found.findings:
        _print(finding)
    for text in found.unchecked:
        typer.echo(f"not checked: {text}")
    typer.echo(
        f"{len(found.findings)} findings from {found.rehearsals} rehearsals in {seconds:.0f} s; "
        f"written to {paths.audit}"
    )
    failing = {"error", "warning"} if strict else {"error"}
    if any(finding.severity in failing for finding in found.findings):
        raise typer.Exit(1)


def _audited(
    settings: "Config", paths: "Paths", profile: Path | None, bases: int, footprints: bool
) -> "Audit":
    import logging

    from arcsweep.audit.audit import audit as run_audit
    from arcsweep.audit.profile import read_grant
    from arcsweep.selection.table import read_trials
    from arcsweep.study.objective import load_objective

    return run_audit(
        settings,
        load_objective(settings, paths),
        trials=read_trials(paths.trials_parquet) if paths.trials_parquet.exists() else None,
        grant=read_grant(profile) if profile else None,
        n_bases=bases,
        footprints=footprints,
        say=logging.getLogger(__name__).info,
    )


def _write(path: Path, found: "Audit", seconds: float) -> None:
    from dataclasses import asdict

    from arcsweep.atomic import write_json

    record = {
        "findings": [asdict(finding) for finding in found.findings],
        "rehearsals": found.rehearsals,
        "unchecked": list(found.unchecked),
        "seconds": round(seconds, 1),
    }
    write_json(path, record)


def _print(finding: "Finding") -> None:
    typer.echo(f"{_MARKS[finding.severity]} {finding.key} {finding.text}")
    typer.echo(f"        evidence: {finding.evidence}")
    if finding.remedy:
        typer.echo(f"        remedy: {finding.remedy}")
