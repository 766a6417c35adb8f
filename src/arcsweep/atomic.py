"""Files that are either there whole or not at all."""

import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


@contextmanager
def atomic_open(path: Path, *, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """Open a temporary sibling for writing and move it to ``path`` when the block ends well.

    Data reach the disk before the name does, so that a crash leaves the old file or the new one.
    ``mode`` is the new file's permission bits. The sibling is removed when the block raises.
    Raises OSError as the file system gives it (no space, no permission, read-only).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    try:
        with os.fdopen(descriptor, "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(name, path)  # noqa: PTH105 - os.replace is the documented atomic move
    except BaseException as error:
        with contextlib.suppress(OSError):  # a read-only file system: the first error tells more
            Path(name).unlink(missing_ok=True)
        # A failed write names no file, and a temporary one means nothing to a reader.
        if isinstance(error, OSError) and error.filename in (None, name):
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write ``text`` as UTF-8 to ``path`` atomically."""
    with atomic_open(path, mode=mode) as stream:
        stream.write(text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as indented JSON with sorted keys, atomically; NaN is refused."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True, allow_nan=False) + "\n")
