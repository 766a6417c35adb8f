"""Which host may run the server."""

import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from arcsweep.errors import StorageError
from arcsweep.storage.folder import DatabaseFolder
from arcsweep.storage.host_lease import HostLease, LeaseLostError, LeaseTimes, read_lease, silent

TIMES = LeaseTimes(beat_s=0.05, fence_s=0.4, silence_s=0.8)


@pytest.fixture
def lease_folder(tmp_path: Path) -> DatabaseFolder:
    return DatabaseFolder(tmp_path)


def test_lease_is_taken_renewed_and_given_up(lease_folder: DatabaseFolder) -> None:
    assert read_lease(lease_folder) is None
    lease = HostLease(lease_folder, TIMES)
    lease.show("starting")
    first = read_lease(lease_folder)
    time.sleep(TIMES.beat_s * 1.5)
    lease.renew()
    second = read_lease(lease_folder)
    assert first is not None and second is not None
    assert second.renewed_ns > first.renewed_ns
    assert replace(second, renewed_ns=0) == replace(first, renewed_ns=0)
    assert second.is_local
    lease.give_up()
    assert read_lease(lease_folder) is None


def test_renewal_before_its_time_leaves_the_file_alone(lease_folder: DatabaseFolder) -> None:
    lease = HostLease(lease_folder, LeaseTimes())
    lease.show("ready")
    before = read_lease(lease_folder)
    lease.renew()
    assert read_lease(lease_folder) == before


def test_renewal_that_comes_too_late_is_refused(lease_folder: DatabaseFolder) -> None:
    lease = HostLease(lease_folder, TIMES)
    lease.show("ready")
    time.sleep(TIMES.fence_s * 1.2)
    with pytest.raises(LeaseLostError, match="not renewed"):
        lease.renew()


def test_lease_of_another_holder_is_neither_renewed_nor_removed(
    lease_folder: DatabaseFolder,
) -> None:
    mine, other = HostLease(lease_folder, TIMES), HostLease(lease_folder, TIMES)
    mine.show("ready")
    other.show("ready")
    with pytest.raises(LeaseLostError, match="taken over"):
        mine.touch()
    mine.give_up()
    assert other.held()


def test_removed_lease_is_lost(lease_folder: DatabaseFolder) -> None:
    lease = HostLease(lease_folder, TIMES)
    lease.show("ready")
    lease_folder.host_lease.unlink()
    with pytest.raises(LeaseLostError):
        lease.touch()


def test_unreadable_file_is_waited_out_until_the_fence(lease_folder: DatabaseFolder) -> None:
    lease = HostLease(lease_folder, TIMES)
    lease.show("ready")
    lease_folder.host_lease.write_text("{")
    time.sleep(TIMES.beat_s * 1.5)
    lease.renew()
    time.sleep(TIMES.fence_s * 1.2)
    with pytest.raises(LeaseLostError, match="not renewed"):
        lease.renew()


def test_silence_is_found_only_where_nothing_changes(lease_folder: DatabaseFolder) -> None:
    HostLease(lease_folder, TIMES).show("ready")
    seen = read_lease(lease_folder)
    assert silent(lease_folder, seen, TIMES)
    timer = threading.Timer(0.3, os.utime, [lease_folder.host_lease])
    timer.start()
    assert not silent(lease_folder, seen, TIMES)
    timer.join()


def test_clocks_are_not_compared(lease_folder: DatabaseFolder) -> None:
    lease = HostLease(lease_folder, TIMES)
    lease.show("ready")
    # The other host's clock is years behind; it lives all the same.
    os.utime(lease_folder.host_lease, (0, 0))
    seen = read_lease(lease_folder)
    timer = threading.Timer(0.3, os.utime, [lease_folder.host_lease, (1, 1)])
    timer.start()
    assert not silent(lease_folder, seen, TIMES)
    timer.join()


def test_damaged_lease_is_an_error_with_the_remedy(lease_folder: DatabaseFolder) -> None:
    lease_folder.host_lease.write_text("{")
    with pytest.raises(StorageError, match="make sure that no server runs"):
        read_lease(lease_folder)
