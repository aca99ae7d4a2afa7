"""A year's marks: only what opened that year, of the kind asked for, within reach."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.exams.exams import ExamKind
from learnapp.services.exams import year_marks
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.services.exams.year_marks import YearWanted
from tests.services.exams.steps import CLOSES

READER = SheetReader("zh", date(2026, 11, 27), "甲")


def _table(office, year=2026, kind=ExamKind.WEEKLY, login="admin"):
    caller = office.caller(login, CLOSES)
    unit_id = office.unit_id if login == "admin" else office.branch
    marks = year_marks.begin(caller, YearWanted(unit_id, year, kind))
    for place in range(len(marks.windows)):
        marks.collect(caller, place)
    return year_marks.table_of(caller, marks, READER)


def test_everybody_of_the_unit_and_below_has_a_row_with_the_months_of_that_year(office):
    office.branch = office.add_branch()
    office.hand_in("officer")
    whole = _table(office)
    cells = {row[3]: row[15] for row in whole.rows}  # November
    assert cells["officer"] == 0 and cells["other"] == "缺" and cells["local"] == "缺"
    assert whole.rows[-1][3] == "local"  # the branch after the unit above it
    assert [row[3] for row in _table(office, login="local").rows] == ["local"]
    for other in (_table(office, 2025), _table(office, kind=ExamKind.MONTHLY)):
        assert {cell for row in other.rows for cell in row[5:]} <= {""}


def test_a_unit_out_of_reach_and_who_reads_no_marks_get_nothing(office):
    office.branch = office.add_branch()
    above = YearWanted(office.unit_id, 2026, ExamKind.WEEKLY)
    with pytest.raises(NotFound):
        year_marks.begin(office.caller("local", CLOSES), above)
    with pytest.raises(Forbidden):
        year_marks.begin(office.caller("head", CLOSES), above)
