"""The history of a question version: what was done, by whom and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion, VersionEvent
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.domain.bank.versions import VersionAction, VersionState
from learnapp.domain.core import lengths


def record_version_event(
    caller: Caller, version_id: int, action: VersionAction, comment: str
) -> None:
    """Keep in the version's history what was done, by whom and why."""
    event = VersionEvent(
        version_id=version_id,
        action=action,
        comment=comment.strip()[: lengths.PARAGRAPH],
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    caller.session.add(event)
    audit_log.record(caller, f"question.{action}", ("question_version", version_id))
    caller.session.flush()


def versions_of(session: Session, question_id: int) -> Sequence[QuestionVersion]:
    """All versions of a question, newest first."""
    statement = select(QuestionVersion).where(QuestionVersion.question_id == question_id)
    return session.scalars(statement.order_by(QuestionVersion.number.desc())).all()


@dataclass(frozen=True)
class DoneWithVersion:
    """What was done with a version of a question, the version's number, and who did it:
    their name and login name, empty for the system."""

    event: VersionEvent
    number: int
    name: str
    login: str


def history_of(session: Session, question_id: int) -> list[DoneWithVersion]:
    """What was done with the question's versions, newest first."""
    rows = session.execute(
        select(VersionEvent, QuestionVersion.number, Person.name, first_login())
        .join(QuestionVersion, QuestionVersion.id == VersionEvent.version_id)
        .outerjoin(Person, Person.id == VersionEvent.recorded_by)
        .where(QuestionVersion.question_id == question_id)
        .order_by(VersionEvent.id.desc())
    )
    return [
        DoneWithVersion(event, number, name or "", login or "")
        for event, number, name, login in rows
    ]


def replaced_by(session: Session, version: QuestionVersion) -> Sequence[QuestionVersion]:
    """What a version that is published takes the place of: the published one of its question, and what
    was written before it and is not published."""
    earlier = QuestionVersion.number < version.number
    unpublished = QuestionVersion.status.in_((VersionState.DRAFT, VersionState.IN_REVIEW))
    return session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.question_id == version.question_id,
            QuestionVersion.id != version.id,
            or_(QuestionVersion.status == VersionState.PUBLISHED, and_(earlier, unpublished)),
        )
    ).all()


def published_citing(session: Session, bank_id: int, law: str) -> Sequence[QuestionVersion]:
    """The published versions of a bank that rest on a law, or name it in their source."""
    return session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.bank_id == bank_id,
            QuestionVersion.status == VersionState.PUBLISHED,
            (QuestionVersion.law == law) | QuestionVersion.source.contains(law, autoescape=True),
        )
    ).all()
