"""What a failed database call means: try again, or leave."""

from optuna.exceptions import UpdateFinishedTrialError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError

from arcsweep.errors import DatabaseAwayError
from arcsweep.storage.guards import BUDGET_SPENT, NOT_OWNER

# PostgreSQL error classes that say nothing of our statement: connection (08), resources (53),
# operator intervention such as a shutdown (57), system (58); and single codes: the session was
# ended while suspended in a transaction (25P03), serialisation failure, deadlock.
_TRANSIENT_CLASSES = ("08", "53", "57", "58")
_TRANSIENT_CODES = ("25P03", "40001", "40P01")


def _database_error(error: BaseException) -> BaseException | None:
    """The SQLAlchemy error behind ``error``; Optuna wraps it in one of its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, DBAPIError | PendingRollbackError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def _code(error: BaseException) -> str | None:
    found = _database_error(error)
    return getattr(getattr(found, "orig", None), "pgcode", None)


def is_not_owner(error: BaseException) -> bool:
    """Was the write refused because the trial belongs to another worker, or was ended by it?"""
    return isinstance(error, UpdateFinishedTrialError) or _code(error) == NOT_OWNER


def is_budget_spent(error: BaseException) -> bool:
    """Did the database refuse a trial beyond the budget?"""
    return _code(error) == BUDGET_SPENT


def is_transient(error: BaseException) -> bool:
    """Is this an outage: the same call may go through once the server answers again?"""
    if isinstance(error, DatabaseAwayError):
        return True
    found = _database_error(error)
    if found is None:
        return False
    code = _code(error)
    if code is not None:
        return code[:2] in _TRANSIENT_CLASSES or code in _TRANSIENT_CODES
    if isinstance(found, DBAPIError) and found.connection_invalidated:
        return True
    return isinstance(found, OperationalError | InterfaceError | PendingRollbackError)


def reason(error: BaseException) -> str:
    """What the server or libpq said, in one line; they name no password."""
    found = _database_error(error)
    lines = str(getattr(found, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
