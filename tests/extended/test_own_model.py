"""Extended runs of a user's own training function."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from arcsweep.errors import ArcsweepError
from arcsweep.extended.own_model import train_own
from arcsweep.extended.slot import Slot
from arcsweep.extended.store import StoredRun
from arcsweep.protocol import Diverged, EpochReport, Params, Reporter

SLOT = Slot("a", 1, 5, 17, {"x": 0.5}, "")


class Counting:
    """Value of epoch e: e; ends by ``error`` after epoch ``last``."""

    def __init__(
        self, n_epochs: int = 4, last: int = 9, error: BaseException | None = None
    ) -> None:
        self.n_epochs, self.last, self.error = n_epochs, last, error

    def fingerprint(self) -> Mapping[str, str]:
        return {}

    def train(self, params: Params, seed: int, reporter: Reporter) -> None:
        epoch = int(reporter.saved_state() or b"0")
        while epoch < self.n_epochs:
            epoch += 1
            state = str(epoch).encode()
            reporter.report(EpochReport(epoch, epoch), lambda state=state: state)
            if epoch == self.last and self.error is not None:
                raise self.error


def test_a_killed_run_goes_on_and_its_record_is_whole(tmp_path: Path) -> None:
    stored = StoredRun(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        train_own(Counting(last=2, error=KeyboardInterrupt()), 4, SLOT, stored)
    record = train_own(Counting(), 4, SLOT, stored)
    assert [row["epoch"] for row in record["history"]] == [1, 2, 3, 4]
    assert record["value"] == 4
    assert stored.read() == record and stored.model_path.read_bytes() == b"4"


def test_a_diverged_run_says_so_and_is_not_kept(tmp_path: Path) -> None:
    stored = StoredRun(tmp_path)
    record = train_own(Counting(last=2, error=Diverged("too fast")), 4, SLOT, stored)
    assert record["empty"] and record["reason"] == "diverged: too fast"
    assert stored.read() is None


def test_a_function_that_reports_nothing_is_told_how(tmp_path: Path) -> None:
    with pytest.raises(ArcsweepError, match=r"reporter\.report"):
        train_own(Counting(n_epochs=0), 4, SLOT, StoredRun(tmp_path))
