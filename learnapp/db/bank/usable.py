"""Which question versions may be used on a day, as conditions: for exams, and for practice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.study.models import Portion
from learnapp.domain.bank.versions import QuestionUse, VersionState


def for_exams(day: date) -> ColumnElement[bool]:
    """Usable in exams: no check question of a reading, whose key is shown after answering."""
    checked = select(Portion.id).where(Portion.check_version_id == QuestionVersion.id)
    return and_(_usable(QuestionUse.EXAM, day), ~checked.exists())


def for_practice(day: date) -> ColumnElement[bool]:
    """Usable in practice."""
    return _usable(QuestionUse.PRACTICE, day)


def _usable(use: QuestionUse, day: date) -> ColumnElement[bool]:
    """Published for this use, and in force: from its first day until before its last."""
    return and_(
        QuestionVersion.status == VersionState.PUBLISHED,
        QuestionVersion.use.in_((use, QuestionUse.BOTH)),
        or_(QuestionVersion.effective_from.is_(None), QuestionVersion.effective_from <= day),
        or_(QuestionVersion.effective_to.is_(None), QuestionVersion.effective_to > day),
    )
