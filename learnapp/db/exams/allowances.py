"""Named queries of further time of running attempts: how much there is, and who is answering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.base import total
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Allowance, Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.exams.roll import units_at_start
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import units_in_scope
from learnapp.db.people.unit_trees import subtree
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.deadline import deadline
from learnapp.domain.exams.exams import REVOCABLE, AttemptState


@dataclass(frozen=True)
class TimeGiven:
    """An attempt's deadline, and how much of it somebody gave and may take back."""

    until: datetime
    given: timedelta


def time_given(session: Session, attempt_id: int) -> TimeGiven:
    """The deadline of an attempt and what may be withdrawn of it. One statement."""
    by_hand = func.sum(Allowance.seconds).filter(Allowance.cause.in_(REVOCABLE))
    row = session.execute(
        select(
            Attempt.base_deadline,
            total(Allowance.seconds).label("extra"),
            func.coalesce(by_hand, 0).label("given"),
        )
        .outerjoin(Allowance, Allowance.attempt_id == Attempt.id)
        .where(Attempt.id == attempt_id)
        .group_by(Attempt.id, Attempt.base_deadline)
    ).one()
    return TimeGiven(deadline(row.base_deadline, row.extra), timedelta(seconds=int(row.given)))


def deadline_of(session: Session, attempt: Attempt) -> datetime:
    """The deadline of an attempt with all that was given to it and withdrawn."""
    extra = session.scalar(
        select(total(Allowance.seconds)).where(Allowance.attempt_id == attempt.id)
    )
    return deadline(attempt.base_deadline, extra or 0)


def lock_answering(caller: Caller, window_id: int, unit_id: int) -> list[int]:
    """The ids of the open attempts in a window within reach of who gives time, of those who began in
    a unit or below it, but the actor's own; locked. A transfer during an exam takes nobody's time
    away."""
    session = caller.session
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.ALLOWANCE_GRANT, day)
    line_id = default_line(session).id
    within = select(Unit.id).where(Unit.id.in_(subtree(unit_id, line_id, day)), Unit.id.in_(reach))
    found = session.execute(
        select(Attempt.id, Attempt.person_id)
        .join(Exam, Exam.id == Attempt.exam_id)
        .where(
            Attempt.window_id == window_id,
            Attempt.state == AttemptState.OPEN,
            Exam.owner_unit_id.in_(reach),
        )
        .order_by(Attempt.id)
        .with_for_update(of=Attempt)
    ).all()
    units = units_at_start(session, line_id, [each.id for each in found], within)
    return [
        each.id
        for each in found
        if each.person_id in units and not is_own(caller.actor, each.person_id)
    ]
