"""Dates, times and durations in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from learnapp.wording.dates import day_label, left_label, moment_label, span_label

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Shanghai
MIDNIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize(("language", "label"), [("zh", "11月23日 周一"), ("en", "Mon 23 Nov")])
def test_a_day_of_this_year_has_no_year(language, label):
    assert day_label(language, date(2026, 11, 23), TODAY) == label


@pytest.mark.parametrize(
    ("language", "label"), [("zh", "2027年1月3日 周日"), ("en", "Sun 3 Jan 2027")]
)
def test_a_day_of_another_year_has_its_year(language, label):
    assert day_label(language, date(2027, 1, 3), TODAY) == label


def test_an_instant_belongs_to_the_day_of_the_programmes_zone():
    assert day_label("zh", MIDNIGHT, TODAY) == "11月24日 周二"


@pytest.mark.parametrize(
    ("language", "label"), [("zh", "11月23日 周一 12:00"), ("en", "Mon 23 Nov 12:00")]
)
def test_a_moment_is_a_day_and_a_time(language, label):
    assert moment_label(language, NOON, TODAY) == label


@pytest.mark.parametrize(
    ("language", "label"), [("zh", "11月23日 周一 24:00"), ("en", "Mon 23 Nov 24:00")]
)
def test_midnight_is_the_end_of_the_day_before(language, label):
    assert moment_label(language, MIDNIGHT, TODAY) == label


def test_midnight_of_new_year_belongs_to_the_old_year():
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert moment_label("zh", new_year, TODAY) == "12月31日 周四 24:00"
    assert moment_label("en", new_year, date(2027, 1, 1)) == "Thu 31 Dec 2026 24:00"


@pytest.mark.parametrize(
    ("left", "chinese", "english"),
    [
        (timedelta(days=2, hours=23), "还剩 2 天", "2 days left"),
        (timedelta(days=1), "还剩 1 天", "1 day left"),
        (timedelta(hours=23, minutes=59), "还剩 23 小时", "23 hours left"),
        (timedelta(minutes=59), "还剩 59 分钟", "59 minutes left"),
        (timedelta(seconds=1), "还剩 1 分钟", "1 minute left"),
        (timedelta(0), "已截止", "Closed"),
        (timedelta(days=-1), "已截止", "Closed"),
    ],
)
def test_what_is_left_is_said_in_the_greatest_whole_unit(left, chinese, english):
    assert left_label("zh", NOON + left, NOON) == chinese
    assert left_label("en", NOON + left, NOON) == english


def test_a_span_within_a_day_names_the_day_once_also_when_it_ends_at_midnight() -> None:
    nine = datetime(2026, 11, 20, 1, tzinfo=UTC)  # in Shanghai
    assert span_label("zh", nine, nine + timedelta(hours=9), TODAY) == ("11月20日 周五 09:00–18:00")
    assert span_label("zh", nine, nine + timedelta(hours=15), TODAY) == (
        "11月20日 周五 09:00–24:00"
    )
    assert span_label("zh", nine, nine + timedelta(hours=39), TODAY) == (
        "11月20日 周五 09:00 – 11月21日 周六 24:00"
    )
