"""Confirmed questions come into the bank once: few at once, many part by part in the background."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.operations.models import AuditEntry
from learnapp.domain.files.imports import MOST_ATTEMPTS, ImportKind, JobState
from learnapp.services.bank import banks, question_entry
from learnapp.services.bank.question_entry import AT_ONCE, PART
from learnapp.services.files import staged_imports
from tests.services.bank.question_files import staged
from tests.services.refusals import refused
from tests.small_office import NOW

MANY = "一、判断题\n" + "".join(
    f"{n}.第{n}号规定自公布之日起施行，编号{n * 7919}。（√）\n" for n in range(1, AT_ONCE + 2)
)


@pytest.fixture
def bank(office):
    """A bank of its own for what comes in."""
    return banks.add_bank(office.caller(), office.unit_id, "新题库", "public")


def _confirm(office, job, **more):
    return question_entry.confirm(office.caller(), job.public_id, **more)


def _states(office, bank):
    version = select(QuestionVersion.status, func.count()).where(QuestionVersion.bank_id == bank.id)
    return dict(office.session.execute(version.group_by(QuestionVersion.status)).all())


def _added_entries(office, bank):
    wanted = select(AuditEntry).where(
        AuditEntry.action == "questions.added", AuditEntry.subject_id == bank.id
    )
    return office.session.scalars(wanted).all()


def test_what_is_taken_comes_into_the_bank_once(office, bank):
    job = staged(office, bank)
    assert _confirm(office, job).counts["added"] == 1
    assert (job.state, job.counts["added"], job.counts["known"]) == (JobState.DONE, 1, 0)
    with refused("import_ended"):
        _confirm(office, job)
    assert _states(office, bank) == {"published": 1}


def test_an_import_may_wait_for_a_reviewer(office, bank):
    _confirm(office, staged(office, bank), to_review=True)
    assert _states(office, bank) == {"in_review": 1}


def test_many_come_in_part_by_part_and_each_part_once(office, bank):
    job = _confirm(office, staged(office, bank, MANY))
    assert (job.state, _states(office, bank)) == (JobState.ENTERING, {})
    first = question_entry.next_part(office.session, job.id)
    for _again in range(2):
        question_entry.enter_part(office.session, NOW, first)
    assert _states(office, bank) == {"published": PART}
    while (part := question_entry.next_part(office.session, job.id)) is not None:
        question_entry.enter_part(office.session, NOW, part)
    assert _states(office, bank) == {"published": AT_ONCE + 1}
    assert (job.state, job.counts["added"], job.counts["known"]) == (JobState.DONE, AT_ONCE + 1, 0)
    (entry,) = _added_entries(office, bank)
    assert (entry.actor_id, entry.detail["count"]) == (office.caller().actor.person_id, AT_ONCE + 1)


def test_what_is_coming_in_can_be_neither_cancelled_nor_confirmed(office, bank):
    job = _confirm(office, staged(office, bank, MANY))
    with refused("import_entering"):
        staged_imports.cancel(office.caller(), job.public_id, ImportKind.QUESTIONS)
    with refused("import_entering"):
        _confirm(office, job)


def test_an_import_broken_off_again_and_again_is_staged_with_what_came_in(office, bank):
    job, session = _confirm(office, staged(office, bank, MANY)), office.session
    assert staged_imports.begin_entering(session, NOW, job.id)
    question_entry.enter_part(session, NOW, question_entry.next_part(session, job.id))
    assert job.attempts == 0  # a part that came in begins the count again
    tries = [staged_imports.begin_entering(session, NOW, job.id) for _ in range(MOST_ATTEMPTS + 2)]
    assert tries == [True] * MOST_ATTEMPTS + [False] * 2
    assert (job.state, job.settings["broken_off"]) == (JobState.STAGED, True)
    assert question_entry.next_part(session, job.id) is None
    _confirm(office, job)
    while (part := question_entry.next_part(session, job.id)) is not None:
        question_entry.enter_part(session, NOW, part)
    assert (job.state, _states(office, bank)) == (JobState.DONE, {"published": AT_ONCE + 1})
    assert (job.counts["added"], job.counts["known"]) == (AT_ONCE + 1, 0)
