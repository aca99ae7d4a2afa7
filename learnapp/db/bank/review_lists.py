"""Named queries of lists of review: what waits within reach, and what an author submitted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank import reviews
from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import AnySelect
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission

MOST_AT_ONCE = 50  # versions that are named one by one


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
    found = reviews.review_queue(reach)
    if wanted.bank_id is not None:
        found = found.where(QuestionVersion.bank_id == wanted.bank_id)
    if wanted.type is not None:
        found = found.where(QuestionVersion.type == wanted.type)
    if wanted.author_id is not None:
        found = found.where(QuestionVersion.recorded_by == wanted.author_id)
    if wanted.since is not None:
        found = found.where(reviews.waits_since() >= wanted.since)
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
        found.order_by(reviews.waits_since(), QuestionVersion.id)
        .limit(size)
        .offset((page - 1) * size)
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


def submitted(
    session: Session, person_id: int, page: int, size: int
) -> tuple[list[tuple[QuestionVersion, str]], int]:
    """A page of what a person submitted, the newest first, each with its bank's name, and how many
    there are. Two statements."""
    found = reviews.submitted_by(person_id)
    total = _count(session, found)
    rows = session.execute(
        found.order_by(QuestionVersion.id.desc()).limit(size).offset((page - 1) * size)
    )
    return [(row, bank) for row, bank in rows], total
