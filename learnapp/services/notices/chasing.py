"""督办: units are chased; drafted, approved by another, issued, watched, escalated once, closed by a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.notices import chases
from learnapp.db.notices.models import Chase
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_paths
from learnapp.db.people.lines import default_line
from learnapp.db.people.login_names import by_name
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.study import stage_names
from learnapp.domain.core.calendar import local_day, start_of
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.own_case import is_own, refuse_own
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import SYSTEM, Permission
from learnapp.domain.notices.chases import (
    ChaseKind,
    ChaseState,
    ChaseStep,
    Condition,
    ConditionKind,
    RunningChase,
    check_deadline,
    check_order,
    next_step,
)
from learnapp.domain.progress.figures import Counts
from learnapp.services.progress.figures import stage_for, unit_figures


@dataclass(frozen=True)
class NewChase:
    """What a unit is asked for: who answers for it, why, by when, and when it counts as done."""

    kind: ChaseKind
    stage_id: int
    unit_id: int
    owner_id: int
    reason: str
    condition: Condition
    due_on: date


@dataclass(frozen=True)
class ChaseLine:
    """A chase with the names of its unit, stage and people."""

    chase: Chase
    unit: str
    stage: str
    owner: str
    drafted_by: str
    approved_by: str

    @property
    def condition(self) -> Condition:
        """When it is closed."""
        return _condition(self.chase)


def owners_of(caller: Caller, unit_id: int) -> list[tuple[int, str]]:
    """Who may answer for a unit within reach, but for oneself. Raises Forbidden, NotFound."""
    today = local_day(caller.now)
    require_scope(caller.session, caller.actor, Permission.CHASE_DRAFT, unit_id, today)
    found = chases.answerable(caller.session, unit_id, today)
    return [each for each in found if not is_own(caller.actor, each[0])]


def draft(caller: Caller, new: NewChase) -> Chase:
    """Draft a chase; a 提醒函 is issued at once, a 督办单 waits for its approval.

    Raises Forbidden, NotFound, RuleBroken, Conflict("letter_first", "letter_still_running", "chased").
    """
    session, today = caller.session, local_day(caller.now)
    refuse_own(caller.actor, new.owner_id)
    if new.owner_id not in dict(owners_of(caller, new.unit_id)):
        raise RuleBroken("owner", "owner_unknown")
    if not new.reason.strip():
        raise RuleBroken("reason", "text_missing")
    new.condition.check()
    check_deadline(new.due_on, today)
    stage = stage_for(session, new.stage_id)
    if new.kind is ChaseKind.ORDER:
        letter = chases.newest_letter(session, new.unit_id, stage.identity)
        check_order(None if letter is None else letter.due_on, today)
    if chases.active(session, new.unit_id, stage.identity, new.kind) is not None:
        raise Conflict("chased")
    if new.condition.holds(_counts(session, caller.now, stage.identity, new.unit_id)):
        raise RuleBroken("target", "condition_holds")
    row = Chase(
        kind=new.kind,
        stage_id=stage.identity,
        unit_id=new.unit_id,
        owner_id=new.owner_id,
        reason=new.reason.strip(),
        condition=new.condition.kind,
        target=new.condition.target,
        due_on=new.due_on,
        state=ChaseState.DRAFT,
        drafted_by=caller.actor.own_id(),
        drafted_at=caller.now,
    )
    session.add(row)
    session.flush()
    audit_log.record(caller, "chase.drafted", ("unit", row.unit_id), chase=row.id)
    if new.kind is ChaseKind.LETTER:
        _issue(caller, row)
    return row


def _counts(session: Session, now: datetime, stage_id: int, unit_id: int) -> Counts:
    """A unit's counts with all below it. Raises NotFound for a stage that is in force no more."""
    stage = stage_for(session, stage_id)
    return unit_figures(Caller(session, SYSTEM, now), stage, unit_id).top


def _issue(caller: Caller, row: Chase) -> None:
    row.state, row.issued_at = ChaseState.ISSUED, caller.now
    caller.session.flush()
    audit_log.record(caller, "chase.issued", ("unit", row.unit_id), chase=row.id)
    _notify(caller.session, caller.now, row, "chase_issued", [row.owner_id])


def _notify(session: Session, now: datetime, row: Chase, code: str, people: Sequence[int]) -> None:
    params = {
        "chase": row.id,
        "kind": row.kind,
        "unit": unit_paths.labels(session, [row.unit_id], local_day(now))[row.unit_id],
        "stage": stage_names.of(session, [row.stage_id])[row.stage_id],
        "due_on": row.due_on.isoformat(),
    }
    for person_id in dict.fromkeys(people):
        notify(session, now, person_id, code, params)


def _reached(caller: Caller, chase_id: int, right: Permission) -> Chase:
    """A chase of a unit within reach, locked. Raises Forbidden, NotFound."""
    row = caller.session.get(Chase, chase_id, with_for_update=True)
    if row is None:
        caller.actor.must(right)
        raise NotFound("chase_unknown")
    require_scope(caller.session, caller.actor, right, row.unit_id, local_day(caller.now))
    return row


def approve(caller: Caller, chase_id: int) -> bool:
    """Approve a drafted 督办单 and issue it; False where it was issued before.

    What held when it was drafted must hold now: its day is to come, and its condition is not met.
    Raises Forbidden("own_case") for its author and for whom it chases, NotFound, Conflict.
    """
    row = _reached(caller, chase_id, Permission.CHASE_APPROVE)
    refuse_own(caller.actor, row.drafted_by, row.owner_id)
    if row.state == ChaseState.ISSUED:
        return False
    if row.state != ChaseState.DRAFT:
        raise Conflict("chase_ended")
    if row.due_on <= local_day(caller.now):
        raise Conflict("chase_too_late")
    counts = standing(caller.session, caller.now, row)
    if counts is None or _condition(row).holds(counts):
        raise Conflict("chase_needless")
    row.approved_by = caller.actor.own_id()
    _issue(caller, row)
    return True


