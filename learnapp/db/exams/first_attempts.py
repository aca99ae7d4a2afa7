"""First sittings: the attempts that say how hard a question is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.exams.exams import UNCOUNTED, AttemptState
from learnapp.domain.exams.retakes import SECOND_CHANCES

_BEFORE, _EXAM, _WINDOW = lasting_alias(Attempt), lasting_alias(Exam), lasting_alias(ExamWindow)


def is_first_attempt() -> ColumnElement[bool]:
    """Condition on an attempt: handed in, the person's first of its exam, in an exam that counts and
    not in a retake or on the way back. Anyone who sits again has met questions, or read about them."""
    return and_(
        Attempt.state == AttemptState.SUBMITTED,
        ~exists().where(
            _BEFORE.person_id == Attempt.person_id,
            _BEFORE.exam_id == Attempt.exam_id,
            _BEFORE.id < Attempt.id,
        ),
        exists().where(_EXAM.id == Attempt.exam_id, _EXAM.kind.not_in(UNCOUNTED)),
        exists().where(_WINDOW.id == Attempt.window_id, _WINDOW.kind.not_in(SECOND_CHANCES)),
    )
