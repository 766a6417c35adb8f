"""A lock that processes share through a file."""

import errno
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NO_LOCKS_HERE = {errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK}


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold ``path`` exclusively; waits for the holder, whose death sets it free.

    The file stays behind, since removing it would let two processes hold two files of one name.
    Some cluster file systems have no locks; there the block runs unlocked, so what it does must be
    right, if wasteful, when two do it at once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno not in _NO_LOCKS_HERE:
                raise
        yield
