"""A file refused for its marking is read when somebody with the right states that it has lapsed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.files.models import MarkingStatement
from learnapp.db.operations.models import AuditEntry
from learnapp.domain.core.errors import Conflict, Forbidden
from learnapp.domain.core.permissions import Role
from learnapp.domain.files.imports import JobState
from learnapp.domain.files.markings import LapsedMarking
from learnapp.services.bank import banks, question_imports
from learnapp.services.files import file_reading, lapsed_markings
from tests.services.bank.question_files import kept_file
from tests.small_office import NOW

STATED = LapsedMarking("2023 年考试早已启用", "市局政治部")


@pytest.fixture
def refused_job(office):
    """An import that was refused for a marking which names its own end."""
    bank = banks.add_bank(office.caller(), office.unit_id, "真题", "internal")
    job = question_imports.begin(office.caller(), bank, kept_file(office))
    marking = {"marking": "绝密★启用前"}
    file_reading.refuse(office.session, NOW, job.id, "secrecy_marking", marking)
    return job


def test_a_statement_lets_the_file_be_read_and_is_kept(office, refused_job):
    lapsed_markings.read_after_all(office.caller(), refused_job.public_id, STATED)
    office.session.flush()
    assert refused_job.state == JobState.READING
    assert question_imports.declared_of(refused_job.settings).marking_lapsed
    (kept,) = office.session.scalars(select(MarkingStatement))
    assert (kept.marking, kept.reason, kept.authority, kept.recorded_by) == (
        "绝密★启用前",
        STATED.reason,
        STATED.authority,
        office.caller().actor.person_id,
    )
    audited = select(AuditEntry).where(AuditEntry.action == "import.marking_lapsed")
    assert office.session.scalars(audited).one().subject_id == refused_job.id


def test_a_repeat_changes_nothing(office, refused_job):
    for _ in range(2):
        lapsed_markings.read_after_all(office.caller(), refused_job.public_id, STATED)
    office.session.flush()
    assert len(office.session.scalars(select(MarkingStatement)).all()) == 1


def test_an_editor_of_questions_may_not_state_it(office, refused_job):
    editor = office.appoint("officer", Role.QUESTION_EDITOR)
    with pytest.raises(Forbidden):
        lapsed_markings.read_after_all(editor, refused_job.public_id, STATED)
    assert refused_job.state == JobState.REFUSED


@pytest.mark.parametrize("marking", ["绝密", "机密★"])
def test_a_marking_without_an_end_does_not_lapse(office, refused_job, marking):
    refused_job.settings = {"refused": {"code": "secrecy_marking", "params": {"marking": marking}}}
    with pytest.raises(Conflict):
        lapsed_markings.read_after_all(office.caller(), refused_job.public_id, STATED)
