"""值班表 as offices write them: who is on duty when, from a grid recognised by its headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

_HEAD_ROWS = 12
_NAME_TITLES = ("姓名", "警号", "工号", "人员", "值班人", "name")
_DAY_TITLES = ("日期", "时间", "值班日期", "day", "date")
_NOT_PEOPLE = ("星期", "备注", "电话", "联系方式", "值班电话", "序号", "单位", "部门", "周次")
_OFF = frozenset({"", "休", "休息", "—", "-", "－", "/", "×", "x", "否", "0", "无", "轮休"})
_MARK = re.compile(
    r"[√✓✔●○★▲◆■1]|[值班]|值班|白班?|夜班?|[早中晚]班?|全天?|备勤?|是|y|d|n", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s、，,;；/／]+")
_WRITTEN = re.compile(r"(?:(\d{4})\s*[年./-]\s*)?(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?(?!\d)")
_EXCEL_FIRST = date(1899, 12, 30)


@dataclass(frozen=True)
class DutyCell:
    """Somebody, as written, on duty on a day; the row of the sheet, from 1."""

    row: int
    written: str
    day: date


@dataclass(frozen=True)
class DutySpan:
    """Days on duty that follow one another, both included."""

    first: date
    last: date


def day_of(cell: Any, today: date) -> date | None:
    """The day a cell names: a date, 2026-11-03, 11月3日, 11.3; without a year the nearest to today."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        # A day that Excel stores as a number; others are no days.
        return _EXCEL_FIRST + timedelta(days=int(cell)) if 40_000 <= cell <= 60_000 else None
    found = _WRITTEN.search(str(cell or ""))
    if found is None:
        return None
    year, month, day = found.groups()
    years = [int(year)] if year else [today.year - 1, today.year, today.year + 1]
    possible = []
    for each in years:
        try:
            possible.append(date(each, int(month), int(day)))
        except ValueError:
            continue
    return min(possible, key=lambda each: abs(each - today), default=None)


def duties_in(rows: Sequence[Sequence[Any]], today: date) -> list[DutyCell] | None:
    """Who is on duty when: people down and days across, days down and people across, or days down with
    the names in the cells. None where no heading says which it is."""
    for at, row in enumerate(rows[:_HEAD_ROWS]):
        titles = [_text(cell) for cell in row]
        days = {n: day for n, cell in enumerate(row) if (day := _head_day(cell, today))}
        names = next((n for n, title in enumerate(titles) if title in _NAME_TITLES), None)
        if names is not None and days:
            return list(_people_down(rows, at, names, days))
        down = next((n for n, title in enumerate(titles) if title in _DAY_TITLES), None)
        if down is not None and not days and any(title for title in titles):
            return list(_days_down(rows, at, down, today))
    return None


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip().rstrip("*＊：:").lower()


def _head_day(cell: Any, today: date) -> date | None:
    return None if isinstance(cell, str) and len(cell) > 24 else day_of(cell, today)


def _people_down(
    rows: Sequence[Sequence[Any]], head: int, names: int, days: Mapping[int, date]
) -> Iterable[DutyCell]:
    for number, row in enumerate(rows[head + 1 :], head + 2):
        who = _written(row[names]) if names < len(row) else ""
        for column, day in days.items():
            if who and column < len(row) and _is_on(_text(row[column])):
                yield DutyCell(number, who, day)


def _days_down(
    rows: Sequence[Sequence[Any]], head: int, down: int, today: date
) -> Iterable[DutyCell]:
    titles = {
        n: _written(cell)
        for n, cell in enumerate(rows[head])
        if n != down and _text(cell) and not any(word in _text(cell) for word in _NOT_PEOPLE)
    }
    day: date | None = None
    for number, row in enumerate(rows[head + 1 :], head + 2):
        # Merged cells have the day in their first row alone.
        day = (day_of(row[down], today) if down < len(row) else None) or day
        for column, title in titles.items():
            text = _written(row[column]) if column < len(row) else ""
            if day is None or not _is_on(text.lower()):
                continue
            if _MARK.fullmatch(text):
                yield DutyCell(number, title, day)
                continue
            for name in filter(None, _BETWEEN.split(text)):
                yield DutyCell(number, name, day)


def _written(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _is_on(text: str) -> bool:
    return text not in _OFF


def spans_of(days: Iterable[date]) -> list[DutySpan]:
    """Days as spans, those that follow one another together."""
    found: list[DutySpan] = []
    for day in sorted(set(days)):
        if found and found[-1].last + timedelta(days=1) == day:
            found[-1] = DutySpan(found[-1].first, day)
        else:
            found.append(DutySpan(day, day))
    return found
