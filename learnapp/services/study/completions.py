"""Completions and their withdrawal: the facts that the figures are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.db.people.models import Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress import counters
from learnapp.db.study.models import Completion, Item, ReadingPlace, Withdrawal
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import SYSTEM, Permission
from learnapp.domain.exams.exams import Channel

_LONGEST_REASON = 400


def complete(
    caller: Caller,
    person_id: int,
    item_id: int,
    channel: Channel,
    evidence: dict[str, Any],
    source: str,
    occurred_at: datetime | None = None,
) -> int | None:
    """Record that a person completed an item; None when this very fact was recorded before.

    `source` makes a repeat the same fact (such as `attempt:17`); `occurred_at` may lie in the past
    for what comes late, never in the future.
    """
    session, now = caller.session, caller.now
    at = occurred_at or now
    if at > now:
        raise RuleBroken("occurred_at", "in_the_future")
    row = {
        "person_id": person_id,
        "item_id": item_id,
        "channel": channel,
        "evidence": evidence,
        "source": source,
        "occurred_at": at,
        "recorded_at": now,
        "recorded_by": caller.actor.person_id,
    }
    statement = insert_if_new(session, Completion).values(row).returning(Completion.id)
    completion_id: int | None = session.scalar(statement)
    if completion_id is None:
        return None
    audit_log.record(caller, "item.completed", ("person", person_id), item=item_id, channel=channel)
    counters.refresh(session, now, [person_id])
    return completion_id


def standing_completion(session: Session, person_id: int, item_id: int) -> Completion | None:
    """The completion that holds now, if any."""
    taken_back = select(Withdrawal.id).where(Withdrawal.completion_id == Completion.id)
    return session.scalars(
        select(Completion)
        .where(
            Completion.person_id == person_id,
            Completion.item_id == item_id,
            ~taken_back.exists(),
        )
        .order_by(Completion.id)
        .limit(1)
    ).first()


def withdrawals_of(session: Session, person_id: int, item_id: int) -> tuple[int, datetime | None]:
    """How often the person's completion of the item was withdrawn, and when last."""
    count, last = session.execute(
        select(func.count(), func.max(Withdrawal.recorded_at))
        .join(Completion, Completion.id == Withdrawal.completion_id)
        .where(Completion.person_id == person_id, Completion.item_id == item_id)
    ).one()
    return count, last


def withdraw(
    caller: Caller,
    completion_id: int,
    reason: str,
    occurred_at: datetime | None = None,
) -> None:
    """退回补学: withdraw a completion, with a reason that its person reads in a notice; a repeat changes
    nothing.

    The actor needs the person's unit in reach. What was read must be read again. Raises
    Forbidden("own_case") for one's own.
    """
    completion = _reached(caller, completion_id)
    refuse_own(caller.actor, completion.person_id)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    reason = reason.strip()[:_LONGEST_REASON]
    if _withdraw(caller, completion, reason, occurred_at or caller.now):
        item = caller.session.get_one(Item, completion.item_id)
        params = {
            "title": item.title,
            "reason": reason,
            "portion_id": item.portion_id,
            "exam_id": item.exam_id,
        }
        notify(caller.session, caller.now, completion.person_id, "completion_withdrawn", params)


def withdraw_by_rule(session: Session, now: datetime, completion_id: int, reason: str) -> None:
    """Withdraw what no result supports any more; nobody's decision, so that it can come back."""
    completion = session.get_one(Completion, completion_id)
    _withdraw(Caller(session, SYSTEM, now), completion, reason, now)


def _withdraw(
    caller: Caller,
    completion: Completion,
    reason: str,
    occurred_at: datetime,
) -> bool:
    """Withdraw it; False if it was withdrawn before."""
    session, now = caller.session, caller.now
    if not completion.occurred_at <= occurred_at <= now:
        raise RuleBroken("occurred_at", "out_of_order")
    row = {
        "completion_id": completion.id,
        "reason": reason,
        "occurred_at": occurred_at,
        "recorded_at": now,
        "recorded_by": caller.actor.person_id,
    }
    statement = insert_if_new(session, Withdrawal).values(row).returning(Withdrawal.id)
    if session.scalar(statement) is None:
        return False
    item = session.get_one(Item, completion.item_id)
    if item.portion_id is not None:
        place = session.get(ReadingPlace, (completion.person_id, item.portion_id))
        if place is not None:
            place.furthest = -1
    audit_log.record(
        caller,
        "completion.withdrawn",
        ("person", completion.person_id),
        item=completion.item_id,
    )
    counters.refresh(session, now, [completion.person_id])
    return True


def _reached(caller: Caller, completion_id: int) -> Completion:
    caller.actor.must(Permission.COMPLETION_WITHDRAW)
    today = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.COMPLETION_WITHDRAW, today)
    completion = caller.session.scalar(
        select(Completion)
        .join(Person, Person.id == Completion.person_id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Completion.id == completion_id,
            Membership.unit_id.in_(reach),
            in_force(Membership, today),
        )
    )
    if completion is None:
        raise NotFound("completion_unknown")
    return completion
