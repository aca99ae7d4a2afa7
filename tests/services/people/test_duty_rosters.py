"""A duty roster becomes days on duty of those it means, once; undone in one step."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256

import pytest
from sqlalchemy import select

from learnapp.db.notices import reminders
from learnapp.db.people.models import Absence, UnitDeed
from learnapp.domain.core.calendar import local_day
from learnapp.domain.people.duty_rosters import DutyCell
from learnapp.domain.study.programme import AbsenceEffect, AbsenceKind
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.services.operations import verify
from learnapp.services.people import duty_rosters, unit_deferrals
from learnapp.services.people.duty_file import OnDuty
from tests.small_office import NOW

TODAY = local_day(NOW)


def _stage(office, cells, effect=AbsenceEffect.NONE):
    about = (sha256(b"duty").hexdigest(), 4, "值班表.xlsx", "xlsx")
    file = staged_imports.keep_file(office.caller(), office.unit_id, NewFile(*about))
    duties = [OnDuty("表", DutyCell(n, who, day)) for n, (who, day) in enumerate(cells, 2)]
    return duty_rosters.stage(office.caller(), file, duties, effect)


def _spans(office, login):
    rows = office.session.scalars(
        select(Absence).where(Absence.person_id == office.staff[login]).order_by(Absence.id)
    )
    return [(row.first_day, row.last_day) for row in rows if not row.cancelled]


@pytest.fixture
def cells():
    """Two days running and one apart of an officer, one's own, somebody who is not there."""
    days = [TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=4)]
    return [*(("officer", day) for day in days), ("admin", TODAY), ("没有这人", TODAY)]


def test_days_are_recorded_for_whom_the_file_means_and_reminders_know_them(office, cells):
    job = _stage(office, cells)
    lines = {each.written: each for each in duty_rosters.lines_of(office.caller(), job)}
    assert lines["officer"].why_not is None and len(lines["officer"].spans) == 2
    assert lines["admin"].why_not == "duty_own"
    assert lines["没有这人"].why_not == "duty_unknown"
    assert duty_rosters.confirm(office.caller(), job.public_id) == 1
    assert duty_rosters.confirm(office.caller(), job.public_id) == 1
    assert _spans(office, "officer") == [
        (TODAY, TODAY + timedelta(days=1)),
        (TODAY + timedelta(days=4), TODAY + timedelta(days=4)),
    ]
    assert _spans(office, "admin") == []
    known = reminders.rosters_of(office.session, [office.staff["officer"]], NOW)
    assert {each.kind for each in known[office.staff["officer"]]} == {AbsenceKind.DUTY}


def test_a_file_brought_again_adds_only_the_days_that_are_new(office, cells):
    duty_rosters.confirm(office.caller(), _stage(office, cells).public_id)
    more = [*cells, ("officer", TODAY + timedelta(days=9))]
    job = _stage(office, more)
    (line,) = [each for each in duty_rosters.lines_of(office.caller(), job) if not each.why_not]
    assert [each.first for each in line.spans] == [TODAY + timedelta(days=9)]


def test_what_falls_due_is_put_off_where_the_office_wants_it_and_it_is_undone(office):
    week = [("officer", TODAY + timedelta(days=n)) for n in range(8)]
    duty_rosters.confirm(office.caller(), _stage(office, week, AbsenceEffect.DEFERS).public_id)
    assert verify.differences(office.session, NOW) == []
    deed = office.session.scalars(select(UnitDeed)).one()
    assert unit_deferrals.undo(office.caller(), deed.id)
    newest = office.session.scalars(select(Absence).order_by(Absence.id.desc())).first()
    assert newest.cancelled and isinstance(newest.first_day, date)
    assert verify.differences(office.session, NOW) == []
