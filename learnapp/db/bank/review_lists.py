"""Named queries of lists of review: what waits within reach, and what an author submitted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, QuestionVersion, VersionEvent
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import AnySelect
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.bank.versions import JUDGING, VersionAction, VersionState
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission

MOST_AT_ONCE = 50  # versions that are named one by one
_ASKING = (
    VersionAction.SUBMITTED,
    VersionAction.LAW_AMENDED,
    VersionAction.RELEASED_URGENTLY,
)


_ROW = lasting_alias(QuestionVersion)


def _waits() -> ColumnElement[bool]:
    """Versions that wait for a review: submitted ones, and urgent releases that owe one."""
    # In words: the indexes of the few that wait are not found for a value that is bound.
    submitted = select(_ROW.id).where(_ROW.status == literal_column(f"'{VersionState.IN_REVIEW}'"))
    owed = select(_ROW.id).where(_ROW.review_owed, _ROW.status == VersionState.PUBLISHED)
    return QuestionVersion.id.in_(submitted.union(owed))


def _waits_since() -> ColumnElement[datetime]:
    """When a version came to review: its last submission, or when it was written (imports)."""
    came = (
        select(func.max(VersionEvent.recorded_at))
        .where(
            VersionEvent.version_id == QuestionVersion.id,
            VersionEvent.action.in_(_ASKING),
        )
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    return func.coalesce(came, QuestionVersion.recorded_at)


def _queue(reach: Select[int]) -> AnySelect:
    """(version, bank name, author's name, login name, since when) of what waits in banks within reach."""
    return (
        select(
            QuestionVersion, Bank.name, Person.name, first_login(), _waits_since().label("since")
        )
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .outerjoin(Person, Person.id == QuestionVersion.recorded_by)
        .where(Bank.owner_unit_id.in_(reach), _waits())
    )


@dataclass(frozen=True)
class ReviewFilter:
    """What a reviewer looks for; None is any."""

    bank_id: int | None = None
    type: str | None = None
    author_id: int | None = None
    since: datetime | None = None
    versions: Collection[int] | None = None


@dataclass(frozen=True)
class VersionInReview:
    """A version that waits: of which bank, by whom, since when."""

    row: QuestionVersion
    bank: str
    author: str
    login_name: str
    since: datetime


def _waiting(caller: Caller, wanted: ReviewFilter) -> AnySelect:
    """What waits within the actor's reach. Raises Forbidden."""
    caller.actor.must(Permission.BANK_REVIEW)
    reach = units_in_scope(caller.actor, Permission.BANK_REVIEW, local_day(caller.now))
    found = _queue(reach)
    if wanted.bank_id is not None:
        found = found.where(QuestionVersion.bank_id == wanted.bank_id)
    if wanted.type is not None:
        found = found.where(QuestionVersion.type == wanted.type)
    if wanted.author_id is not None:
        found = found.where(QuestionVersion.recorded_by == wanted.author_id)
    if wanted.since is not None:
        found = found.where(_waits_since() >= wanted.since)
    if wanted.versions is not None:
        found = found.where(QuestionVersion.id.in_(sorted(wanted.versions)[:MOST_AT_ONCE]))
    return found


def _count(session: Session, found: AnySelect) -> int:
    ids = found.with_only_columns(QuestionVersion.id)
    return session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def count_of_others(caller: Caller) -> int:
    """How many versions wait that the actor did not write."""
    found = _waiting(caller, ReviewFilter()).where(
        func.coalesce(QuestionVersion.recorded_by, 0) != caller.actor.person_id
    )
    return _count(caller.session, found)


def waiting(
    caller: Caller, wanted: ReviewFilter, page: int, size: int
) -> tuple[list[VersionInReview], int]:
    """A page of what waits, the longest first, and how many there are. Two statements."""
    found = _waiting(caller, wanted)
    total = _count(caller.session, found)
    rows = caller.session.execute(
        found.order_by(_waits_since(), QuestionVersion.id).limit(size).offset((page - 1) * size)
    )
    return [
        VersionInReview(row, bank, author or "", login or "", since)
        for row, bank, author, login, since in rows
    ], total


def still_waiting(caller: Caller, versions: Collection[int]) -> list[QuestionVersion]:
    """Those of these versions that wait within reach."""
    found = _waiting(caller, ReviewFilter(versions=versions))
    return list(caller.session.scalars(found.with_only_columns(QuestionVersion)))


def banks_waiting(caller: Caller) -> list[tuple[int, str]]:
    """(id, name) of the banks of which anything waits, in the order of their ids."""
    rows = caller.session.execute(
        _waiting(caller, ReviewFilter())
        .with_only_columns(Bank.id, Bank.name)
        .distinct()
        .order_by(Bank.id)
    )
    return [(bank_id, name) for bank_id, name in rows]


def authors_waiting(caller: Caller) -> list[tuple[int, str, str]]:
    """(id, name, login name) of the authors of whom anything waits, by pinyin."""
    rows = caller.session.execute(
        _waiting(caller, ReviewFilter())
        .with_only_columns(Person.id, Person.name, first_login(), Person.sort_key)
        .where(Person.id.is_not(None))
        .distinct()
        .order_by(Person.sort_key, Person.id)
    )
    return [(person_id, name, login or "") for person_id, name, login, _ in rows]


def _submitted_by(person_id: int) -> AnySelect:
    """(version, bank name) of what the person submitted, or wrote and somebody judged or will judge."""
    sent = select(VersionEvent.version_id).where(
        VersionEvent.recorded_by == person_id, VersionEvent.action == VersionAction.SUBMITTED
    )
    judged = select(VersionEvent.version_id).where(
        VersionEvent.version_id == QuestionVersion.id, VersionEvent.action.in_(sorted(JUDGING))
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


def count_returned(session: Session, person_id: int) -> int:
    """How many of what a person submitted were returned and are drafts since."""
    returned = QuestionVersion.status == VersionState.DRAFT
    return _count(session, _submitted_by(person_id).where(returned))


def submitted(
    session: Session, person_id: int, page: int, size: int
) -> tuple[list[tuple[QuestionVersion, str]], int]:
    """A page of what a person submitted, the newest first, each with its bank's name, and how many
    there are. Two statements."""
    found = _submitted_by(person_id)
    total = _count(session, found)
    rows = session.execute(
        found.order_by(QuestionVersion.id.desc()).limit(size).offset((page - 1) * size)
    )
    return [(row, bank) for row, bank in rows], total
