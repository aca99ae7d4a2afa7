"""Guessing is stopped at the account that is attacked; a unit behind one address still enters."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.domain.accounts.lockout import (
    MOST_ACCOUNTS_AT_ADDRESS,
    MOST_ACCOUNTS_IN_ALL,
    WINDOW,
    Tries,
    growing_wait,
    wait_for,
)
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation, sign_in
from learnapp.services.accounts.sign_in import Visitor
from learnapp.services.people import people
from tests.small_office import HASH

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STATION, ELSEWHERE = Visitor("10.0.0.1"), Visitor("203.0.113.9")


def people_in(database, numbers):
    """People with passwords."""
    with database.writing() as session:
        for n in numbers:
            badge = [(LoginKind.BADGE, str(100000 + n))]
            person = people.add_person(Caller(session, SYSTEM, NOW), f"人{n}", badge)
            activation.set_password(session, NOW, person.id, HASH)


@pytest.fixture
def crowd(database_url):
    """A database with three people."""
    database = Database(make_engine(database_url))
    people_in(database, (0, 1, 200))
    yield database
    database.engine.dispose()


def guess(session, login, visitor, now=NOW, times=1):
    """So many wrong tries; the last one as it was taken."""
    for _ in range(times):
        tried = sign_in.begin(session, login, visitor, now)
    return tried


def enter(session, login, visitor, now=NOW):
    """A right try."""
    tried = sign_in.begin(session, login, visitor, now)
    assert tried.wait is None and tried.person_id is not None
    sign_in.was_right(session, tried)
    sign_in.succeed(session, tried.person_id, "Linux", now, visitor)


def test_after_500_failures_on_one_account_200_others_behind_the_address_still_enter(crowd):
    people_in(crowd, range(2, 200))
    with crowd.writing() as session:
        assert guess(session, "100000", STATION, times=500).wait == WINDOW
        others = [sign_in.begin(session, str(100000 + n), STATION, NOW) for n in range(1, 201)]
    assert all(each.wait is None and each.password_hash == HASH for each in others)


def test_strangers_cannot_shut_an_account_on_a_device_or_at_an_address_it_knows(crowd):
    phone = Visitor("198.51.100.7", "a-token-of-a-phone-000")
    with crowd.writing() as session:
        enter(session, "100000", phone)
        enter(session, "100000", STATION)
        for n in range(40):  # from everywhere, and from the address of the owner's own phone
            guess(session, "100000", Visitor(f"203.0.113.{n}"), times=6)
            guess(session, "100000", Visitor("198.51.100.7"), times=6)
        assert guess(session, "100000", Visitor("192.0.2.1")).wait is not None
        assert guess(session, "100000", phone).wait is None
        assert guess(session, "100000", STATION).wait is None
        assert guess(session, "100001", phone).wait is None


def test_a_device_that_is_known_has_tries_of_its_own_and_no_more(crowd):
    phone = Visitor("198.51.100.7", "a-token-of-a-phone-000")
    with crowd.writing() as session:
        enter(session, "100000", phone)
        assert guess(session, "100000", phone, times=10).wait is None
        assert guess(session, "100000", phone).wait == WINDOW
        assert guess(session, "100000", phone, NOW + timedelta(minutes=20)).wait is None


def test_a_device_that_one_account_knows_is_none_for_another(crowd):
    phone = Visitor("198.51.100.7", "a-token-of-a-phone-000")
    with crowd.writing() as session:
        enter(session, "100000", phone)
        assert guess(session, "100001", phone, times=5).wait is None
        assert guess(session, "100001", phone).wait == WINDOW


def test_one_password_for_all_accounts_is_stopped_but_not_for_those_who_belong_there(crowd):
    with crowd.writing() as session:
        enter(session, "100200", STATION)
        for n in range(MOST_ACCOUNTS_AT_ADDRESS):
            assert guess(session, f"nobody{n}", STATION).wait is None
        assert guess(session, "100001", STATION).wait == WINDOW
        assert guess(session, "100001", ELSEWHERE).wait is None
        assert guess(session, "100200", STATION).wait is None


def test_a_right_password_counts_nowhere_and_a_refused_try_extends_nothing(crowd):
    with crowd.writing() as session:
        for _ in range(30):
            enter(session, "100000", ELSEWHERE)
        guess(session, "100001", ELSEWHERE, times=200)
        assert guess(session, "100001", ELSEWHERE, NOW + timedelta(minutes=20)).wait is None


def test_tries_are_counted_before_the_password_is_checked(crowd):
    with crowd.writing() as session:  # a hundred at once, none of them answered yet
        taken = [sign_in.begin(session, "100000", ELSEWHERE, NOW) for _ in range(100)]
    assert sum(each.wait is None for each in taken) == 5


def test_an_account_is_not_tried_twice_as_often_at_the_border_of_two_periods(crowd):
    before = NOW + timedelta(minutes=14, seconds=59)
    with crowd.writing() as session:
        assert guess(session, "100000", ELSEWHERE, before, times=5).wait is None
        assert guess(session, "100000", ELSEWHERE, before + timedelta(seconds=2)).wait == WINDOW


def test_the_old_password_of_a_change_is_limited_too(crowd):
    with crowd.writing() as session:
        person_id = sign_in.begin(session, "100000", STATION, NOW).person_id
        tries = [sign_in.begin_old_password(session, person_id, NOW) for _ in range(8)]
    assert [each.wait is None for each in tries] == [True] * 5 + [False] * 3


def test_the_wait_grows_and_ends():
    waits = [growing_wait(n) for n in range(40)]
    assert waits == sorted(waits) and waits[10] == timedelta(0) and waits[-1] == WINDOW
    tried = Tries(False, False, anywhere=14, last_at=NOW)
    assert wait_for(tried, NOW) == timedelta(seconds=16)
    assert wait_for(tried, NOW + timedelta(seconds=16)) is None


def test_all_tries_together_have_a_bound_that_leaves_known_ones_a_way_in():
    flood = {"in_all": MOST_ACCOUNTS_IN_ALL, "at_address": MOST_ACCOUNTS_AT_ADDRESS}
    assert wait_for(Tries(False, False, **flood), NOW) == WINDOW
    assert wait_for(Tries(True, False, **flood), NOW) is None
    assert wait_for(Tries(False, True, **flood), NOW) is None
