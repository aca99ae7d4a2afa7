"""迎检台账: what of a month is looked at."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import Forbidden
from learnapp.domain.reports.month_files import MonthOfUnit
from learnapp.services.reports.month_reader import MonthReader
from tests.services.reports.month import AFTER, READER, reader


def test_a_month_has_its_stages_windows_and_requirements(office):
    found = reader(office)
    assert [each.name for each in found.stages()] == ["第一阶段"]
    assert [window.id for _exam, window in found.windows()] == [office.window_id]
    assert {row.plan_day.month for _stage, row in found.requirements()} == {11}
    other = MonthOfUnit(office.unit_id, 2026, 10)
    before = MonthReader(office.caller("admin", AFTER), other, READER)
    assert (before.stages(), before.windows(), before.requirements()) == ([], [], [])


def test_who_may_not_make_files_reads_none(office):
    with pytest.raises(Forbidden):
        reader(office, "marker")
