"""负担 of a programme: its weeks planned and as their reports have them, its 督办单 by month."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.notices.models import Chase
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.notices.chases import ChaseKind, ChaseState
from learnapp.domain.reports.weekly import DEFAULT_CUT_OFFS, ChosenCutOff, ReportKind
from learnapp.domain.study.burden import OrdersOfMonth
from learnapp.services.reports import burden, freezing
from tests.small_office import NOW

MONDAY = date(2026, 11, 23)
LATER = NOW + timedelta(days=8)
WEEKLY = {ReportKind.WEEKLY: [ChosenCutOff(DEFAULT_CUT_OFFS[ReportKind.WEEKLY])]}


def _freeze(office):
    for wanted in freezing.due(office.session, LATER, WEEKLY):
        freezing.store(office.session, LATER, freezing.frozen(office.session, wanted).issue)


def _order(office, kind, at):
    office.session.add(
        Chase(
            **{"kind": kind, "stage_id": office.stage_id, "unit_id": office.unit_id},
            **{"owner_id": office.staff["head"], "reason": "r", "condition": "nobody_behind"},
            **{"target": 0, "due_on": MONDAY, "state": ChaseState.CLOSED},
            **{"drafted_by": office.staff["admin"], "drafted_at": at, "issued_at": at},
        )
    )


def test_weeks_are_planned_and_real_once_their_report_is_there(office):
    found = burden.burden_of(office.caller("admin", LATER), office.programme_id)
    assert all(each.real is None for each in found.weeks) and found.months == []
    _freeze(office)
    found = burden.burden_of(office.caller("admin", LATER), office.programme_id)
    weeks = {each.monday: each for each in found.weeks}
    assert list(weeks) == [MONDAY + timedelta(weeks=n) for n in (-1, 0, 1)]
    assert weeks[MONDAY].planned.load.minutes >= 20
    assert weeks[MONDAY].real.people == 5 and weeks[MONDAY].real.exams == 0
    assert weeks[MONDAY + timedelta(weeks=1)].real is None


def test_only_orders_count_by_the_month_in_which_they_were_issued(office):
    for kind, at in (
        (ChaseKind.ORDER, NOW),
        (ChaseKind.ORDER, NOW + timedelta(days=1)),
        (ChaseKind.LETTER, NOW),
        (ChaseKind.ORDER, NOW - timedelta(days=500)),
    ):
        _order(office, kind, at)
    office.session.flush()
    found = burden.burden_of(office.caller(), office.programme_id)
    assert found.months == [OrdersOfMonth(date(2026, 11, 1), 2, 1, 2)]


def test_nobody_but_who_plans_sees_it(office):
    with pytest.raises(Forbidden):
        burden.burden_of(office.caller("head"), office.programme_id)
    with pytest.raises(NotFound):
        burden.burden_of(office.caller(), 999)
