"""A person's own marks as the points of a small chart."""

from __future__ import annotations

from datetime import timedelta

from learnapp.domain.core.calendar import start_of
from learnapp.domain.exams.own_marks import ChartPoint, OwnMark, chart_points
from tests.unit.domain.instants import MONDAY


def mark(days: int, awarded: int, full: int = 10_000) -> OwnMark:
    at = start_of(MONDAY) + timedelta(days=days)
    return OwnMark("周测", "x", at, awarded, full, awarded * 10 >= full * 6)


def test_marks_lie_from_the_earliest_to_the_latest_full_marks_at_the_top():
    points = chart_points([mark(14, 10_000), mark(0, 0), mark(7, 5000)], 100, 50)
    assert points == [
        ChartPoint(0, 50, False),
        ChartPoint(50, 25, False),
        ChartPoint(100, 0, True),
    ]


def test_one_mark_alone_lies_in_the_middle_and_none_gives_no_points():
    assert chart_points([mark(3, 6000)], 100, 50) == [ChartPoint(50, 20, True)]
    assert chart_points([], 100, 50) == []


def test_a_paper_all_of_whose_questions_are_void_is_drawn_at_the_bottom():
    assert chart_points([mark(0, 0, 0)], 100, 50)[0].y == 50
