"""Retention carried out: the terms in force, what is due by each rule, and its removal part by part.

docs/retention.md is the policy, learnapp/domain/operations/retention.py its rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log, retention, roles
from learnapp.db.operations import installation as installation_queries
from learnapp.db.operations.retention import DueKeys
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.operations import retention as rules
from learnapp.domain.operations.retention import RetentionRule
from learnapp.services.exams import answer_traces
from learnapp.services.exams.answer_traces import Place, TracePart
from learnapp.services.operations import installation

PART = 400  # rows of a transaction
_NAME = "retention:"
_RUNS_KEPT = timedelta(days=35)
_OF_AUDIT = (RetentionRule.AUDIT, RetentionRule.ROUTINE_AUDIT)

Part = DueKeys | TracePart


def chosen(session: Session) -> dict[RetentionRule, int]:
    """The terms in days that this office has chosen."""
    rows = installation_queries.settings_under(session, _NAME)
    return {RetentionRule(row.name.removeprefix(_NAME)): int(row.value) for row in rows}


def choose(caller: Caller, rule: RetentionRule, days: int) -> None:
    """Set a term for this office. Raises RuleBroken("days", "term_out_of_range"). Audited."""
    rules.checked_days(rule, days)
    installation.set_setting(caller.session, _NAME + rule, days)
    audit_log.record(caller, "retention.term_set", ("house", None), rule=rule, days=days)


def _before(session: Session, now: datetime, rule: RetentionRule) -> datetime:
    return rules.due_before(rule, now, chosen(session))


def last_ended(session: Session) -> datetime | None:
    """When all that was due had last gone: the beginning of this installation before the first time;
    None in an empty database."""
    ended = retention.ended(session)
    begun = retention.first_entry_at(session)
    known = [ended.get(rule, begun) for rule in RetentionRule]
    return min((each for each in known if each is not None), default=None)


def days_late(session: Session, now: datetime) -> int:
    """For how many days nothing has gone although it should have; 0 while it is in time."""
    last = last_ended(session)
    return (now - last).days if last is not None and rules.is_late(now, last) else 0


def may_run(session: Session, now: datetime) -> bool:
    """Whether it is the hour for it, and something may be left to do today."""
    return rules.may_run(now, last_ended(session)) and bool(left_today(session, now))


def left_today(session: Session, now: datetime) -> list[RetentionRule]:
    """The rules by which not all that is due today is known to have gone."""
    ended = retention.ended(session)
    today = local_day(now)
    return [
        rule
        for rule in RetentionRule
        if (rule not in ended or local_day(ended[rule]) < today) and _may_carry_out(session, rule)
    ]


def _may_carry_out(session: Session, rule: RetentionRule) -> bool:
    """Whether this role of the database may remove the rule's rows: the audit's are the owner's, who
    runs `learnapp retention --apply`."""
    return rule not in _OF_AUDIT or roles.may_remove(session, "audit_entries")


@dataclass(frozen=True)
class SweepStep:
    """A transaction of a sweep: what is to be removed by a rule; None where nothing more is due."""

    rule: RetentionRule
    part: Part | None


class Sweep:
    """How far the removal of what is due has come: `next` finds a step, `carry_out` does it.

    Stopped anywhere, what went is whole and counted, and a new sweep goes on with what is left.
    """

    def __init__(self) -> None:
        self._rule: RetentionRule | None = None
        self._place: Place | None = None
        self._cut: list[TracePart] = []

    def next(self, session: Session, now: datetime) -> SweepStep | None:
        """The next step, found without a lock; None when all that is due today has gone."""
        if self._cut and self._rule is not None:
            return SweepStep(self._rule, self._cut.pop(0))
        left = left_today(session, now)
        if not left:
            return None
        if left[0] is not self._rule:
            self._rule, self._place = left[0], None
        before = _before(session, now, self._rule)
        if self._rule is not RetentionRule.ANSWERS:
            return SweepStep(self._rule, retention.find(session, self._rule, before, PART))
        part = answer_traces.next_part(session, before, self._place)
        if part is None:
            return SweepStep(self._rule, None)
        self._place = part.place
        first, *self._cut = part.cut(PART)
        return SweepStep(self._rule, first)


def carry_out(session: Session, now: datetime, step: SweepStep) -> int:
    """Remove what is still due of a step, and count it; how many rows."""
    if step.part is None:
        _end(session, now, step.rule)
        return 0
    before = _before(session, now, step.rule)
    if isinstance(step.part, TracePart):
        removed = answer_traces.remove(session, now, before, step.part)
    else:
        removed = retention.remove(session, step.part, before)
    if removed:
        retention.note(session, step.rule, local_day(now), removed)
    return removed


def _end(session: Session, now: datetime, rule: RetentionRule) -> None:
    """Nothing more is due by a rule today: the audit says what went since it last came to this."""
    retention.note(session, rule, local_day(now), 0)
    removed = retention.unreported(session, rule)
    if removed:
        audit_log.record(
            Caller(session, SYSTEM, now),
            "retention.removed",
            ("house", None),
            rule=rule,
            count=removed,
            before=_before(session, now, rule).isoformat(),
        )
    retention.end(session, rule, now, local_day(now - _RUNS_KEPT))


@dataclass(frozen=True)
class DueRows:
    """What would go by a rule now: its term in days, and how many rows are older."""

    rule: RetentionRule
    days: int
    rows: int


def due_rows(session: Session, now: datetime) -> list[DueRows]:
    """What would go now, by rule; looks through whole tables."""
    terms = chosen(session)
    return [
        DueRows(rule, rules.days_of(rule, terms), _count(session, now, rule))
        for rule in RetentionRule
    ]


def _count(session: Session, now: datetime, rule: RetentionRule) -> int:
    before = _before(session, now, rule)
    if rule is not RetentionRule.ANSWERS:
        return retention.count(session, rule, before)
    rows, place = 0, None
    while (part := answer_traces.next_part(session, before, place)) is not None:
        rows, place = rows + len(part), part.place
    return rows