def drop(caller: Caller, chase_id: int) -> bool:
    """Drop a draft; False where it was dropped before. Raises Forbidden, NotFound, Conflict."""
    row = _reached(caller, chase_id, Permission.CHASE_DRAFT)
    if row.state == ChaseState.DROPPED:
        return False
    if row.state != ChaseState.DRAFT:
        raise Conflict("chase_issued")
    row.state, row.ended_at = ChaseState.DROPPED, caller.now
    caller.session.flush()
    audit_log.record(caller, "chase.dropped", ("unit", row.unit_id), chase=row.id)
    return True


def _condition(row: Chase) -> Condition:
    return Condition(ConditionKind(row.condition), row.target)


def standing(session: Session, now: datetime, row: Chase) -> Counts | None:
    """The counts of a chase's unit now; None where its stage is in force no more."""
    try:
        return _counts(session, now, row.stage_id, row.unit_id)
    except NotFound:
        return None


def watched(session: Session) -> list[int]:
    """The chases that are issued and not closed, the first to fall due first."""
    return [row.id for row in chases.issued(session)]


def step_due(session: Session, now: datetime, chase_id: int) -> ChaseStep | None:
    """What is to be done with an issued chase by the figures now; reads alone. One about a stage that
    is in force no more is closed."""
    row = session.get_one(Chase, chase_id)
    counts = standing(session, now, row)
    if counts is None:
        return ChaseStep.CLOSE
    running = RunningChase(_condition(row), row.due_on, row.escalated_at is not None)
    return next_step(running, counts, local_day(now))


def carry_out(session: Session, now: datetime, chase_id: int, step: ChaseStep) -> bool:
    """Close or escalate a chase, once; False where it was done before."""
    row = session.get_one(Chase, chase_id, with_for_update=True)
    caller = Caller(session, SYSTEM, now)
    if row.state != ChaseState.ISSUED:
        return False
    people = [row.owner_id, row.drafted_by, *([row.approved_by] if row.approved_by else [])]
    if step is ChaseStep.CLOSE:
        row.state, row.ended_at = ChaseState.CLOSED, now
        audit_log.record(caller, "chase.closed", ("unit", row.unit_id), chase=row.id)
        _notify(session, now, row, "chase_closed", people)
    elif row.escalated_at is None:
        row.escalated_at = now
        audit_log.record(caller, "chase.escalated", ("unit", row.unit_id), chase=row.id)
        above = chases.answerable_above(session, row.unit_id, default_line(session).id, now)
        _notify(session, now, row, "chase_escalated", [*people, *above])
    else:
        return False
    session.flush()
    return True


@dataclass(frozen=True)
class Chases:
    """A page of chases, how many there are, and how many 督办单 were issued this month."""

    lines: list[ChaseLine]
    total: int
    orders_this_month: int


def listed(caller: Caller, page: PageSpan) -> Chases:
    """The chases of units within reach and those one answers for, what runs first."""
    session, today = caller.session, local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.CHASE_DRAFT, today)
    own = caller.actor.person_id
    rows = chases.seen_by(session, reach, own, (page.size, page.offset))
    return Chases(
        _lines(caller, rows),
        chases.count_seen_by(session, reach, own),
        chases.count_orders(session, reach, start_of(today.replace(day=1))),
    )


def one(caller: Caller, chase_id: int) -> tuple[ChaseLine, Counts | None]:
    """A chase that concerns the actor, with the unit's counts now; None where the stage is in force no
    more. Raises NotFound."""
    reach = units_in_scope(caller.actor, Permission.CHASE_DRAFT, local_day(caller.now))
    row = chases.one_seen_by(caller.session, reach, caller.actor.person_id, chase_id)
    if row is None:
        raise NotFound("chase_unknown")
    return _lines(caller, [row])[0], standing(caller.session, caller.now, row)


def _lines(caller: Caller, rows: Sequence[Chase]) -> list[ChaseLine]:
    session = caller.session
    units = unit_paths.labels(session, {row.unit_id for row in rows}, local_day(caller.now))
    people = {row.owner_id for row in rows} | {row.drafted_by for row in rows}
    people |= {row.approved_by for row in rows if row.approved_by is not None}
    names = dict(by_name(session, people))
    stages = stage_names.of(session, {row.stage_id for row in rows})
    return [
        ChaseLine(
            row,
            units[row.unit_id],
            stages[row.stage_id],
            names[row.owner_id],
            names[row.drafted_by],
            names.get(row.approved_by or 0, ""),
        )
        for row in rows
    ]


def may_approve(caller: Caller, row: Chase) -> bool:
    """Whether the actor may approve this draft."""
    if row.state != ChaseState.DRAFT or is_own(caller.actor, row.drafted_by):
        return False
    return not is_own(caller.actor, row.owner_id) and _holds(caller, row, Permission.CHASE_APPROVE)


def may_drop(caller: Caller, row: Chase) -> bool:
    """Whether the actor may drop this draft."""
    return row.state == ChaseState.DRAFT and _holds(caller, row, Permission.CHASE_DRAFT)


def _holds(caller: Caller, row: Chase, right: Permission) -> bool:
    today = local_day(caller.now)
    try:
        require_scope(caller.session, caller.actor, right, row.unit_id, today)
    except (Forbidden, NotFound):
        return False
    return True
