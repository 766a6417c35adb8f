"""How many examples: a few thousand in all, the same each time; ARCSWEEP_EXAMPLES for more.

ARCSWEEP_EXAMPLES=20000 draws that many new ones for each property; on a failure hypothesis prints
what reproduces it.
"""

import os

from hypothesis import HealthCheck, settings

_ASKED = os.environ.get("ARCSWEEP_EXAMPLES")

settings.register_profile(
    "properties",
    max_examples=int(_ASKED or 300),
    derandomize=_ASKED is None,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PROFILE = settings.get_profile("properties")
