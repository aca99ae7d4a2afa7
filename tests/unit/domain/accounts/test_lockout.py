"""How long a further try of a password has to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.accounts.lockout import (
    FREE_FROM_ANYWHERE,
    LONG_WINDOW,
    LONGEST_WAIT,
    MOST_ACCOUNTS_AT_ADDRESS,
    MOST_ACCOUNTS_IN_ALL,
    MOST_AT_OLD_PASSWORD,
    MOST_BY_KNOWN_DEVICE,
    MOST_FROM_ONE_ADDRESS,
    SLOT,
    WINDOW,
    Tries,
    growing_wait,
    slot_of,
    wait_for,
)

NOW = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def waits(known_device: bool = False, known_address: bool = False, **counts) -> timedelta | None:
    return wait_for(Tries(known_device, known_address, **counts), NOW)


def test_the_limits_are_these():
    assert (timedelta(minutes=5), timedelta(minutes=15)) == (SLOT, WINDOW)
    assert (timedelta(days=1), timedelta(minutes=15)) == (LONG_WINDOW, LONGEST_WAIT)
    assert (MOST_BY_KNOWN_DEVICE, MOST_FROM_ONE_ADDRESS, FREE_FROM_ANYWHERE) == (10, 5, 10)
    assert (MOST_ACCOUNTS_AT_ADDRESS, MOST_ACCOUNTS_IN_ALL, MOST_AT_OLD_PASSWORD) == (300, 3000, 5)


def test_the_first_try_of_a_stranger_is_free():
    assert waits() is None


def test_a_known_device_has_ten_tries_which_no_stranger_uses_up():
    crowd = {"here": 99, "anywhere": 99, "at_address": 9999, "in_all": 9999, "last_at": NOW}
    assert waits(known_device=True, by_device=9, **crowd) is None
    assert waits(known_device=True, by_device=10) == WINDOW


def test_five_tries_from_one_address_are_the_most_even_where_it_is_known():
    for known in (True, False):
        assert waits(known_address=known, here=4) is None
        assert waits(known_address=known, here=5) == WINDOW


def test_a_known_address_lets_in_whatever_happens_to_others():
    assert waits(known_address=True, anywhere=50, at_address=9999, last_at=NOW) is None


@pytest.mark.parametrize(("count", "most"), [("at_address", 300), ("in_all", 3000)])
def test_many_accounts_tried_stop_only_those_that_were_not_tried_here_yet(count, most):
    assert waits(**{count: most - 1}) is None
    assert waits(**{count: most}) == WINDOW
    assert waits(here=1, **{count: most}) is None


def test_from_the_eleventh_wrong_try_by_strangers_each_costs_a_wait_since_the_last():
    assert waits(anywhere=10, last_at=NOW) is None
    assert waits(anywhere=11, last_at=NOW) == 2 * SECOND
    assert waits(anywhere=13, last_at=NOW - 3 * SECOND) == 5 * SECOND
    assert waits(anywhere=13, last_at=NOW - 8 * SECOND) is None
    assert waits(anywhere=12) == 4 * SECOND


def test_the_wait_doubles_up_to_a_quarter_of_an_hour():
    seconds = [growing_wait(count) // SECOND for count in range(9, 22)]
    assert seconds == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert growing_wait(10_000) == LONGEST_WAIT


def test_a_slot_begins_every_five_minutes():
    assert slot_of(NOW) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert slot_of(datetime(2026, 11, 23, 1, 5, tzinfo=UTC)) == datetime(
        2026, 11, 23, 1, 5, tzinfo=UTC
    )
    assert slot_of(NOW).tzinfo is UTC


def test_what_is_not_said_did_not_happen():
    assert Tries(False, False) == Tries(False, False, 0, 0, 0, None, 0, 0)
