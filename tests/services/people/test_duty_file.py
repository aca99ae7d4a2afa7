"""A duty roster is read from a workbook, every sheet of it; what is none is refused."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest

from learnapp.services.people.duty_file import task
from question_bank.formats import Refused

TODAY = date(2026, 11, 27)


def workbook(*sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook of these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _read(data):
    return [cell for part in task(data, {"today": str(TODAY)}) for cell in part]


def test_every_sheet_is_read_its_own_way_round():
    across = [["姓名", date(2026, 12, 1), date(2026, 12, 2)], ["张三", "√", ""]]
    down = [["日期", "值班人员"], ["12月3日", "李四"]]
    found = {(who, day) for _sheet, _row, who, day in _read(workbook(across, down))}
    assert found == {("张三", "2026-12-01"), ("李四", "2026-12-03")}


def test_a_marked_file_is_refused_and_one_without_headings_has_nobody():
    with pytest.raises(Refused, match="secrecy_marking"):
        _read(workbook([["机密★"], ["日期", "值班人员"], ["12月3日", "李四"]]))
    assert _read(workbook([["甲", "乙"], ["1", "2"]])) == []
