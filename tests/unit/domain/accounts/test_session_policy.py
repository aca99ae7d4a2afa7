"""How long a sign-in holds, and what never ends it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.accounts.session_policy import (
    BOUNDS,
    SessionLimits,
    SessionPolicy,
    SessionUse,
    changed,
    policy_of,
    stored,
)
from learnapp.domain.core.errors import RuleBroken

NOW = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    "staff, shared, limits",
    [
        (True, False, SessionLimits(30 * MIN, 12 * HOUR)),
        (False, False, SessionLimits(None, 14 * DAY)),
        (False, True, SessionLimits(10 * MIN, 2 * HOUR)),
        (True, True, SessionLimits(10 * MIN, 2 * HOUR)),
    ],
)
def test_staff_and_shared_devices_end_sooner_than_an_officers_own_phone(staff, shared, limits):
    assert SessionPolicy().limits(staff, shared) == limits


def test_staff_on_a_shared_device_never_have_more_than_on_their_own():
    tight = SessionPolicy(staff_idle_minutes=5, staff_hours=1)
    assert tight.limits(True, True) == SessionLimits(5 * MIN, HOUR)


def test_a_limit_is_set_within_its_bounds_and_comes_back_as_it_was_stored():
    for name, (least, most) in BOUNDS.items():
        for value in (least, most):
            policy = changed(SessionPolicy(), name, value)
            assert policy_of(stored(policy)) == policy != SessionPolicy()
        for value in (least - 1, most + 1):
            with pytest.raises(RuleBroken, match="policy_out_of_range"):
                changed(SessionPolicy(), name, value)
    with pytest.raises(RuleBroken, match="policy_unknown"):
        changed(SessionPolicy(), "anything", 5)
    assert policy_of(None) == policy_of({"of another version": 1}) == SessionPolicy()


def test_a_session_ends_when_it_was_idle_and_not_before():
    use = SessionUse(NOW, 30 * MIN, None)
    assert not use.is_over(NOW + 30 * MIN - timedelta(seconds=1))
    assert use.is_over(NOW + 30 * MIN)
    assert not SessionUse(NOW, None, None).is_over(NOW + 400 * DAY)
    assert not SessionUse(None, 30 * MIN, None).is_over(NOW)


def test_a_test_keeps_a_session_that_is_idle():
    kept = SessionUse(NOW, 30 * MIN, NOW + 2 * HOUR)
    assert kept.ends_at() == NOW + 2 * HOUR + 30 * MIN
    assert not kept.is_over(NOW + 2 * HOUR)


@pytest.mark.parametrize(
    "idle, after, posted, noted",
    [
        (30 * MIN, 4 * MIN, True, False),
        (30 * MIN, 5 * MIN, False, True),
        (10 * MIN, 2 * MIN, False, True),
        (None, 9 * MIN, True, False),
        (None, 10 * MIN, True, True),
        (None, 13 * DAY, False, False),  # a page of an officer writes nothing
        (2 * DAY, HOUR, False, False),
    ],
)
def test_use_is_noted_often_enough_where_idleness_counts(idle, after, posted, noted):
    assert SessionUse(NOW, idle, None).wants_noting(NOW + after, posted) is noted
