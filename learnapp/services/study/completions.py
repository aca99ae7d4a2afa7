"""Completions and their withdrawal: the facts that the figures are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import units_in_scope
from learnapp.db.progress import counters
from learnapp.db.study import completions as completion_queries
from learnapp.db.study.models import Completion, Item, ReadingPlace, Withdrawal
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import SYSTEM, Permission
from learnapp.domain.exams.exams import Channel


@dataclass(frozen=True)
class NewCompletion:
    """That a person completed an item, and by what this is known.

    `source` makes a repeat the same fact (such as `attempt:17`); `occurred_at` (None: now) may lie in
    the past for what comes late, never in the future.
    """

    person_id: int
    item_id: int
    channel: Channel
    evidence: dict[str, Any]
    source: str
    occurred_at: datetime | None = None


def complete(caller: Caller, fact: NewCompletion) -> int | None:
    """Record that a person completed an item; None when this very fact was recorded before.

    Raises RuleBroken("occurred_at", "in_the_future").
    """
    session, now = caller.session, caller.now
    at = fact.occurred_at or now
    if at > now:
        raise RuleBroken("occurred_at", "in_the_future")
    row = {
        "person_id": fact.person_id,
        "item_id": fact.item_id,
        "channel": fact.channel,
        "evidence": fact.evidence,
        "source": fact.source,
        "occurred_at": at,
        "recorded_at": now,
        "recorded_by": caller.actor.person_id,
    }
    statement = insert_if_new(session, Completion).values(row).returning(Completion.id)
    completion_id: int | None = session.scalar(statement)
    if completion_id is None:
        return None
    about = {"item": fact.item_id, "channel": fact.channel}
    audit_log.record(caller, "item.completed", ("person", fact.person_id), **about)
    counters.refresh(session, now, [fact.person_id])
    return completion_id


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
    reason = reason.strip()[: lengths.LINE]
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
    completion = completion_queries.completion_within(caller.session, completion_id, reach, today)
    if completion is None:
        raise NotFound("completion_unknown")
    return completion
