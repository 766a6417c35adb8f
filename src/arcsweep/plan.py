"""What the Snakefile knows: validated config, paths, and the jobs that follow from them."""

import hashlib
import json
import logging
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arcsweep.atomic import write_text
from arcsweep.cli.logs import start_logging
from arcsweep.cli.options import CONFIG_VARIABLE
from arcsweep.config.classifier_rules import trains_classifier
from arcsweep.config.files import parse
from arcsweep.config.hypotheses import HypothesisConfig
from arcsweep.config.hypothesis_rules import groups_asked
from arcsweep.config.load import validate
from arcsweep.config.root import Config
from arcsweep.cost.runs import record_run
from arcsweep.inputs import check_inputs
from arcsweep.labels.taxonomy import CATEGORIES
from arcsweep.paths import Paths
from arcsweep.scheduler import address_towards_nodes
from arcsweep.selection.groups import group_names
from arcsweep.storage.control import start
from arcsweep.storage.location import locate_external
from arcsweep.storage.settings import ServerSettings
from arcsweep.study.standing import find_standing
from arcsweep.workers.controller_lock import hold_controller_lock
from arcsweep.workers.orphans import cancel_orphans
from arcsweep.workers.site import asked_of_slurm, check_site

logger = logging.getLogger(__name__)

COST_TIMEOUT_S = 90


