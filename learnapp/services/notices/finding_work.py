"""指导组: problems found at units, rectified by them, closed by the group; and what the group opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.notices import chases, findings
from learnapp.db.notices.finding_models import FindingEntry, GroupFinding, Visit
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_paths
from learnapp.db.people.login_names import by_name
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.seen import mark_of, must_have_seen
from learnapp.domain.notices.findings import (
    FindingState,
    FindingStep,
    after,
    check_due,
    is_overdue,
    steps_from,
)

_RIGHT = {
    FindingStep.ANSWER: Permission.FINDING_ANSWER,
    FindingStep.RETURN: Permission.FINDING_WRITE,
    FindingStep.CLOSE: Permission.FINDING_WRITE,
    FindingStep.WITHDRAW: Permission.FINDING_WRITE,
}


@dataclass(frozen=True)
class NewFinding:
    """A problem at a unit: what was found, what is asked of the unit, by when."""

    unit_id: int
    title: str
    found: str
    asked: str
    due_on: date


@dataclass(frozen=True)
class FindingLine:
    """A finding with the name of its unit and who found it; whether the unit is late."""

    finding: GroupFinding
    unit: str
    by: str
    overdue: bool


@dataclass(frozen=True)
class FindingPage:
    """A finding, what was done about it with names, and what the reader may do now."""

    line: FindingLine
    entries: list[tuple[FindingEntry, str]]
    steps: frozenset[FindingStep]

    @property
    def mark(self) -> str:
        """The mark of all that was done about it so far."""
        return mark_of([each.id for each, _name in self.entries])


def _refuse_own_unit(caller: Caller, unit_id: int) -> None:
    """Raise Forbidden("own_case") for who serves in the unit or answers for it."""
    if findings.serves_in(caller, unit_id) or _holds(caller, Permission.FINDING_ANSWER, unit_id):
        raise Forbidden("own_case")


def _holds(caller: Caller, right: Permission, unit_id: int) -> bool:
    try:
        require_scope(caller.session, caller.actor, right, unit_id, local_day(caller.now))
    except (Forbidden, NotFound):
        return False
    return True


def open_finding(caller: Caller, new: NewFinding) -> GroupFinding:
    """Record a problem of a unit within reach; its heads and liaisons are notified.

    Raises Forbidden("own_case" for who belongs to the unit), NotFound, RuleBroken.
    """
    session, today = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, Permission.FINDING_WRITE, new.unit_id, today)
    _refuse_own_unit(caller, new.unit_id)
    for field in ("title", "found", "asked"):
        if not getattr(new, field).strip():
            raise RuleBroken(field, "text_missing")
    check_due(new.due_on, today)
    row = GroupFinding(
        unit_id=new.unit_id,
        title=new.title.strip(),
        found=new.found.strip(),
        asked=new.asked.strip(),
        due_on=new.due_on,
        state=FindingState.OPEN,
        recorded_by=caller.actor.own_id(),
        recorded_at=caller.now,
    )
    session.add(row)
    session.flush()
    audit_log.record(caller, "finding.opened", ("unit", row.unit_id), finding=row.id)
    _notify(caller, row, "finding_opened", _answerable(caller, row))
    return row


def _answerable(caller: Caller, row: GroupFinding) -> list[int]:
    found = chases.answerable(caller.session, row.unit_id, local_day(caller.now))
    return [person_id for person_id, _name in found]


def _notify(caller: Caller, row: GroupFinding, code: str, people: Sequence[int]) -> None:
    unit = unit_paths.labels(caller.session, [row.unit_id], local_day(caller.now))[row.unit_id]
    params = {"finding": row.id, "title": row.title, "unit": unit, "due_on": str(row.due_on)}
    for person_id in dict.fromkeys(people):
        notify(caller.session, caller.now, person_id, code, params)


def take(caller: Caller, finding_id: int, step: FindingStep, text: str, seen: str) -> bool:
    """Take a step: the unit answers, the group returns, closes or withdraws; False where the group's
    step was taken before. `seen` is the mark of what the page showed. Raises Forbidden, NotFound, Conflict,
    RuleBroken of "text" without words, RuleBroken("seen", "changed_since_seen")."""
    right = _RIGHT[step]
    caller.actor.must(right)
    reach = units_in_scope(caller.actor, right, local_day(caller.now))
    row = findings.locked_within(caller.session, reach, finding_id)
    if row is None:
        raise NotFound("finding_unknown")
    if right is Permission.FINDING_WRITE:
        _refuse_own_unit(caller, row.unit_id)
    state = FindingState(row.state)
    if (step, state) in _TAKEN:
        return False
    following = after(state, step)
    must_have_seen(seen, [each.id for each in findings.entries_of(caller.session, [row.id])])
    if not text.strip() and step is not FindingStep.CLOSE:
        raise RuleBroken("text", "text_missing")
    row.state = following
    entry = FindingEntry(
        finding_id=row.id,
        step=step,
        text=text.strip(),
        recorded_by=caller.actor.own_id(),
        recorded_at=caller.now,
    )
    caller.session.add(entry)
    caller.session.flush()
    audit_log.record(caller, f"finding.{following}", ("unit", row.unit_id), finding=row.id)
    receivers = [row.recorded_by] if step is FindingStep.ANSWER else _answerable(caller, row)
    _notify(caller, row, f"finding_{following}", receivers)
    return True


_TAKEN = {
    (FindingStep.RETURN, FindingState.RETURNED),
    (FindingStep.CLOSE, FindingState.CLOSED),
    (FindingStep.WITHDRAW, FindingState.WITHDRAWN),
}


def listed(caller: Caller, running_only: bool, page: PageSpan) -> tuple[list[FindingLine], int]:
    """A page of the findings of units within reach, and how many there are."""
    reach = units_in_scope(caller.actor, Permission.FINDING_READ, local_day(caller.now))
    rows = findings.within(caller.session, reach, running_only, (page.size, page.offset))
    return _lines(caller, rows), findings.count_within(caller.session, reach, running_only)


def one(caller: Caller, finding_id: int) -> FindingPage:
    """A finding of a unit within reach. Raises NotFound."""
    reach = units_in_scope(caller.actor, Permission.FINDING_READ, local_day(caller.now))
    row = findings.one_within(caller.session, reach, finding_id)
    if row is None:
        raise NotFound("finding_unknown")
    entries = findings.entries_of(caller.session, [row.id])
    names = dict(by_name(caller.session, {each.recorded_by for each in entries}))
    return FindingPage(
        _lines(caller, [row])[0],
        [(each, names[each.recorded_by]) for each in entries],
        _steps(caller, row),
    )


def _steps(caller: Caller, row: GroupFinding) -> frozenset[FindingStep]:
    possible = steps_from(FindingState(row.state))
    held = {
        right: _holds(caller, right, row.unit_id) for right in {_RIGHT[each] for each in possible}
    }
    own = findings.serves_in(caller, row.unit_id) or held.get(Permission.FINDING_ANSWER, False)
    return frozenset(
        each for each in possible if held[_RIGHT[each]] and (each is FindingStep.ANSWER or not own)
    )


def answers_of(session: Session, finding_ids: Sequence[int]) -> dict[int, str]:
    """Per finding, whose ids came from a query within reach, the newest answer of its unit."""
    return {
        each.finding_id: each.text
        for each in findings.entries_of(session, finding_ids)
        if each.step == FindingStep.ANSWER
    }


def _lines(caller: Caller, rows: Sequence[GroupFinding]) -> list[FindingLine]:
    session, today = caller.session, local_day(caller.now)
    units = unit_paths.labels(session, {row.unit_id for row in rows}, today)
    names = dict(by_name(session, {row.recorded_by for row in rows}))
    return [
        FindingLine(
            row,
            units[row.unit_id],
            names[row.recorded_by],
            is_overdue(FindingState(row.state), row.due_on, today),
        )
        for row in rows
    ]


def note_visit(caller: Caller, title: str, path: str) -> None:
    """Keep that a member of a group opened a page."""
    caller.session.add(
        Visit(
            person_id=caller.actor.own_id(),
            title=title[:200],
            path=path[: lengths.LINE],
            recorded_at=caller.now,
        )
    )
    caller.session.flush()


def visits(caller: Caller, page: PageSpan) -> tuple[list[tuple[Visit, str]], int]:
    """A page of what members of the actor's groups opened, by name, and how many there are."""
    caller.actor.must(Permission.VISIT_READ)
    reach = units_in_scope(caller.actor, Permission.VISIT_READ, local_day(caller.now))
    own = caller.actor.person_id
    return (
        findings.visits_of_groups(caller.session, reach, own, (page.size, page.offset)),
        findings.count_visits(caller.session, reach, own),
    )
