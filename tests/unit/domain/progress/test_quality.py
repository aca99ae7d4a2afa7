"""Signs of study for the form's sake: rates of many people, judged by how a blind or hurried one would do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.progress.quality import (
    LEAST_CASES,
    LEAST_PEOPLE,
    Answered,
    PersonStudy,
    PortionStudied,
    QualitySign,
    SignCounts,
    StudySigns,
    chance_of,
    signs_of,
)

DUE = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
SLOW = PortionStudied(DUE - timedelta(days=2), DUE, DUE - timedelta(days=2, minutes=5), 1200)


@pytest.mark.parametrize(
    ("before", "counted"),
    [(timedelta(0), True), (timedelta(hours=1), True), (timedelta(hours=1, seconds=1), False),
     (-timedelta(seconds=1), False)],
)  # fmt: skip
def test_the_last_hour_ends_when_it_is_due(before, counted):
    assert replace(SLOW, done_at=DUE - before).in_last_hour is counted


@pytest.mark.parametrize(
    ("seconds", "fast"), [(47, True), (48, False), (0, False), (-3, False), (600, False)]
)
def test_five_times_an_adults_pace_is_too_fast_where_the_opening_is_known(seconds, fast):
    read = replace(SLOW, opened_at=SLOW.done_at - timedelta(seconds=seconds))
    assert read.too_fast is fast
    assert not replace(read, opened_at=None).too_fast


@pytest.mark.parametrize(
    ("kind", "options", "chance"),
    [("single", 4, 250), ("true_false", 2, 500), ("multiple", 4, 90), ("multiple", 2, 1000),
     ("fill_blank", 0, None), ("single", 0, None)],
)  # fmt: skip
def test_a_blind_answer_is_right_as_often_as_its_type_has_it(kind, options, chance):
    assert chance_of(kind, options) == chance


def test_a_person_is_counted_by_what_they_did_alone():
    study = PersonStudy(
        [SLOW, replace(SLOW, done_at=DUE, opened_at=None)],
        [Answered(True, 250), Answered(False, 500)],
        [Answered(True, 250)],
    )
    found = signs_of(study)
    assert found.of(QualitySign.GUESSING) == SignCounts(2, 1, 750)
    assert found.of(QualitySign.NO_RECALL) == SignCounts(1, 1, 250)
    assert found.of(QualitySign.LAST_HOUR) == SignCounts(2, 1)
    assert found.of(QualitySign.TOO_FAST) == SignCounts(1, 0)
    both = found + found
    assert both.people == 2 and both.of(QualitySign.GUESSING) == SignCounts(4, 2, 1500)
    assert signs_of(PersonStudy()).private() == []


@pytest.mark.parametrize(
    ("sign", "counts", "shown"),
    [
        (QualitySign.GUESSING, SignCounts(100, 36, 25_000), True),
        (QualitySign.GUESSING, SignCounts(100, 37, 25_000), False),
        (QualitySign.NO_RECALL, SignCounts(100, 25, 25_000), True),
        (QualitySign.LAST_HOUR, SignCounts(100, 50), True),
        (QualitySign.LAST_HOUR, SignCounts(100, 49), False),
        (QualitySign.TOO_FAST, SignCounts(100, 25), True),
        (QualitySign.TOO_FAST, SignCounts(100, 24), False),
        (QualitySign.GUESSING, SignCounts(LEAST_CASES - 1, 0, 24_750), False),
    ],
)
def test_a_sign_shows_from_its_share_on_and_with_cases_enough(sign, counts, shown):
    signs = StudySigns(LEAST_PEOPLE, {sign: counts})
    assert (signs.shown() == [sign]) is shown
    assert replace(signs, people=LEAST_PEOPLE - 1).shown() == []


def test_a_private_word_takes_fewer_cases():
    few = StudySigns(1, {QualitySign.LAST_HOUR: SignCounts(8, 4)})
    assert few.private() == [QualitySign.LAST_HOUR] and few.shown() == []
