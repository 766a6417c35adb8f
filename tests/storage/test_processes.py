"""Telling processes apart."""

import os
import subprocess
import sys
from dataclasses import replace

from arcsweep.storage.processes import ProcessIdentity

from .serving import wait_until


def test_own_process_is_alive() -> None:
    me = ProcessIdentity.own()
    assert me == ProcessIdentity.of(os.getpid())
    assert me.alive()


def test_number_that_was_given_out_again_is_another_process() -> None:
    assert not replace(ProcessIdentity.own(), started="1").alive()


def test_process_of_another_boot_is_not_alive_here() -> None:
    assert not replace(ProcessIdentity.own(), boot="another").alive()


def test_dead_process_counts_as_gone_before_its_parent_notices() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    identity = ProcessIdentity.of(process.pid)
    assert identity is not None and identity.alive()
    process.kill()
    wait_until(lambda: not identity.alive())
    process.wait()
    assert ProcessIdentity.of(process.pid) is None


def test_name_with_brackets_and_blanks_is_no_obstacle(tmp_path: object) -> None:
    code = "import ctypes, sys; ctypes.CDLL(None).prctl(15, b'a) R 1 (b'); print(1); input()"
    process = subprocess.Popen(
        [sys.executable, "-uc", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    before = ProcessIdentity.of(process.pid)
    assert process.stdout is not None
    process.stdout.readline()
    assert before is not None and ProcessIdentity.of(process.pid) == before
    process.communicate(b"\n")
