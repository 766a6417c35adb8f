"""The database's password: made here, kept in one owner-only file, seen by nobody."""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path

from arcsweep.atomic import write_text
from arcsweep.errors import StorageError
from arcsweep.storage.settings import USER


def write_new_password(passfile: Path) -> str:
    """Write a new random password for the role to ``passfile`` and return its SCRAM verifier.

    The verifier is what PostgreSQL stores in place of the password. The file is in libpq's
    format; any host and port match, because the server may move to another one.
    """
    password = secrets.token_urlsafe(32)
    write_text(passfile, f"*:*:*:{USER}:{password}\n", mode=0o600)
    return scram_verifier(password, secrets.token_bytes(16))


def scram_verifier(password: str, salt: bytes, iterations: int = 4096) -> str:
    """SCRAM-SHA-256 verifier of an ASCII password (RFC 5803, as PostgreSQL writes it)."""
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored, server = (
        base64.b64encode(part).decode() for part in (salt, stored_key, server_key)
    )
    return f"SCRAM-SHA-256${iterations}:{salt_text}${stored}:{server}"


def check_passfile(passfile: Path) -> None:
    """Raise StorageError unless ``passfile`` can be read, and by its owner alone.

    libpq passes over a file that others may read with no more than a warning.
    """
    try:
        mode = passfile.stat().st_mode
        with passfile.open("rb"):
            pass
    except OSError as error:
        raise StorageError(
            f"the passfile {passfile} cannot be read: {error.strerror}; name one that exists "
            "(host:port:database:user:password) and belongs to you"
        ) from error
    if mode & 0o077:
        raise StorageError(
            f"the passfile {passfile} is open to others (mode {mode & 0o777:04o}) and would not "
            f"be used; run `chmod 600 {passfile}`"
        )
