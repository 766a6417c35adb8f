"""The trials table as later stages read it."""

from pathlib import Path

import pandas as pd

from arcsweep.errors import InputError

_REQUIRED = {"number", "state", "value"}


def read_trials(path: Path) -> pd.DataFrame:
    """The trials table in the Parquet file ``path``, by trial number.

    Raises InputError when it is missing, damaged or lacks a column that every table has.
    """
    remedy = "run `arcsweep trials`"
    try:
        trials = pd.read_parquet(path)
    except FileNotFoundError:
        raise InputError(f"{path} is missing; {remedy}") from None
    except (OSError, ValueError) as error:  # pyarrow's ArrowInvalid is a ValueError
        raise InputError(f"{path} must be a Parquet table: {error}; {remedy}") from error
    missing = sorted(_REQUIRED - set(trials.columns))
    if missing:
        raise InputError(f"{path} lacks the columns {', '.join(missing)}; {remedy}")
    return trials.sort_values("number", ignore_index=True)
