"""Only one process at a time is inside, and a dead one does not count."""

import errno
import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from arcsweep.tasks.lock import file_lock

HOLD = """
import sys, time
from pathlib import Path
from arcsweep.tasks.lock import file_lock
with file_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def is_free(path: Path) -> bool:
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def test_lock_keeps_others_out_until_its_holder_leaves_or_dies(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "lock"
    with file_lock(path):
        assert not is_free(path)
    assert is_free(path)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert not is_free(path)
        holder.kill()
    assert is_free(path)


def test_file_system_without_locks_does_not_stop_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(number: int) -> None:
        def flock(*_: object) -> None:
            raise OSError(number, "flock")

        monkeypatch.setattr(fcntl, "flock", flock)

    refuse(errno.EOPNOTSUPP)
    with file_lock(tmp_path / "lock"):
        pass
    refuse(errno.EIO)
    with pytest.raises(OSError, match="flock"), file_lock(tmp_path / "lock"):
        pass
