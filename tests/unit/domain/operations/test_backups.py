"""When a backup is due and when one is late, and which archives stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learnapp.domain.operations.backups import (
    BackupHistory,
    Rotation,
    archive_name,
    days_late,
    instant_of,
    is_due,
    is_spare_late,
    newest,
    retained,
)

NIGHT = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)  # 1:30 on the 27th in Beijing
DAY = timedelta(days=1)


@pytest.mark.parametrize("sealed", [False, True])
def test_an_archive_says_its_instant_in_its_name(sealed):
    assert instant_of(archive_name(NIGHT, sealed)) == NIGHT
    assert archive_name(NIGHT, True) == "learnapp-20261126T173000Z.tar.gz.enc"


def test_the_newest_archive_is_the_one_of_the_latest_instant_whatever_else_lies_beside_it():
    names = [archive_name(NIGHT - n * DAY, n == 1) for n in range(3)]
    others = [
        "zzz",
        f"{names[0]}.sha256",
        f".{names[0]}.Xk3",
        "learnapp-29991231T235959Z.tar.gz.partial",
    ]
    assert newest([*others, *names[::-1]]) == names[0]
    assert newest(names[1:]) == names[1]
    assert newest(others) is None


def test_a_spare_is_late_when_it_lacks_last_nights_archive():
    assert not is_spare_late(NIGHT + timedelta(hours=29), NIGHT)
    assert is_spare_late(NIGHT + timedelta(hours=30), NIGHT)


@pytest.mark.parametrize(
    "name", ["learnapp-20261126T173000Z.tar.gz.sha256", "x", "learnapp.sqlite3", "a/learnapp-1Z"]
)
def test_other_files_are_no_archives(name):
    assert instant_of(name) is None


@pytest.mark.parametrize(
    "last_try, last_good, at, due",
    [
        (None, None, NIGHT, True),
        (NIGHT - DAY, NIGHT - DAY, NIGHT, True),
        (NIGHT - timedelta(minutes=20), NIGHT - timedelta(minutes=20), NIGHT, False),
        (NIGHT - timedelta(minutes=20), NIGHT - DAY, NIGHT, True),
        (NIGHT - timedelta(minutes=10), NIGHT - DAY, NIGHT, False),
        (NIGHT - DAY, NIGHT - DAY, NIGHT + timedelta(hours=3), False),
        (NIGHT - DAY, NIGHT - DAY, NIGHT + timedelta(hours=12), True),
    ],
)
def test_a_backup_is_due_once_a_night_and_by_day_after_a_missed_night(last_try, last_good, at, due):
    begun = NIGHT - timedelta(hours=20)
    assert is_due(at, BackupHistory(last_try, last_good, begun)) is due


def test_nothing_is_due_or_late_before_there_is_anything_to_back_up():
    nothing = BackupHistory(None, None, None)
    assert not is_due(NIGHT, nothing) and days_late(NIGHT, nothing) == 0


def test_days_without_a_good_backup_are_counted_after_two_of_them():
    good = BackupHistory(NIGHT, NIGHT, NIGHT - 30 * DAY)
    assert [days_late(NIGHT + n * DAY, good) for n in (0, 1, 2, 3, 4)] == [0, 0, 0, 3, 4]
    never = BackupHistory(NIGHT, None, NIGHT - 30 * DAY)
    assert days_late(NIGHT, never) == 30


def test_of_a_year_of_nights_the_last_days_weeks_and_months_stay():
    nights = [NIGHT - n * DAY for n in range(365)]
    stay = retained(nights, Rotation(7, 4, 6))
    assert {NIGHT - n * DAY for n in range(7)} <= stay
    assert len(stay) <= 7 + 4 + 6
    assert NIGHT - min(stay) > timedelta(days=120)


def test_of_a_day_with_many_archives_the_newest_stays():
    hours = [NIGHT - timedelta(hours=n) for n in range(3)]
    assert retained(hours, Rotation(7, 4, 6)) == {NIGHT, NIGHT - timedelta(hours=2)}  # 23:30 before


@settings(max_examples=30)
@given(st.sets(st.integers(0, 3000), min_size=1), st.integers(1, 9), st.integers(0, 5))
def test_the_newest_always_stays_and_old_ones_do_not_leave_for_a_gap(hours, days, months):
    instants = [NIGHT - timedelta(hours=n) for n in hours]
    stay = retained(instants, Rotation(days, 0, months))
    assert max(instants) in stay and stay <= set(instants)
    assert retained(stay, Rotation(days, 0, months)) == stay
