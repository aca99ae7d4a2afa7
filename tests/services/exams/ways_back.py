"""What tests of staff mistakes and their ways back share."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import ExamWindow
from learnapp.db.exams.outcomes import attempts_of
from learnapp.db.progress import counters
from learnapp.services.operations import verify
from tests.services.conftest import EARLY, ExamFixture


def deed(ground: ExamFixture, what, now, *args):
    with ground.database.writing() as session:
        return what(Caller(session, ground.admin, now), *args)


def deadline(ground: ExamFixture, officer, now=EARLY):
    with ground.database.reading() as session:
        return attempts_of(session, officer.own_id(), ground.exam_id, now)[-1].deadline


def window(session, ground: ExamFixture) -> ExamWindow:
    return session.get_one(ExamWindow, ground.window_id)


def agree(session, now) -> None:
    """Counters, results and completions agree with the facts."""
    counters.refresh(session, now)
    assert verify.differences(session, now) == []
