"""Two controllers of one sweep."""

from pathlib import Path

import pytest

from arcsweep.errors import ArcsweepError
from arcsweep.workers.controller_turn import ControllerTurn


def test_the_later_controller_has_the_turn_and_the_earlier_one_leaves(tmp_path: Path) -> None:
    earlier = ControllerTurn(tmp_path / "study" / "turn")
    with earlier.held():
        pass
    later = ControllerTurn(tmp_path / "study" / "turn")
    with later.held():
        pass
    with (
        pytest.raises(ArcsweepError, match=r"another `arcsweep sweep` \(pid \d+ on"),
        earlier.held(),
    ):
        pytest.fail("two controllers act")
