"""Whether the owner of a trial still lives, told on its own host."""

import os

from arcsweep.storage.owner import describe_self, is_provably_dead


def test_a_live_owner_is_not_dead() -> None:
    assert not is_provably_dead(describe_self())


def test_the_owners_start_does_not_depend_on_the_wall_clock() -> None:
    """Ticks since boot, as the kernel counts them; a boot time would move when the clock is set."""
    with open("/proc/self/stat") as stream:  # noqa: PTH123 - the kernel's own words
        ticks = stream.read().rpartition(")")[2].split()[19]
    assert describe_self()["started"] == ticks


def test_a_number_that_was_given_out_again_is_a_dead_owner() -> None:
    assert is_provably_dead({**describe_self(), "started": "1"})
    assert is_provably_dead({**describe_self(), "pid": 2**22 - 1})


def test_an_owner_elsewhere_is_never_judged() -> None:
    assert not is_provably_dead({**describe_self(), "host": "another", "pid": 2**22 - 1})
    assert not is_provably_dead({**describe_self(), "boot": f"before {os.getpid()}", "pid": 1})
