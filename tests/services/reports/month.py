"""The files of a month in the small office, as tests put them together."""

from __future__ import annotations

from datetime import timedelta

from learnapp.db.operations import background_jobs
from learnapp.domain.operations.background_jobs import WorkState
from learnapp.domain.reports.month_files import MonthOfUnit
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.services.operations import schedule
from learnapp.services.reports import month_work
from learnapp.services.reports.month_reader import MonthReader
from learnapp.services.reports.month_work import MonthWork
from tests.small_office import NOW

AFTER = NOW + timedelta(days=4)
READER = SheetReader("zh", AFTER.date(), "管理员")


def wanted(office, unit_id=None):
    return MonthOfUnit(unit_id or office.unit_id, 2026, 11)


def reader(office, login="admin", now=AFTER):
    return MonthReader(office.caller(login, now), wanted(office), READER)


def close_exam(office, now=AFTER):
    """Two hand in nothing, the window closes, its keys are shown."""
    for login in ("officer", "other"):
        office.hand_in(login)
    for _ in range(3):
        for piece in schedule.due(office.session, now):
            schedule.carry_out(office.session, now, piece, "5eed", None)


def made(office, login="admin", now=AFTER):
    """The papers of the month's files, as a job makes them."""
    session = office.session
    job = month_work.ask(office.caller(login, now), wanted(office), READER)
    background_jobs.begin(session, now, job.id)
    work = MonthWork(session, now, job)
    while (part := work.read(session)) is not None:
        part.write(session, now)
        assert 0 < part.done <= work.total
    background_jobs.finish(session, now, job.id, work.result(session))
    session.refresh(job)
    assert job.state == WorkState.DONE
    return job
