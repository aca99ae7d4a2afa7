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
from learnapp.db.progress import counters
from learnapp.db.study import owed as owed_queries
from learnapp.db.study.models import Requirement
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.planning import PlannedLine, changes, is_past
from learnapp.domain.study.programme import Audience, Duty, RevisionState
from learnapp.services.study.programme_lines import arranged, give_days, published_rows
from learnapp.services.study.programmes import Plan, draft_in_reach, plan_in_reach
from learnapp.services.study.publishing_reach import Reached, reached

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

    found_people = _concerned(session, plan, caller.now, [*draft, *restored], list(before.values()))
    return PublishingPreview(
        plan=plan,
        people=found_people.people,
        added=named_changes(found.added),
        moved=named_changes(found.moved),
        dropped=named_changes(found.dropped),
        restored=named_changes([line.item_id for _, line in restored]),
        overdue=found_people.overdue,
        overdue_names=_first_names(session, found_people.some),
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
) -> Reached:
    """Whom the draft asks something, and of whom something would be overdue at once."""
    plans = (_duties(plan, draft), _duties(plan, before))
    return reached(session, plan.programme.line_id, now, plans, _NAMED)


def _first_names(session: Session, people: list[int]) -> list[str]:
    """Some of the people, by pinyin; the login name distinguishes namesakes."""
    return [f"{name}（{login}）" for name, login in resolve_logins(session, people)]


def publish(
    caller: Caller,
    programme_id: int,
    accept_overdue: bool = False,
    seen: str | None = None,
    ahead: PublishingPreview | None = None,
) -> int:
    """Put the draft in force; from now on it is asked of people. How many people it concerns.

    `seen` identifies the preview: Conflict("plan_changed") when the lines are others now. `ahead` is a
    preview just made by a reader, so that people are not counted while everybody's writing waits.
    A repeat changes nothing. Raises RuleBroken: nothing_required, stage_is_over, would_be_overdue.
    """
    session, now = caller.session, caller.now
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    plan = plan_in_reach(caller, programme_id)
    if plan.revision.state != RevisionState.DRAFT:
        return _asked(session, plan, now)
    found = preview(caller, programme_id) if ahead is None else ahead
    before = {row.item_id: (row, line) for row, line in published_rows(session, plan)}
    draft = arranged(session, plan, local_day(now))
    restored = _missing_past(before, draft, local_day(now))
    if _seal(line for _, line in [*draft, *restored]) != found.seen or seen not in (
        None,
        found.seen,
    ):
        raise Conflict("plan_changed")
    if found.overdue and not accept_overdue:
        raise RuleBroken("accept_overdue", "would_be_overdue", count=found.overdue)
    _restore(session, plan, restored)
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


def published_to(caller: Caller, programme_id: int) -> int | None:
    """How many people the plan asks something that is published already; None while it is a draft."""
    plan = plan_in_reach(caller, programme_id)
    if plan.revision.state == RevisionState.DRAFT:
        return None
    return _asked(caller.session, plan, caller.now)


def _asked(session: Session, plan: Plan, now: datetime) -> int:
    """How many people the published plan asks something."""
    rows = published_rows(session, plan, itself=True)
    return _concerned(session, plan, now, rows, rows).people


def _restore(
    session: Session, plan: Plan, missing: Sequence[tuple[Requirement, PlannedLine]]
) -> None:
    """Copy into the draft what the revision in force planned before today and the draft lacks."""
    for row, _ in missing:
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
