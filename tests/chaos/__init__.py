"""The chaos harness: sweeps on the real test cluster under faults, and a ledger that judges them.

``make chaos`` runs it; docs/chaos.md says what it does and how to read the ledger.
"""

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent

# The test cluster and the toy objective are plain modules of their folders.
sys.path += [str(TESTS / "slurm"), str(TESTS / "workers")]
