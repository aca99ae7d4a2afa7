"""When reports are cut off: the usual times, and those that an office chose."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from learnapp.db.operations.models import Setting
from learnapp.domain.core.errors import Forbidden, RuleBroken
from learnapp.domain.reports.weekly import DEFAULT_CUT_OFFS, CutOff, ReportKind, cut_offs_due
from learnapp.services.reports import cut_offs
from tests.small_office import NOW


def test_there_is_a_report_on_mondays_and_a_second_one_where_it_was_chosen(office):
    weekly = DEFAULT_CUT_OFFS[ReportKind.WEEKLY]
    assert cut_offs.in_force(office.session) == {ReportKind.WEEKLY: weekly}
    flash = CutOff(4, time(17))
    cut_offs.choose(office.caller("admin"), weekly, flash)
    assert cut_offs.in_force(office.session)[ReportKind.FLASH] == flash
    cut_offs.choose(office.caller("admin"), CutOff(1, time(8, 30)), None)
    assert cut_offs.in_force(office.session) == {ReportKind.WEEKLY: CutOff(1, time(8, 30))}


def test_nobody_but_who_publishes_programmes_chooses_them(office):
    weekly = DEFAULT_CUT_OFFS[ReportKind.WEEKLY]
    with pytest.raises(Forbidden):
        cut_offs.choose(office.caller("head"), weekly, None)
    with pytest.raises(RuleBroken):
        cut_offs.choose(office.caller("admin"), CutOff(7, time(9)), None)


def test_what_is_chosen_holds_from_the_next_cut_off_on(office):
    monday, thursday = NOW, NOW + timedelta(days=3)
    old, wednesday, flash = cut_offs.chosen(office.session), CutOff(2, time(9)), CutOff(1, time(17))
    cut_offs.choose(office.caller("admin", thursday), wednesday, flash)
    found = cut_offs.chosen(office.session)
    later = thursday + timedelta(days=5)  # the Tuesday after
    assert cut_offs_due(found[ReportKind.WEEKLY], monday, later) == []
    assert cut_offs_due(found[ReportKind.FLASH], None, later) == []
    assert cut_offs_due(found[ReportKind.WEEKLY], monday, later + timedelta(days=1)) == [
        monday + timedelta(days=9)
    ]
    # What was due before is frozen as it was chosen then.
    assert cut_offs_due(found[ReportKind.WEEKLY], monday - timedelta(days=7), later) == [monday]
    cut_offs.choose(office.caller("admin", later), wednesday, None)
    assert cut_offs.in_force(office.session) == {ReportKind.WEEKLY: wednesday}
    assert cut_offs.chosen(office.session)[ReportKind.WEEKLY][0] == old[ReportKind.WEEKLY][0]


def test_what_was_chosen_before_choices_were_dated_holds(office):
    row = {"weekly": [1, "08:30"], "flash": [4, "17:00"]}
    office.session.add(Setting(name="report_cut_offs", value=row))
    office.session.flush()
    assert cut_offs.in_force(office.session)[ReportKind.WEEKLY] == CutOff(1, time(8, 30))
