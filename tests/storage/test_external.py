"""The URL of an external server."""

from getpass import getuser
from pathlib import Path

import pytest

from arcsweep.errors import StorageError
from arcsweep.storage.external import ExternalUrl, parse_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "postgresql://me@db.example.org:5433/study?passfile=/home/me/pass&sslmode=require",
            ExternalUrl(
                "db.example.org",
                5433,
                "study",
                "me",
                Path("/home/me/pass"),
                (("sslmode", "require"),),
            ),
        ),
        ("postgres://me@h/d", ExternalUrl("h", 5432, "d", "me", None, ())),
        ("postgresql+psycopg2://me@h/d", ExternalUrl("h", 5432, "d", "me", None, ())),
        ("postgresql://me@[2001:db8::7]/d", ExternalUrl("2001:db8::7", 5432, "d", "me", None, ())),
        ("postgresql://o%20dd@h/d%2Fe", ExternalUrl("h", 5432, "d/e", "o dd", None, ())),
        (
            "postgresql:///d?host=/run/pg&port=5444&user=me",
            ExternalUrl("/run/pg", 5444, "d", "me", None, ()),
        ),
        ("postgresql://h", ExternalUrl("h", 5432, getuser(), getuser(), None, ())),
    ],
)
def test_url_is_taken_apart(text: str, expected: ExternalUrl) -> None:
    assert parse_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://me:canary@h/d",
        "postgresql://me:@h/d?password=canary",
        "postgresql://me@h/d?password=canary",
        "postgresql://me@h/d?sslpassword=canary",
        # Passwords with characters that should have been escaped.
        "postgresql://me:can/ary@h/d",
        "postgresql://me:12/canary@h/d",
        "postgresql://me:can#ary@h/d",
        "postgresql://me:12?canary@h/d",
        "postgresql://me:can@ary@h/d",
        "postgresql://me@h:canary/d",
        "mysql://me:canary@h/d",
        "canary",
        "postgresql://me@h/d?port=canary",
    ],
)
def test_password_or_nonsense_is_refused_and_never_repeated(text: str) -> None:
    with pytest.raises(StorageError, match="ARCSWEEP_DATABASE_URL") as caught:
        parse_url(text)
    told = f"{caught.value} {caught.value.__cause__} {caught.value.__suppress_context__}"
    assert "canary" not in told
    assert "ary" not in told.replace("necessary", "")
    assert caught.value.__context__ is None or caught.value.__suppress_context__
