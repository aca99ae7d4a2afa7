"""命题回避: who has seen or written the key of a question may not sit an exam that may have it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from learnapp.db.bank import QuestionVersion
from learnapp.db.drawing import eligible
from learnapp.db.exams import BlueprintRow, Exam
from learnapp.db.insert import insert_if_new
from learnapp.db.questions import KeySight
from learnapp.domain.exams import ExamKind
from learnapp.domain.permissions import Actor


def saw(session: Session, actor: Actor, now: datetime, versions: Collection[int]) -> None:
    """Record that the actor was shown these keys; a repeat changes nothing."""
    if actor.person_id is None or not versions:
        return
    rows = [
        {"person_id": actor.person_id, "version_id": version_id, "seen_at": now}
        for version_id in sorted(set(versions))
    ]
    session.execute(insert_if_new(session, KeySight), rows)


def is_recused(session: Session, person_id: int, exam: Exam, now: datetime) -> bool:
    """Whether the person wrote, or has seen the key of, a question that the exam may have."""
    if exam.kind == ExamKind.PRACTICE:
        return False
    bank_id = select(BlueprintRow.bank_id).where(BlueprintRow.id == exam.blueprint_id)
    seen = select(KeySight.version_id).where(KeySight.person_id == person_id)
    pool = eligible(session.scalar(bank_id) or 0, now).with_only_columns(QuestionVersion.id)
    known = pool.where(
        or_(QuestionVersion.recorded_by == person_id, QuestionVersion.id.in_(seen))
    ).order_by(None)
    return session.scalar(known.limit(1)) is not None
