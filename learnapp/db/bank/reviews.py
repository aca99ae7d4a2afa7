"""Named queries of review: what waits for a reviewer, what an author submitted and what came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank.models import (
    Bank,
    BankCategory,
    KeyRevision,
    Passage,
    QuestionVersion,
    VersionEvent,
)
from learnapp.db.bank.question_values import as_json
from learnapp.db.core.many import one_of
from learnapp.db.core.statements import AnySelect
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.domain.bank.versions import JUDGING, VersionAction, VersionState

_ASKING = (
    VersionAction.SUBMITTED,
    VersionAction.LAW_AMENDED,
    VersionAction.RELEASED_URGENTLY,
)


_ROW = aliased(QuestionVersion)


def waits() -> ColumnElement[bool]:
    """Versions that wait for a review: submitted ones, and urgent releases that owe one."""
    # In words: the indexes of the few that wait are not found for a value that is bound.
    submitted = select(_ROW.id).where(_ROW.status == literal_column(f"'{VersionState.IN_REVIEW}'"))
    owed = select(_ROW.id).where(_ROW.review_owed, _ROW.status == VersionState.PUBLISHED)
    return QuestionVersion.id.in_(submitted.union(owed))


def waits_since() -> ColumnElement[datetime]:
    """When a version came to review: its last submission, or when it was written (imports)."""
    came = (
        select(func.max(VersionEvent.recorded_at))
        .where(
            VersionEvent.version_id == QuestionVersion.id,
            VersionEvent.deed.in_(
                (
                    VersionAction.SUBMITTED,
                    VersionAction.LAW_AMENDED,
                    VersionAction.RELEASED_URGENTLY,
                )
            ),
        )
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    return func.coalesce(came, QuestionVersion.recorded_at)


def review_queue(reach: Select[int]) -> AnySelect:
    """(version, bank name, author's name, login name, since when) of what waits in banks within reach."""
    return (
        select(QuestionVersion, Bank.name, Person.name, first_login(), waits_since().label("since"))
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .outerjoin(Person, Person.id == QuestionVersion.recorded_by)
        .where(Bank.owner_unit_id.in_(reach), waits())
    )


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


def submitted_by(person_id: int) -> AnySelect:
    """(version, bank name) of what the person submitted, or wrote and somebody judged or will judge."""
    sent = select(VersionEvent.version_id).where(
        VersionEvent.recorded_by == person_id, VersionEvent.deed == VersionAction.SUBMITTED
    )
    judged = select(VersionEvent.version_id).where(
        VersionEvent.version_id == QuestionVersion.id, VersionEvent.deed.in_(sorted(JUDGING))
    )
    own = and_(
        QuestionVersion.recorded_by == person_id,
        or_(QuestionVersion.status == VersionState.IN_REVIEW, judged.exists()),
    )
    return (
        select(QuestionVersion, Bank.name)
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .where(or_(QuestionVersion.id.in_(sent), own))
    )


def last_events(session: Session, versions: Collection[int]) -> dict[int, Sequence[Any]]:
    """Per version the last thing done with it: (deed, comment, when, who, login name)."""
    newest = (
        select(func.max(VersionEvent.id))
        .where(one_of(VersionEvent.version_id, versions))
        .group_by(VersionEvent.version_id)
    )
    rows = session.execute(
        select(
            VersionEvent.version_id,
            VersionEvent.deed,
            VersionEvent.comment,
            VersionEvent.recorded_at,
            Person.name,
            first_login(),
        )
        .outerjoin(Person, Person.id == VersionEvent.recorded_by)
        .where(VersionEvent.id.in_(newest))
    )
    return {row[0]: row[1:] for row in rows}