@dataclass(frozen=True)
class Plan:
    """The workflow's view of one validated config."""

    config: Config
    paths: Paths
    config_file: Path
    """The merged config as a file, named by its content, for the commands that rules call."""

    @classmethod
    def of(
        cls,
        merged: Mapping[str, Any],
        sources: Sequence[str],
        overrides: Mapping[str, Any] | None = None,
    ) -> "Plan":
        """Validate the config that Snakemake merged from ``sources``.

        ``overrides`` are the values of ``snakemake --config``, which are in ``merged`` too.
        Raises ConfigError before any job is planned.
        """
        merged = _retyped(merged, overrides or {})
        files = [Path(source) for source in sources]
        config = validate(merged, ", ".join(sources) or "config", files)
        text = json.dumps(config.model_dump(mode="json"), indent=1, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        config_file = Path(".snakemake") / "arcsweep" / f"config-{digest}.json"
        if not config_file.exists():
            write_text(config_file, text + "\n")
        return cls(config, Paths.of(config), config_file)

    def begin(self, watch_pid: int, resources: Iterable[Mapping[str, Any]] = ()) -> None:
        """Check the user's files, clear the ground, and start the database for as long as
        ``watch_pid`` lives; says what is there of the study.

        resources: what Snakemake's jobs ask for; on Slurm their partitions must exist.
        Raises ArcsweepError before any job has started, also when another Snakemake runs here.
        """
        start_logging(None)
        hold_controller_lock(self.paths.controller_lock)
        check_inputs(self.config)
        record_run(self.paths.runs, self.paths.study)
        if self._on_slurm:
            cancel_orphans(Path.cwd())
            check_site(asked_of_slurm(resources))
        database = start(self.paths, watch_pid, self._server_settings())
        standing = find_standing(database, self.paths.study, self.config.workers.lease_s)
        if standing is not None:
            logger.info("found study %s: %s", self.paths.study, standing)

    def end(self) -> None:
        """Say what the study cost so far; no failure of that is one of the workflow."""
        command = [sys.executable, "-m", "arcsweep", "cost", "--config", str(self.config_file)]
        subprocess.run(command, stdout=sys.stderr, timeout=COST_TIMEOUT_S, check=False)

    @property
    def _on_slurm(self) -> bool:
        return self.config.workers.launcher == "slurm"

    def _server_settings(self) -> ServerSettings:
        """Where the embedded server listens: on Slurm, where the nodes reach this host."""
        settings = ServerSettings.from_environment()
        if self._on_slurm and settings.loopback_only and locate_external() is None:
            settings = ServerSettings(listen=(address_towards_nodes(),))
        return settings.for_workers(self.config.workers.count)

    @property
    def groups(self) -> tuple[str, ...]:
        """The choices that trials are selected from separately, such as the encoders."""
        return group_names(self.config.study.space, self.config.selection.by)

    @property
    def categories(self) -> tuple[str, ...]:
        """Report pages beside the index; a training function of the user's own has none."""
        return CATEGORIES if trains_classifier(self.config) else ()

    def classifier_files(self, *names: str) -> list[Path]:
        """The files of those names (see :class:`Paths`); none for the user's own training
        function, so that the stages which make them are not run."""
        wanted = names if trains_classifier(self.config) else ()
        return [getattr(self.paths, name) for name in wanted]

    def worker_records(self) -> list[Path]:
        """What tells Snakemake that the sweep has run: of each worker, or of their array."""
        if self._on_slurm:
            return [self.paths.sweep_record]
        return [self.paths.worker_record(index) for index in range(self.config.workers.count)]

    def extended_records(self) -> list[Path]:
        """The fixed slots of the extended runs: group × rank × seed."""
        return [
            self.paths.extended_record(group, rank, seed)
            for group in self.groups
            for rank in range(1, self.config.selection.top_k + 1)
            for seed in self.config.extended.seeds
        ]

    def best_records(self) -> list[Path]:
        """The extended runs of each group's best configuration."""
        seeds = self.config.extended.seeds
        return [self.paths.extended_record(group, 1, s) for group in self.groups for s in seeds]

    def confirmation_records(self) -> list[Path]:
        """The fixed slots of the confirmation: group × rank × fold; none where it is off."""
        confirmation = self.config.confirmation
        if not self.confirms:
            return []
        return [
            self.paths.confirmation_record(group, rank, fold)
            for group in self.groups
            for rank in range(1, (confirmation.top_k or self.config.selection.top_k) + 1)
            for fold in range(confirmation.n_folds)
        ]

    @property
    def confirms(self) -> bool:
        """Whether selected trials are judged on folds: of the classifier, and not switched off."""
        return self.config.confirmation.n_folds > 0 and trains_classifier(self.config)

    def fold_files(self, *names: str) -> list[Path]:
        """The files of those names (see :class:`Paths`); none where nothing is confirmed."""
        return [getattr(self.paths, name) for name in names] if self.confirms else []

    def hypothesis_records(self) -> list[Path]:
        """The fixed slots of the hypotheses: hypothesis × group × fold; none if none is asked."""
        return [
            self.paths.hypothesis_record(hypothesis.name, group, fold)
            for hypothesis in self._hypotheses
            for group in groups_asked(hypothesis, self.config)
            for fold in range(self.config.confirmation.n_folds)
        ]

    def base_records(self) -> list[Path]:
        """The confirmation's runs that hypotheses are compared with."""
        return [self.paths.confirmation_record(*slot) for slot in self._base_slots()]

    def adoption_records(self) -> list[Path]:
        """Each base with what is adopted: group × rank × fold."""
        return [self.paths.adoption_record(*slot) for slot in self._base_slots()]

    def hypothesis_files(self, *names: str) -> list[Path]:
        """The files of those names (see :class:`Paths`); none where no hypothesis is asked."""
        return [getattr(self.paths, name) for name in names] if self._hypotheses else []

    def hypothesis(self, name: str) -> str:
        """What the runs of the hypothesis ``name`` depend on, for their params."""
        found = next(h for h in self.config.hypotheses if h.name == name)
        return json.dumps({"change": found.change, "base": found.base}, sort_keys=True)

    @property
    def _hypotheses(self) -> tuple[HypothesisConfig, ...]:
        return self.config.hypotheses if self.confirms else ()

    def _base_slots(self) -> list[tuple[str, int, int]]:
        """Group, rank and fold of each base, without repetition."""
        bases = [
            (group, h.base) for h in self._hypotheses for group in groups_asked(h, self.config)
        ]
        n_folds = self.config.confirmation.n_folds
        return [(*base, fold) for base in dict.fromkeys(bases) for fold in range(n_folds)]

    def settings(self, *keys: str) -> str:
        """The settings that a rule depends on, as ``section`` or ``section.key``, for its params.

        Only these make the rule run again when they change.
        """
        whole = self.config.model_dump(mode="json")
        chosen: dict[str, Any] = {}
        for key in keys:
            value: Any = whole
            for part in key.split("."):
                value = value[part]
            chosen[key] = value
        return json.dumps(chosen, sort_keys=True)

    def shell_prefix(self) -> str:
        """What every rule's shell begins with: the merged config, and ``arcsweep`` on the PATH.

        The config is no parameter of the rules, so that a change reruns only those whose
        ``params`` hold it. The folder of a .venv that is not active comes last on the PATH, so
        that a conda environment of the rule goes first.
        """
        folder = Path(sys.executable).parent
        return (
            f"set -euo pipefail; export {CONFIG_VARIABLE}={shlex.quote(str(self.config_file))}"
            f' PATH="$PATH":{shlex.quote(str(folder))}; '
        )


def _retyped(merged: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """``merged`` with the overrides' values read as YAML.

    Snakemake reads ``--config 'study={n_trials: 155}'`` with every inner value as a string.
    """
    typed = dict(merged)
    for key, value in overrides.items():
        if isinstance(value, Mapping) and isinstance(typed.get(key), Mapping):
            typed[key] = _retyped(typed[key], value)
        elif isinstance(value, str | list) and typed.get(key) == value:
            typed[key] = _read(value)
    return typed


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return [_read(item) for item in value]
    return parse(value, "--config") if isinstance(value, str) else value
