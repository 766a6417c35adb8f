"""A backup after every so many finished trials, by one worker, to the hindrance of none."""

import logging
from collections.abc import Callable

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from arcsweep.errors import StorageError, explained
from arcsweep.storage.backup import backup
from arcsweep.storage.backup_folder import BackupFolder
from arcsweep.storage.location import Database

logger = logging.getLogger(__name__)

_LOCK = 7_203_117_002  # any constant; one backup of a database at a time

# Whoever raises the mark makes the backup. It is raised by a fifth first, and to the full when the
# backup is there: one that fails, or whose maker is killed, is soon made up for.
_FINISHED = """(SELECT count(*)::integer AS n FROM trials
          WHERE study_id = :study AND state IN ('COMPLETE', 'PRUNED')) f"""
_IS_DUE = """s.study_id = :study AND f.n > s.backup_begun
      AND (f.n >= coalesce(s.backup_due, :every) OR f.n = s.n_trials)"""
_DUE = f"SELECT count(*) FROM arcsweep.sweeps s, {_FINISHED} WHERE {_IS_DUE}"
_CLAIM = f"""
    UPDATE arcsweep.sweeps s SET backup_begun = f.n,
        backup_due = f.n + greatest(1, CAST(:every AS integer) / 5)
    FROM {_FINISHED} WHERE {_IS_DUE}
    RETURNING f.n
"""
_DONE = "UPDATE arcsweep.sweeps SET backup_due = :due WHERE study_id = :study AND backup_due < :due"


class AutomaticBackups:
    """Backs the database up after every ``every`` finished trials of a study (0: never), and
    after the last one."""

    def __init__(
        self, engine: Engine, database: Database, study_id: int, folder: BackupFolder, every: int
    ) -> None:
        self._engine = engine
        self._database = database
        self._study_id = study_id
        self._folder = folder
        self._every = every

    def make_if_due(self, pulse: Callable[[], None]) -> None:
        """Make the backup if one is due and nobody makes it; to be called after a trial.

        What keeps it from being made is a warning: the sweep does not need it. ``pulse`` is called
        now and then and may raise to give up.
        """
        if self._every == 0:
            return
        try:
            self._make(pulse)
        except OSError as error:
            logger.warning("no backup was made: %s", explained(error))
        except (StorageError, SQLAlchemyError) as error:
            logger.warning("no backup was made: %s", str(error).splitlines()[0])

    def _make(self, pulse: Callable[[], None]) -> None:
        # One connection throughout: the lock is the session's, and goes with a worker that dies.
        with self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            bound = {"study": self._study_id, "every": self._every, "key": _LOCK}
            # Who finishes a trial while another makes a backup goes on: whether that trial was the
            # last one is looked up after the lock is given back, by the one who held it.
            while connection.execute(text(_DUE), bound).scalar():
                if not connection.execute(
                    text("SELECT pg_try_advisory_lock(:key)"), bound
                ).scalar():
                    return
                try:
                    finished = connection.execute(text(_CLAIM), bound).scalar_one_or_none()
                    if finished is not None:
                        self._write(finished, pulse)
                        due = finished + self._every
                        connection.execute(text(_DONE), {**bound, "due": due})
                finally:
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), bound)

    def _write(self, finished: int, pulse: Callable[[], None]) -> None:
        self._folder.create()
        file = self._folder.next_file(finished)
        backup(self._database, file, pulse)
        self._folder.tidy()
        logger.info("backup after %d trials: %s", finished, file)
