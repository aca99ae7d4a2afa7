"""When reports are cut off: the usual times, and those that an office chose."""

from __future__ import annotations

from datetime import time

import pytest

from learnapp.domain.core.errors import Forbidden, RuleBroken
from learnapp.domain.reports.weekly import DEFAULT_CUT_OFFS, CutOff, ReportKind
from learnapp.services.reports import cut_offs


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
