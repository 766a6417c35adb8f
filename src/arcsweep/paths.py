"""Every path that the project writes, in one place."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from arcsweep.config import Config


@dataclass(frozen=True)
class Paths:
    """Paths of one study below the working directory ``root``.

    Rule outputs and what must survive a rerun (database, checkpoints, caches) never share a
    folder that a rule declares as its output, because Snakemake deletes those.
    """

    root: Path
    study: str
    data_dir: Path
    centroids: Path

    @classmethod
    def of(cls, config: Config, root: Path | None = None) -> "Paths":
        """Paths of the study that ``config`` describes, relative to the current folder.

        ``root`` puts another folder in front of them.
        """
        base = root or Path()
        return cls(
            base, config.study.name, base / config.tasks.data_dir, base / config.split.centroids
        )

    # What is known of the tasks, shared by all studies over the same data.
    @property
    def classifier(self) -> Path:
        """Folder of the centroids; labels, split and manifest stand beside them."""
        return self.centroids.parent

    @property
    def manifest(self) -> Path:
        return self.classifier / "manifest.json"

    @property
    def labels(self) -> Path:
        return self.classifier / "labels.json"

    @property
    def split(self) -> Path:
        return self.classifier / "split.json"

    @property
    def baseline(self) -> Path:
        return self.classifier / "baseline.json"

    @property
    def diagnosis(self) -> Path:
        """What forests and neighbours tell of the data."""
        return self.classifier / "diagnosis.json"

    @property
    def cache(self) -> Path:
        return self.root / "outputs" / "cache"

    # The database.
    @property
    def database(self) -> Path:
        return self.root / "outputs" / "database"

    @property
    def backups(self) -> Path:
        """Apart from the database, which may be lost as a whole."""
        return self.root / "outputs" / "backups"

    @property
    def controller_lock(self) -> Path:
        """Held by the Snakemake that runs the workflow in this folder."""
        return self.root / "outputs" / "controller.lock"

    @property
    def runs(self) -> Path:
        """One line a run of the workflow in this folder: which study, when, from where."""
        return self.root / "outputs" / "runs.jsonl"

    @property
    def slurm_logs(self) -> Path:
        """Logs of the Slurm plugin's jobs, of every study; ``slurm-logdir`` in the profiles."""
        return self.root / "logs" / "slurm"

    # One study.
    @property
    def logs(self) -> Path:
        """Logs and benchmark files of the study's rules; its workers' in ``slurm`` below."""
        return self.root / "logs" / self.study

    @property
    def study_dir(self) -> Path:
        return self.root / "outputs" / self.study

    @property
    def study_record(self) -> Path:
        return self.study_dir / "study.json"

    @property
    def audit(self) -> Path:
        """What `arcsweep audit` found last."""
        return self.study_dir / "audit.json"

    @property
    def checkpoints(self) -> Path:
        return self.study_dir / "checkpoints"

    def checkpoints_of_all_studies(self) -> Iterator[Path]:
        """The checkpoint folder of every study that the database may hold."""
        return (self.root / "outputs").glob("*/checkpoints")

    @property
    def tensorboard(self) -> Path:
        """Event files of trials and extended runs, where they are asked for."""
        return self.study_dir / "tensorboard"

    def worker_record(self, index: int | str) -> Path:
        return self.study_dir / "workers" / f"worker-{index}.json"

    @property
    def sweep_record(self) -> Path:
        """Written by the controller of a worker array, as a worker's record is by the worker."""
        return self.study_dir / "workers" / "sweep.json"

    @property
    def sweep_lock(self) -> Path:
        """Held by the process that controls the worker array."""
        return self.study_dir / "workers" / "sweep.lock"

    @property
    def trials_csv(self) -> Path:
        return self.study_dir / "trials.csv"

    @property
    def trials_parquet(self) -> Path:
        return self.study_dir / "trials.parquet"

    @property
    def cost(self) -> Path:
        """What each stage cost on Slurm."""
        return self.study_dir / "cost.csv"

    @property
    def selection(self) -> Path:
        return self.study_dir / "selection.json"

    @property
    def extended_store(self) -> Path:
        """Extended runs by what they are, kept when a slot's rule runs again."""
        return self.study_dir / "extended-store"

    def extended_record(self, group: str, rank: int | str, seed: int | str) -> Path:
        return self.study_dir / "extended" / f"{group}-rank{rank}-seed{seed}.json"

    @property
    def embeddings(self) -> Path:
        """What is known of the embeddings; their arrays stand beside it."""
        return self.study_dir / "embeddings.json"

    @property
    def embedding_arrays(self) -> Path:
        return self.study_dir / "embeddings.npz"

    @property
    def folds(self) -> Path:
        """Which task is in which fold of the confirmation."""
        return self.study_dir / "folds.json"

    @property
    def fold_store(self) -> Path:
        """Runs on folds by what they are, kept when a slot's rule runs again."""
        return self.study_dir / "fold-store"

    def confirmation_record(self, group: str, rank: int | str, fold: int | str) -> Path:
        return self.study_dir / "confirmation" / f"{group}-rank{rank}-fold{fold}.json"

    @property
    def fold_forest(self) -> Path:
        """The random forest on the same folds."""
        return self.study_dir / "forest.json"

    def hypothesis_record(self, hypothesis: str, group: str, fold: int | str) -> Path:
        return self.study_dir / "hypotheses" / hypothesis / f"{group}-fold{fold}.json"

    def adoption_record(self, group: str, rank: int | str, fold: int | str) -> Path:
        """The base with what the hypotheses' other folds adopt."""
        return self.study_dir / "adoption" / f"{group}-rank{rank}-fold{fold}.json"

    @property
    def proposal(self) -> Path:
        """The config of the sweep to try next."""
        return self.study_dir / "proposal.yaml"

    @property
    def proposal_diff(self) -> Path:
        """What the proposal changes of what the study was told."""
        return self.study_dir / "proposal.diff"

    @property
    def proposal_record(self) -> Path:
        """Every setting with what becomes of it and why."""
        return self.study_dir / "proposal.json"

    @property
    def exported_model(self) -> Path:
        """The ensemble of the study's extended runs as one file; its card stands beside it."""
        return self.study_dir / "model" / f"{self.study}.safetensors"

    @property
    def reports(self) -> Path:
        return self.study_dir / "reports"

    @property
    def report_index(self) -> Path:
        return self.reports / "index.html"

    @property
    def coverage_page(self) -> Path:
        """Where the search went."""
        return self.report_page("coverage")

    @property
    def coverage_table(self) -> Path:
        """The figures of the coverage page."""
        return self.reports / "coverage.csv"

    @property
    def figures(self) -> Path:
        """Every figure of the pages as SVG, PDF and with its data as CSV."""
        return self.reports / "figures"

    @property
    def explore_page(self) -> Path:
        """Figures to point at and to zoom into."""
        return self.report_page("explore")

    @property
    def hypotheses_page(self) -> Path:
        return self.report_page("hypotheses")

    @property
    def hypotheses_table(self) -> Path:
        """The figures of the hypotheses' page."""
        return self.reports / "hypotheses.csv"

    @property
    def proposal_page(self) -> Path:
        """What to try next."""
        return self.report_page("proposal")

    def report_page(self, category: str) -> Path:
        return self.reports / f"{category}.html"
