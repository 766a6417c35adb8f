import os
import subprocess
import sys
from pathlib import Path

import pytest

from arcsweep.errors import ArcsweepError
from arcsweep.workers.controller_lock import hold_controller_lock

HOLD = (
    "import sys, time; from pathlib import Path;"
    "from arcsweep.workers.controller_lock import hold_controller_lock;"
    "hold_controller_lock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"
)


def test_a_second_controller_is_told_who_the_first_is_and_a_dead_one_is_succeeded(
    tmp_path: Path,
) -> None:
    lock = tmp_path / "outputs" / "controller.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        with pytest.raises(ArcsweepError, match=rf"pid {holder.pid} on .* already runs"):
            hold_controller_lock(lock)
        holder.kill()
    hold_controller_lock(lock)
    assert f"pid {os.getpid()}" in lock.read_text()
