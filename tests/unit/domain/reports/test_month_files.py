"""迎检台账: the days of a month, and 卷内目录 with what is missing."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.reports.month_files import FilePart, MissingWhy, MonthOfUnit, contents


@pytest.mark.parametrize(("month", "last"), [(2, 28), (12, 31), (11, 30)])
def test_a_month_ends_with_its_last_day(month, last):
    found = MonthOfUnit(1, 2026, month)
    assert (found.first_day, found.last_day) == (date(2026, month, 1), date(2026, month, last))


def test_a_month_that_has_not_begun_is_refused():
    MonthOfUnit(1, 2026, 12).check(date(2026, 12, 1))
    with pytest.raises(RuleBroken, match="month_not_begun"):
        MonthOfUnit(1, 2027, 1).check(date(2026, 12, 31))


def test_what_is_there_is_numbered_on_and_what_is_missing_says_why():
    lines = contents(
        [
            (FilePart.WEEKLY, "周报", MissingWhy.NOT_SIGNED),
            (FilePart.PLAN, "计划", None),
            (FilePart.PAPER, "试卷", MissingWhy.NOT_RELEASED),
        ]
    )
    assert [each.part for each in lines] == list(FilePart)
    named = {each.title: (each.number, each.missing) for each in lines if each.title}
    assert named == {
        "计划": (1, None),
        "试卷": (None, MissingWhy.NOT_RELEASED),
        "周报": (2, MissingWhy.NOT_SIGNED),
    }
    rest = [each for each in lines if not each.title]
    assert {(each.number, each.missing) for each in rest} == {(None, MissingWhy.NOTHING)}
