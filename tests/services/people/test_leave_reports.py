"""值班、请假的报备: reported by oneself, decided by somebody else with the right, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.notices.models import Notice
from learnapp.db.people.leave_reports import count_waiting
from learnapp.db.people.models import Absence
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.people import leave_reports
from learnapp.services.people.absences import NewAbsence
from tests.small_office import NOW

TODAY = NOW.date()
DUTY = NewAbsence(AbsenceKind.DUTY, TODAY, TODAY + timedelta(days=1), "夜班")


@pytest.fixture
def reported(office):
    return leave_reports.report(office.caller("officer"), DUTY)


def _notices(office):
    rows = office.session.scalars(
        select(Notice).where(Notice.person_id == office.staff["officer"])
    ).all()
    return [(row.code, row.params["answer"]) for row in rows]


def test_a_confirmed_report_is_an_absence_and_its_person_is_told(office, reported):
    assert leave_reports.report(office.caller("officer"), DUTY) == reported  # the same days again
    head = office.appoint("head", Role.LIAISON)
    ((row, name),) = leave_reports.waiting(head)
    assert (row.id, name) == (reported, "officer甲") and count_waiting(head).count == 1
    assert leave_reports.confirm(head, reported) and not leave_reports.confirm(head, reported)
    absence = office.session.scalars(select(Absence)).one()
    assert (absence.kind, absence.first_day, absence.effect) == ("duty", TODAY, "defers")
    assert _notices(office) == [("leave_confirmed", "")] and leave_reports.waiting(head) == []
    absences, reports = leave_reports.own_absences(office.caller("officer"))
    assert [each.id for each in absences] == [reports[0].absence_id]


def test_a_refusal_needs_a_reason_and_makes_no_absence(office, reported):
    head = office.appoint("head", Role.LIAISON)
    with pytest.raises(RuleBroken):
        leave_reports.refuse(head, reported, "  ")
    assert leave_reports.refuse(head, reported, "当天没有排班")
    assert not leave_reports.refuse(head, reported, "再退") and not leave_reports.confirm(
        head, reported
    )
    assert _notices(office) == [("leave_refused", "当天没有排班")]
    assert office.session.scalar(select(func.count()).select_from(Absence)) == 0


def test_it_is_taken_back_only_by_its_person_and_only_while_it_waits(office, reported):
    assert not leave_reports.take_back(office.caller("other"), reported)
    assert leave_reports.take_back(office.caller("officer"), reported)
    assert not leave_reports.take_back(office.caller("officer"), reported)


def test_nobody_decides_their_own_and_nobody_without_the_right_or_the_reach(office, reported):
    own = office.appoint("officer", Role.LIAISON)
    assert leave_reports.waiting(own) == []
    with pytest.raises(Forbidden):
        leave_reports.confirm(own, reported)
    with pytest.raises(Forbidden):
        leave_reports.waiting(office.caller("other"))
    office.add_branch()
    with pytest.raises(NotFound):
        leave_reports.confirm(office.caller("local"), reported)


@pytest.mark.parametrize("days", [-1, 2000])
def test_days_in_no_order_or_too_many_are_refused(office, days):
    with pytest.raises(RuleBroken):
        new = replace(DUTY, last_day=TODAY + timedelta(days=days))
        leave_reports.report(office.caller("officer"), new)


def test_whom_to_ask_are_the_nearest_with_the_liaison_first_and_never_oneself(office):
    office.appoint("other", Role.LIAISON)
    found = leave_reports.contacts(office.caller("officer"))
    assert found[0].name.startswith("other") and found[0].role == "liaison"
    assert all(each.role in ("liaison", "unit_head", "admin") for each in found)
    assert not any(
        each.name.startswith("other") for each in leave_reports.contacts(office.caller("other"))
    )
