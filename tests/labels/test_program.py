"""Claims about the programs that RE-ARC gives."""

import subprocess
import sys

import pytest

from arcsweep.labels.program import dsl_names, program, program_ids


def test_all_four_hundred_tasks_have_both_programs() -> None:
    assert len(program_ids()) == 400
    found = program("67a3c6ac")
    assert (found.generator.name, found.verifier.name) == ("generate_67a3c6ac", "verify_67a3c6ac")


def test_the_language_holds_its_functions_and_nothing_imported() -> None:
    assert {"hmirror", "connect", "occurrences"} <= dsl_names()
    assert len(dsl_names()) == 160


def test_an_unknown_task_has_no_program() -> None:
    with pytest.raises(KeyError):
        program("nothing")


def test_importing_the_labels_does_not_import_the_programs() -> None:
    code = (
        "import sys, arcsweep.labels.derive, arcsweep.split.signature\n"
        "sys.exit(any(name.startswith('reasoning_gym') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
