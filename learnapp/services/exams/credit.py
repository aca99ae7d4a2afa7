"""Completions that follow from results: recorded, withdrawn and recorded again as attempts count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import outcomes
from learnapp.db.people.locks import lock_person
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import CountingRule
from learnapp.domain.exams.outcomes import AttemptFacts, CreditFacts, CreditPlan, credit_plan
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion


def follow_results(
    session: Session, now: datetime, person_id: int, exam_id: int, reason: str
) -> None:
    """Make the person's completion of an exam agree with what their attempts came to.

    To be called after a result was recorded or an attempt was voided; a repeat changes nothing.
    `reason` is stored with what is withdrawn. The person is locked, so that two attempts of theirs
    that change at one time follow one another.
    """
    session.flush()
    lock_person(session, person_id)
    found = outcomes.item_and_rule(session, exam_id)
    if found is None:
        return
    item_id, rule = found
    attempts = outcomes.attempts_of(session, person_id, exam_id, now)
    held = outcomes.credits_of(session, item_id, person_id).get(person_id, [])
    plan = plan_for(session, rule, attempts, held)
    for completion_id in plan.withdraw:
        completions.withdraw_by_rule(session, now, completion_id, reason)
    for attempt in plan.record:
        _record(session, now, item_id, attempt, held)


def plan_for(
    session: Session,
    rule: CountingRule,
    attempts: Sequence[AttemptFacts],
    held: Sequence[CreditFacts],
) -> CreditPlan:
    """What would have to change for one person; nothing where completions and results agree."""
    decided = [each.attempt_id for each in held if each.by_decision]
    since = outcomes.passed_since(session, decided) if decided else {}
    return credit_plan(rule, attempts, held, since)


def _record(
    session: Session,
    now: datetime,
    item_id: int,
    attempt: AttemptFacts,
    held: Sequence[CreditFacts],
) -> None:
    """Record that the attempt completes the item, at the time it was handed in.

    A pass that was lost and holds again is a further fact with a source of its own.
    """
    suffix = max((each.suffix for each in held if each.attempt_id == attempt.id), default=0)
    source = f"{outcomes.SOURCE}:{attempt.id}" + (f":{suffix + 1}" if suffix else "")
    evidence = {"attempt": attempt.id, "awarded": attempt.awarded, "full": attempt.full}
    completions.complete(
        Caller(session, SYSTEM, now),
        NewCompletion(
            attempt.person_id, item_id, attempt.channel, evidence, source, attempt.submitted_at
        ),
    )
