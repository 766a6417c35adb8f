"""Checkpoints are written beside training, and none is given up silently."""

import errno
import logging
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from arcsweep.workers.checkpoint import Checkpoint
from arcsweep.workers.reporter import GiveBack
from arcsweep.workers.saving import CheckpointFailed, Saving

FULL, READ_ONLY = OSError(errno.ENOSPC, "full"), OSError(errno.EROFS, "read-only")


def epoch(number: int) -> Checkpoint:
    return Checkpoint(number, (), number, {}, {}, 0.0, b"state")


class Disk:
    """Takes a checkpoint once it is let, unless it has something against it."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.refusals: list[OSError] = []
        self.waits = threading.Event()
        self.saved: list[int] = []
        self.must_leave: GiveBack | None = None

    def save(self, checkpoint: Checkpoint) -> None:
        assert self.is_open.wait(10)
        if self.refusals:
            raise self.refusals.pop(0)
        self.saved.append(checkpoint.epoch)

    def leave_now(self) -> None:
        self.waits.set()
        if self.must_leave is not None:
            raise self.must_leave


@pytest.fixture
def disk() -> Disk:
    return Disk()


@pytest.fixture
def saving(disk: Disk) -> Iterator[Saving]:
    with closing(Saving(disk.save, 7, disk.leave_now, full_disk_s=5.0)) as saving:
        yield saving
        disk.is_open.set()


def test_training_goes_on_meanwhile_and_the_next_epoch_waits(disk: Disk, saving: Saving) -> None:
    saving.start(epoch(1))
    saving.wait_if_stuck()
    assert disk.saved == []
    threading.Timer(0.1, disk.is_open.set).start()
    saving.wait()
    assert disk.saved == [1]


def test_whoever_lets_go_has_saved_before(disk: Disk) -> None:
    with closing(Saving(disk.save, 7, disk.leave_now, full_disk_s=5.0)) as saving:
        saving.start(epoch(1))
        threading.Timer(0.1, disk.is_open.set).start()
    assert disk.saved == [1]


def test_a_refused_checkpoint_ends_the_training_when_it_is_waited_for(
    disk: Disk, saving: Saving
) -> None:
    disk.refusals = [READ_ONLY]
    saving.start(epoch(1))
    disk.is_open.set()
    with pytest.raises(CheckpointFailed, match=r"trial 7 cannot be written: .*[Rr]ead-only"):
        saving.wait()
    saving.wait()  # said once


def test_a_full_disk_is_waited_for_before_another_epoch_is_trained(
    disk: Disk, saving: Saving
) -> None:
    disk.refusals = [FULL, FULL]
    disk.is_open.set()
    saving.start(epoch(1))
    assert disk.waits.wait(10)
    saving.wait_if_stuck()
    assert disk.saved == [1]


def test_waiting_for_a_full_disk_ends_when_the_worker_must_leave(
    disk: Disk, saving: Saving
) -> None:
    disk.refusals, disk.must_leave = [FULL] * 100, GiveBack("walltime")
    disk.is_open.set()
    saving.start(epoch(1))
    with pytest.raises(GiveBack):
        saving.wait()


def test_an_epoch_that_is_lost_while_leaving_is_told(
    disk: Disk, caplog: pytest.LogCaptureFixture
) -> None:
    disk.refusals = [READ_ONLY]
    disk.is_open.set()
    with (
        caplog.at_level(logging.WARNING),
        closing(Saving(disk.save, 7, disk.leave_now, full_disk_s=5.0)) as saving,
    ):
        saving.start(epoch(1))
    assert "the last epoch of trial 7 was not saved" in caplog.text
