"""Named queries of versions in review: what they say, what was published before, what was done last."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import (
    BankCategory,
    KeyRevision,
    Passage,
    QuestionVersion,
    VersionEvent,
)
from learnapp.db.bank.question_values import as_json
from learnapp.db.core.many import one_of
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.domain.bank.versions import VersionState


def contents(session: Session, versions: Collection[int]) -> dict[int, dict[str, Any]]:
    """The versions with their newest keys, as the JSON data of questions."""
    newest = (
        select(func.max(KeyRevision.number))
        .where(KeyRevision.version_id == QuestionVersion.id)
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    rows = session.execute(
        select(QuestionVersion, KeyRevision, BankCategory.path, Passage.content)
        .join(KeyRevision, KeyRevision.version_id == QuestionVersion.id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .outerjoin(Passage, Passage.id == QuestionVersion.passage_id)
        .where(one_of(QuestionVersion.id, versions), KeyRevision.number == newest)
    )
    return {row.id: as_json(row, key, path, passage) for row, key, path, passage in rows}


def published_before(session: Session, questions: Iterable[int]) -> dict[int, int]:
    """The published version of each of these questions."""
    rows = session.execute(
        select(QuestionVersion.question_id, QuestionVersion.id).where(
            one_of(QuestionVersion.question_id, set(questions)),
            QuestionVersion.status == VersionState.PUBLISHED,
        )
    )
    return {question_id: version_id for question_id, version_id in rows}


@dataclass(frozen=True, slots=True)
class LastEvent:
    """The last thing done with a version: what, why, when and by whom (empty: by nobody known)."""

    action: str
    comment: str
    at: datetime
    who: str
    login_name: str


def last_events(session: Session, versions: Collection[int]) -> dict[int, LastEvent]:
    """Per version the last thing done with it."""
    newest = (
        select(func.max(VersionEvent.id))
        .where(one_of(VersionEvent.version_id, versions))
        .group_by(VersionEvent.version_id)
    )
    rows = session.execute(
        select(
            VersionEvent.version_id,
            VersionEvent.action,
            VersionEvent.comment,
            VersionEvent.recorded_at,
            Person.name,
            first_login(),
        )
        .outerjoin(Person, Person.id == VersionEvent.recorded_by)
        .where(VersionEvent.id.in_(newest))
    )
    return {
        version_id: LastEvent(action, comment, at, who or "", login or "")
        for version_id, action, comment, at, who, login in rows
    }
