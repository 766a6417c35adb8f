"""The user's own files, checked before anything starts."""

from pathlib import Path

from arcsweep.config import Config
from arcsweep.config.classifier_rules import trains_classifier
from arcsweep.labels.derive import derive_labels
from arcsweep.labels.program import program_ids
from arcsweep.labels.user_file import labels_from_file
from arcsweep.paths import Paths
from arcsweep.split.centroids import load_centroids
from arcsweep.split.signature import signatures
from arcsweep.study.objective import load_objective
from arcsweep.tasks.files import survey_files
from arcsweep.tasks.rearc import task_ids
from arcsweep.workers.epoch_log import check_installed


def check_inputs(config: Config) -> list[str]:
    """Read every file that the config names as the user's own; returns what was found, as lines.

    Raises InputError for the first fault: damaged or invalid ARC JSON, labels of unknown tasks or
    categories, centroids of a wrong shape, tasks for which neither program nor file gives labels
    or centroids; ConfigError where a GPU is asked for that this machine has not. A training
    function of the user's own must be importable and tell what its
    trials mean; nothing else is asked of it.
    """
    if config.workers.tensorboard:
        check_installed()
    if not trains_classifier(config):
        load_objective(config, Paths.of(config)).fingerprint()
        return [f"training function {config.study.objective}"]
    if config.training.device == "cuda" and config.workers.launcher == "local":
        # On Slurm it is the nodes that need one, and this host often has none.
        from arcsweep.training.device import choose_device

        choose_device("cuda")
    found = []
    if config.tasks.source == "files":
        ids = tuple(survey_files(Path(config.tasks.data_dir)).tasks)
        found.append(f"{len(ids)} tasks in {config.tasks.data_dir}")
    else:
        ids = task_ids()
    foreign = sorted(set(ids) - program_ids())
    if config.labels.file is not None:
        n_labelled = sum(labels_from_file(Path(config.labels.file), ids).counts().values())
        found.append(f"{n_labelled} labels in {config.labels.file}")
    elif foreign:
        derive_labels(foreign[:1])
    if config.split.centroids_file is not None:
        shape = load_centroids(Path(config.split.centroids_file)).shape
        found.append(f"centroids {shape} in {config.split.centroids_file}")
    elif foreign:
        signatures(foreign[:1])
    return found
