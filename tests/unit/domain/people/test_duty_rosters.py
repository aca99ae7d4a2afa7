"""Duty rosters are recognised by their headings, whichever way round they are written."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from learnapp.domain.people.duty_rosters import DutySpan, day_of, duties_in, spans_of

TODAY = date(2026, 11, 27)
FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)
WANTED = {("张三", FIRST), ("张三", SECOND), ("李四", SECOND)}


def _found(rows):
    cells = duties_in(rows, TODAY)
    return None if cells is None else {(each.written, each.day) for each in cells}


@pytest.mark.parametrize(
    "rows",
    [
        [["12月值班表", None, None], ["姓名", "12月1日", "12月2日"], ["张三", "√", "夜"],
         ["李四", "休", "值班"]],
        [["姓名", "备注", datetime(2026, 12, 1), datetime(2026, 12, 2)], ["张三", "x", "白班", 1.0],
         ["李四", "", None, "√"]],
        [["日期", "星期", "张三", "李四"], ["2026-12-01", "二", "√", ""],
         ["2026-12-02", "三", "√", "√"]],
        [["日期", "值班领导", "值班人员", "值班电话"], [datetime(2026, 12, 1), "张三", "", "110"],
         [datetime(2026, 12, 2), "张三", "李四", "110"]],
        [["日期", "值班人员"], ["12.1", "张三"], ["12.2", "张三、李四"]],
        [["日期", "值班人员"], ["12月1日", "张三"], ["12月2日", "张三"], [None, "李四"]],
    ],
    ids=["people-down", "dates-as-cells", "days-down", "names-in-cells", "several-names", "merged"],
)  # fmt: skip
def test_who_is_on_duty_when_is_read_whichever_way_round_the_grid_is(rows):
    assert _found(rows) == WANTED


@pytest.mark.parametrize(
    "off", ["", "休", "休息", "—", "-", "－", "/", "×", "X", "否", 0, "无", "轮休", None]
)
def test_who_is_off_is_not_on_duty(off):
    rows = [["姓名", "12月1日", "12月2日"], ["张三", off, "√"]]
    assert _found(rows) == {("张三", SECOND)}


@pytest.mark.parametrize(
    "title", ["星期", "备注", "电话", "联系方式", "值班电话", "序号", "单位", "部门", "周次"]
)
def test_a_column_of_something_else_names_nobody(title):
    rows = [["日期", title, "张三"], ["12月1日", "1", "√"]]
    assert _found(rows) == {("张三", FIRST)}


def test_who_stands_above_the_first_day_is_on_duty_on_none():
    assert _found([["日期", "值班人员"], [None, "李四"], ["12月1日", "张三"]]) == {("张三", FIRST)}


def test_a_grid_without_headings_is_not_guessed():
    assert _found([["张三", "李四"], ["1", "2"]]) is None
    assert _found([]) is None


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1月2日", date(2027, 1, 2)),
        ("11/3", date(2026, 11, 3)),
        ("2025年3月4日 星期二", date(2025, 3, 4)),
        (46357, date(2026, 12, 1)),
        ("2月30日", None),
        (12, None),
        ("周一", None),
    ],
)
def test_a_day_without_a_year_is_the_nearest_to_today(cell, day):
    assert day_of(cell, TODAY) == day


def test_days_that_follow_one_another_are_one_span():
    days = [SECOND, FIRST, date(2026, 12, 4), FIRST]
    assert spans_of(days) == [
        DutySpan(FIRST, SECOND),
        DutySpan(date(2026, 12, 4), date(2026, 12, 4)),
    ]
