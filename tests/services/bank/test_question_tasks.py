"""命题任务: what members of a unit send in since it was set counts, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank import question_tasks as queries
from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.domain.bank.question_tasks import TaskPlan, TaskState
from learnapp.domain.bank.versions import VersionState
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.services.bank import banks, question_tasks
from learnapp.services.bank.banks import Entering
from learnapp.services.operations import desk
from question_bank import sample
from tests.small_office import NOW

LATER = NOW + timedelta(hours=3)
PLAN = TaskPlan(2, date(2026, 12, 1))


@pytest.fixture
def shelf(office):
    """A second, empty bank of the unit, and a branch whose editor signs in as `local`."""
    office.branch = office.add_branch()
    office.bank = banks.add_bank(office.caller(), office.unit_id, "新库", "public").id
    return office


def _send(office, login, how_many, status="in_review", now=LATER):
    bank = office.session.get_one(Bank, office.bank)
    there = len(
        office.session.scalars(
            select(QuestionVersion.id).where(QuestionVersion.bank_id == bank.id)
        ).all()
    )
    some = sample.load()[there : there + how_many]
    banks.enter(office.caller(login, now), bank, some, Entering(status=VersionState(status)))


def _line(office, now=LATER, login="admin"):
    (line,) = question_tasks.listed(office.caller(login, now), 0, 50)[0]
    return line.done, line.state


def test_what_the_unit_and_units_below_send_in_counts_once_and_drafts_do_not(shelf):
    _send(shelf, "officer", 1, now=NOW - timedelta(hours=1))  # before it was set
    assert question_tasks.set_tasks(shelf.caller(), shelf.bank, [shelf.unit_id], PLAN, "") == 1
    assert _line(shelf) == ((0, 0), TaskState.RUNNING)
    _send(shelf, "officer", 1)
    _send(shelf, "local", 1, status="published")
    _send(shelf, "local", 1, status="draft")
    assert _line(shelf) == ((2, 1), TaskState.MET)
    assert _line(shelf, NOW + timedelta(days=20))[1] is TaskState.MET


def test_a_task_of_a_branch_counts_its_own_members_alone_and_waits_on_their_desk(shelf):
    question_tasks.set_tasks(shelf.caller(), shelf.bank, [shelf.branch], PLAN, "结合案例")
    _send(shelf, "officer", 2)
    assert _line(shelf, login="local") == ((0, 0), TaskState.RUNNING)
    assert dict(desk.tasks_of(shelf.caller("local", LATER)))["question_task"].count == 1
    assert _line(shelf, NOW + timedelta(days=20))[1] is TaskState.LATE
    day = LATER.date()
    owed = [
        queries.is_owed_by(shelf.session, shelf.staff[each], shelf.bank, day)
        for each in ("local", "officer")
    ]
    assert owed == [True, False]
    task = question_tasks.listed(shelf.caller(), 0, 1)[0][0].row.id
    with pytest.raises(NotFound):  # the branch owes it and cannot take it back
        question_tasks.withdraw(shelf.caller("local", LATER), task)
    assert question_tasks.withdraw(shelf.caller(), task)
    assert not question_tasks.withdraw(shelf.caller(), task)
    assert _line(shelf)[1] is TaskState.WITHDRAWN
    assert not queries.is_owed_by(shelf.session, shelf.staff["local"], shelf.bank, day)


def test_only_who_may_sets_tasks_within_reach(shelf):
    editor = shelf.appoint("head", Role.QUESTION_EDITOR)
    with pytest.raises(Forbidden):
        question_tasks.set_tasks(editor, shelf.bank, [shelf.unit_id], PLAN, "")
    with pytest.raises(NotFound):
        question_tasks.set_tasks(shelf.caller("local"), shelf.bank, [shelf.branch], PLAN, "")
    with pytest.raises(RuleBroken, match="name_needed"):
        question_tasks.set_tasks(shelf.caller(), shelf.bank, [], PLAN, "")
