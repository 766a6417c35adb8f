"""The password and its verifier."""

import base64
from pathlib import Path

import pytest

from arcsweep.errors import StorageError
from arcsweep.storage.password import check_passfile, scram_verifier, write_new_password


def test_verifier_is_that_of_rfc_7677() -> None:
    # Section 3 of RFC 7677: user "user", password "pencil". Its keys follow from the exchange
    # given there: the server's signature checks ServerKey, the client's proof StoredKey.
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    assert scram_verifier("pencil", salt) == (
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )


def test_new_password_is_written_for_the_owner_alone_and_never_twice(tmp_path: Path) -> None:
    passfile = tmp_path / "passfile"
    first = write_new_password(passfile)
    text = passfile.read_text()
    assert passfile.stat().st_mode & 0o777 == 0o600
    assert text.startswith("*:*:*:arcsweep:") and len(text) > 50
    assert write_new_password(passfile) != first
    assert passfile.read_text() != text


def test_missing_passfile_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=f"{tmp_path}/none cannot be read: No such file"):
        check_passfile(tmp_path / "none")
