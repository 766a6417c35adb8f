"""The URL of an external server, as the environment gives it: without a password."""

import os
from dataclasses import dataclass
from getpass import getuser
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from arcsweep.errors import StorageError

URL_VARIABLE = "ARCSWEEP_DATABASE_URL"

_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg2")
_SECRETS = ("password", "sslpassword", "oauth_client_secret")
_FORM = f"{URL_VARIABLE} must look like postgresql://user@host:5432/database?passfile=/path"
_REMEDY = (
    "leave the password out and put it into an owner-only passfile "
    "(host:port:database:user:password) that PGPASSFILE or ?passfile=/path names"
)


@dataclass(frozen=True)
class ExternalUrl:
    """The parts of the URL; host is a folder for a Unix socket."""

    host: str
    port: int
    dbname: str
    user: str
    passfile: Path | None
    options: tuple[tuple[str, str], ...]


def external_url() -> ExternalUrl | None:
    """The parts of ARCSWEEP_DATABASE_URL; None when it is not set.

    Raises StorageError, in which the URL is never repeated, when it holds a password or is none.
    """
    text = os.environ.get(URL_VARIABLE, "").strip()
    return parse_url(text) if text else None


def parse_url(text: str) -> ExternalUrl:
    """The parts of a PostgreSQL URL. Raises StorageError that does not repeat it."""
    parts, port = _split(text)
    _refuse_password(text, parts)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    passfile = query.pop("passfile", None)
    host = unquote(parts.hostname or "") or query.pop("host", "localhost")
    query.pop("host", None)
    port = port or _port(query.pop("port", "5432"))
    query.pop("port", None)
    user = unquote(parts.username or "") or query.pop("user", "") or getuser()
    dbname = unquote(parts.path.lstrip("/")) or query.pop("dbname", "") or user
    return ExternalUrl(
        host, port, dbname, user, Path(passfile) if passfile else None, tuple(query.items())
    )


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        # Such as a part of a password in the port's place: not even the cause may show it.
        raise StorageError(f"{_FORM}; what it holds is no such URL") from None
    if parts.scheme not in _SCHEMES:
        raise StorageError(f"{_FORM}; its scheme is another one") from None
    return parts, port


def _refuse_password(text: str, parts: SplitResult) -> None:
    names = {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    if parts.password is not None or names & set(_SECRETS):
        raise StorageError(f"{URL_VARIABLE} must not hold a password, got one; {_REMEDY}")
    # An unescaped character in a password moves the rest of it into another part of the URL.
    if parts.fragment or text.count("@") > ("@" in parts.netloc):
        raise StorageError(
            f"{URL_VARIABLE} has @ or # outside its place, perhaps of a password; {_REMEDY}"
        )


def _port(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise StorageError(f"{_FORM}; its port is no number") from None
