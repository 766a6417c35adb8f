"""How many CPU threads this process computes with."""

import os

_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def limit_threads(n_threads: int) -> None:
    """Let numerical libraries that are imported from now on use ``n_threads`` threads.

    Workers side by side on one node would otherwise each start a thread a core and fight.
    """
    for variable in _VARIABLES:
        os.environ[variable] = str(n_threads)
