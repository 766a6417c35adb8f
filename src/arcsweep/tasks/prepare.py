"""The whole stage: task files, manifest and array cache."""

from arcsweep.config.tasks import TasksConfig
from arcsweep.errors import InputError
from arcsweep.paths import Paths
from arcsweep.tasks.arrays import TaskArrays, load_task_arrays
from arcsweep.tasks.files import survey_files
from arcsweep.tasks.generate import generate_tasks
from arcsweep.tasks.manifest import write_manifest


def prepare_tasks(settings: TasksConfig, paths: Paths, *, n_processes: int) -> TaskArrays:
    """Generate the tasks, or check the user's own; write the manifest; build the array cache.

    Raises InputError as its parts do, and when something cannot be read or written.
    """
    try:
        if settings.source == "rearc":
            manifest = generate_tasks(settings, paths.data_dir, n_processes=n_processes)
        else:
            manifest = survey_files(paths.data_dir)
        write_manifest(paths.manifest, manifest)
    except OSError as error:
        raise InputError(
            f"{error.filename or paths.data_dir}: must be readable and writable, got "
            f"{error.strerror}; make room, correct the permissions or change tasks.data_dir"
        ) from error
    return load_task_arrays(paths.data_dir, paths.manifest, paths.cache)
