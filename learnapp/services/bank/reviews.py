"""Review of questions: what waits and for whom, many judged at once, and what authors see of theirs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank import reviews
from learnapp.db.bank.models import Bank, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import AnySelect
from learnapp.db.exams.open_papers import kept_back
from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.bank.versions import VersionAction, check_comment
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import is_own, refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.services.bank import key_exposure, questions

MOST_AT_ONCE = 50


@dataclass(frozen=True)
class Wanted:
    """What a reviewer looks for; None is any."""

    bank_id: int | None = None
    type: str | None = None
    author_id: int | None = None
    since: datetime | None = None
    versions: Collection[int] | None = None


@dataclass(frozen=True)
class Waiting:
    """A version that waits: what it says with its key, and the published one it would replace.

    `own` is one that somebody else judges; `kept_back` one on an open paper of the reader, whose
    key they are not shown.
    """

    row: QuestionVersion
    bank: str
    author: str
    login_name: str
    since: datetime
    data: dict[str, Any] | None
    before: dict[str, Any] | None
    own: bool
    kept_back: bool

    @property
    def may_be_judged(self) -> bool:
        """Whether the reader may decide on it."""
        return not self.own and not self.kept_back


def _waiting(actor: Actor, now: datetime, wanted: Wanted) -> AnySelect:
    actor.must(Permission.BANK_REVIEW)
    found = reviews.review_queue(units_in_scope(actor, Permission.BANK_REVIEW, local_day(now)))
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


def count_waiting(caller: Caller) -> int:
    """How many wait for the actor: one's own are somebody else's to judge."""
    found = _waiting(caller.actor, caller.now, Wanted()).where(
        func.coalesce(QuestionVersion.recorded_by, 0) != caller.actor.person_id
    )
    ids = found.with_only_columns(QuestionVersion.id)
    return caller.session.scalar(select(func.count()).select_from(ids.subquery())) or 0


def review_queue(caller: Caller, wanted: Wanted, page: int, size: int) -> tuple[list[Waiting], int]:
    """A page of what waits, the longest first, and how many there are.

    The keys that it shows are recorded as seen (命题回避).
    """
    found = _waiting(caller.actor, caller.now, wanted)
    ids = found.with_only_columns(QuestionVersion.id)
    total = caller.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    rows = caller.session.execute(
        found.order_by(reviews.waits_since(), QuestionVersion.id)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    return _whole(caller, rows), total


def _whole(caller: Caller, rows: Sequence[Any]) -> list[Waiting]:
    session = caller.session
    back = kept_back(session, caller.actor)
    shown = {row.id: row.question_id for row, *_ in rows if row.question_id not in back}
    published = reviews.published_before(session, shown.values())
    before = {
        version: published[question]
        for version, question in shown.items()
        if published.get(question, version) != version
    }
    data = reviews.contents(session, {*shown, *before.values()})
    key_exposure.record_key_exposure(caller, [*data])
    return [
        Waiting(
            row,
            bank,
            author or "",
            login or "",
            since,
            data.get(row.id),
            data.get(before.get(row.id, 0)),
            is_own(caller.actor, row.recorded_by),
            row.question_id in back,
        )
        for row, bank, author, login, since in rows
    ]


def choices(caller: Caller) -> tuple[list[tuple[int, str]], list[tuple[int, str, str]]]:
    """The banks, and the authors with their login names, of whom anything waits."""
    found = _waiting(caller.actor, caller.now, Wanted())
    banks = caller.session.execute(
        found.with_only_columns(Bank.id, Bank.name).distinct().order_by(Bank.id)
    )
    authors = caller.session.execute(
        found.with_only_columns(Person.id, Person.name, first_login(), Person.sort_key)
        .where(Person.id.is_not(None))
        .distinct()
        .order_by(Person.sort_key, Person.id)
    )
    return (
        [(bank_id, name) for bank_id, name in banks],
        [(person_id, name, login or "") for person_id, name, login, _ in authors],
    )


def judge(
    caller: Caller,
    versions: Collection[int],
    deed: VersionAction,
    comment: str = "",
) -> tuple[int, int]:
    """Approve or return many at once: how many were, and how many no longer waited.

    All or nothing: Forbidden("own_case") with one of the actor's own among them, Conflict for one
    on an open paper of the actor, RuleBroken without the reason that a return must give. What
    somebody else has judged meanwhile, or this deed before it was repeated, is left as it is.
    """
    actor = caller.actor
    if deed not in (VersionAction.APPROVED, VersionAction.RETURNED):
        raise RuleBroken("deed", "version_state", state=str(deed))
    check_comment(deed, comment)
    if not versions or len(versions) > MOST_AT_ONCE:
        raise RuleBroken("version", "nothing_ticked", most=MOST_AT_ONCE)
    asked = _waiting(actor, caller.now, Wanted(versions=versions))
    rows = list(caller.session.scalars(asked.with_only_columns(QuestionVersion)))
    refuse_own(actor, *(row.recorded_by for row in rows))
    back = kept_back(caller.session, actor)
    if any(row.question_id in back for row in rows):
        raise Conflict("key_on_open_paper")
    done = 0
    for row in rows:
        if deed is VersionAction.RETURNED and row.review_owed:
            continue  # an urgent release stays published: it is approved, or retired
        questions.apply_action(caller, row.id, deed, comment)
        done += 1
    return done, len(set(versions)) - done


@dataclass(frozen=True)
class Submitted:
    """What somebody submitted, and the last thing that was done with it."""

    row: QuestionVersion
    bank: str
    deed: str
    comment: str
    at: datetime
    who: str
    login_name: str


def submitted(session: Session, actor: Actor, page: int, size: int) -> tuple[list[Submitted], int]:
    """A page of what the actor submitted, the newest first, and how many there are."""
    found = reviews.submitted_by(actor.own_id())
    ids = found.with_only_columns(QuestionVersion.id)
    total = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    rows = session.execute(
        found.order_by(QuestionVersion.id.desc()).limit(size).offset((page - 1) * size)
    ).all()
    last = reviews.last_events(session, [row.id for row, _ in rows])
    made = []
    for row, bank in rows:
        deed, comment, at, who, login = last.get(row.id, ("", "", row.recorded_at, "", ""))
        made.append(Submitted(row, bank, deed, comment, at, who or "", login or ""))
    return made, total
