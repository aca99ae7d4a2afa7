"""Publishing a revision: what it will change for whom, shown first, and then done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.login_names import resolve_logins
from learnapp.db.progress import counters, figure_facts
from learnapp.db.progress.figure_facts import Moment
from learnapp.db.study import owed as owed_queries
from learnapp.db.study.models import Requirement
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.progress.figures import DutyState, PersonFacts, duties_of
from learnapp.domain.study.planning import PlannedLine, changes, is_past
from learnapp.domain.study.programme import Audience, Duty, RevisionState
from learnapp.services.study.programme_lines import arranged, give_days, published_rows
from learnapp.services.study.programmes import Plan, draft_in_reach, plan_in_reach

_NAMED = 50


@dataclass(frozen=True)
class LineChange:
    """A line that publishing adds, moves or drops, with its days before and after."""

    title: str
    before: PlannedLine | None
    after: PlannedLine | None


@dataclass(frozen=True)
class PublishingPreview:
    """What publishing the draft today would change, and for how many people."""

    plan: Plan
    people: int
    added: list[LineChange]
    moved: list[LineChange]
    dropped: list[LineChange]
    restored: list[LineChange]  # left out of the draft, but planned before today: they stay
    overdue: int  # people for whom something not overdue today would be overdue at once
    overdue_names: list[str]  # the first of them, by name
    seen: str  # identifies the lines as previewed: publishing asks for it again


def preview(caller: Caller, programme_id: int) -> PublishingPreview:
    """What publishing would do; nothing is written.

    Raises NotFound, Conflict("revision_published"), RuleBroken: nothing_required, stage_is_over.
    """
    session = caller.session
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    plan = draft_in_reach(caller, programme_id)
    today = local_day(caller.now)
    before = {row.item_id: (row, line) for row, line in published_rows(session, plan)}
    draft = arranged(session, plan, today)
    if not any(row.required for row, _ in draft):
        raise RuleBroken("programme", "nothing_required")
    restored = _missing_past(before, draft, today)
    lines = {line.item_id: line for _, line in [*draft, *restored]}
    published = {item_id: line for item_id, (_, line) in before.items()}
    found = changes(lines.values(), published)
    titles = owed_queries.titles_of(session, {*lines, *published})

    def named_changes(items: Sequence[int]) -> list[LineChange]:
        return [LineChange(titles[each], published.get(each), lines.get(each)) for each in items]

    people, late = _concerned(session, plan, caller.now, [*draft, *restored], list(before.values()))
    return PublishingPreview(
        plan=plan,
        people=people,
        added=named_changes(found.added),
        moved=named_changes(found.moved),
        dropped=named_changes(found.dropped),
        restored=named_changes([line.item_id for _, line in restored]),
        overdue=len(late),
        overdue_names=_first_names(session, late),
        seen=_seal(lines.values()),
    )


def _missing_past(
    before: dict[int, tuple[Requirement, PlannedLine]],
    draft: Sequence[tuple[Requirement, PlannedLine]],
    today: date,
) -> list[tuple[Requirement, PlannedLine]]:
    """Published lines planned before today that the draft does not have: the past is preserved."""
    there = {line.item_id for _, line in draft}
    return [
        (row, line)
        for item_id, (row, line) in before.items()
        if item_id not in there and is_past(line, today)
    ]


def _seal(lines: Iterable[PlannedLine]) -> str:
    """A digest of the lines with their days."""
    text = ";".join(
        f"{line.item_id},{line.plan_day},{line.due_at.timestamp():.0f}"
        for line in sorted(lines, key=lambda each: each.item_id)
    )
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _duties(plan: Plan, rows: Sequence[tuple[Requirement, PlannedLine]]) -> list[Duty]:
    ends_at = end_of(plan.stage.last_day)
    return [
        Duty(
            row.id,
            row.item_id,
            row.required,
            line.plan_day,
            line.due_at,
            Audience.from_json(row.audience),
            line.by_window,
            ends_at,
        )
        for row, line in rows
    ]


def _concerned(
    session: Session,
    plan: Plan,
    now: datetime,
    draft: Sequence[tuple[Requirement, PlannedLine]],
    before: Sequence[tuple[Requirement, PlannedLine]],
) -> tuple[int, list[int]]:
    """How many people the draft asks something, and of whom something would be overdue at once."""
    new, old = _duties(plan, draft), _duties(plan, before)
    items = {duty.item_id for duty in new}
    people, late = 0, []
    for facts in figure_facts.facts_of(session, plan.programme.line_id, Moment(now), items):
        asked = duties_of(facts, new, now)
        people += bool(asked)
        overdue = {each.duty.item_id for each in asked if _is_overdue(each.state, each.duty)}
        if overdue - _overdue(facts, old, now):
            late.append(facts.person_id)
    return people, late


def _is_overdue(state: DutyState, duty: Duty) -> bool:
    return state is DutyState.OVERDUE and duty.required


def _overdue(facts: PersonFacts, duties: list[Duty], now: datetime) -> set[int]:
    return {
        each.duty.item_id
        for each in duties_of(facts, duties, now)
        if _is_overdue(each.state, each.duty)
    }


def _first_names(session: Session, people: list[int]) -> list[str]:
    """Some of the people, by pinyin; the login name distinguishes namesakes."""
    return [f"{name}（{login}）" for name, login in resolve_logins(session, people[:_NAMED])]


def publish(
    caller: Caller,
    programme_id: int,
    accept_overdue: bool = False,
    seen: str | None = None,
) -> int:
    """Put the draft in force; from now on it is asked of people. How many people it concerns.

    `seen` identifies the preview: Conflict("plan_changed") when the lines are others now.
    A repeat changes nothing. Raises RuleBroken: nothing_required, stage_is_over, would_be_overdue.
    """
    session, now = caller.session, caller.now
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    plan = plan_in_reach(caller, programme_id)
    if plan.revision.state != RevisionState.DRAFT:
        return _asked(session, plan, now)
    found = preview(caller, programme_id)
    if seen is not None and seen != found.seen:
        raise Conflict("plan_changed")
    if found.overdue and not accept_overdue:
        raise RuleBroken("accept_overdue", "would_be_overdue", count=found.overdue)
    _restore(session, plan, local_day(now))
    give_days(session, plan, local_day(now))
    plan.revision.state = RevisionState.PUBLISHED
    plan.revision.published_at = now
    plan.revision.published_by = caller.actor.person_id
    session.flush()
    audit_log.record(
        caller, "programme.published", ("programme", programme_id),
        people=found.people, overdue=found.overdue,
    )  # fmt: skip
    counters.begin(session, now)
    return found.people


def _asked(session: Session, plan: Plan, now: datetime) -> int:
    """How many people the published plan asks something."""
    rows = published_rows(session, plan, itself=True)
    people, _ = _concerned(session, plan, now, rows, rows)
    return people


def _restore(session: Session, plan: Plan, today: date) -> None:
    """Copy into the draft what the revision in force planned before today and the draft lacks."""
    before = {row.item_id: (row, line) for row, line in published_rows(session, plan)}
    for row, _ in _missing_past(before, arranged(session, plan, today), today):
        session.add(
            Requirement(
                stage_id=plan.stage.id,
                item_id=row.item_id,
                required=row.required,
                plan_day=row.plan_day,
                due_at=row.due_at,
                audience=row.audience,
            )
        )
    session.flush()
