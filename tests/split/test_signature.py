"""Claims about the signatures."""

import numpy as np
import pytest

from arcsweep.errors import InputError
from arcsweep.labels.program import program_ids
from arcsweep.split.signature import DIMENSION, OPERATIONS, signatures


def test_every_task_has_a_unit_signature_of_the_same_length() -> None:
    found = signatures(program_ids())
    matrix = np.stack(list(found.values()))
    assert matrix.shape == (400, DIMENSION) and matrix.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(matrix, axis=1), 1.0, atol=1e-6)


def test_the_three_views_count_their_operations() -> None:
    vector = signatures(["67a3c6ac"])["67a3c6ac"]  # go = vmirror(gi); verifier: vmirror(I)
    of_output, of_input, of_verifier = vector.reshape(3, len(OPERATIONS))
    mirror = OPERATIONS.index("vmirror")
    assert np.flatnonzero(of_output).tolist() == [mirror]
    assert not of_input.any()
    assert np.flatnonzero(of_verifier).tolist() == [mirror]


def test_programs_alike_have_signatures_alike() -> None:
    found = signatures(["3428a4f5", "99b1bc43", "3c9b0459"])
    alike = found["3428a4f5"] @ found["99b1bc43"]
    assert alike > 0.5 > found["3428a4f5"] @ found["3c9b0459"]


def test_tasks_without_programs_are_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match=r"mine; set split\.centroids_file"):
        signatures(["mine"])
