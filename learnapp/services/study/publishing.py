"""Publishing a revision: what it will change for whom, shown first, and then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.login_names import resolve_logins
from learnapp.db.progress import counters, figure_facts
from learnapp.db.study import owed as owed_queries
from learnapp.db.study import programmes as programme_queries
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.planning import PlannedLine, changes, is_past
from learnapp.domain.study.programme import RevisionState
from learnapp.services.study.programme_lines import give_days
from learnapp.services.study.programmes import Plan, StagePlan, draft_in_reach, plan_in_reach
from learnapp.services.study.publishing_reach import Reached, reached
from learnapp.services.study.revisions import (
    RevisionAhead,
    StageRevision,
    restore,
    revision_ahead,
)

_NAMED = 50


@dataclass(frozen=True)
class LineChange:
    """A line that publishing adds, moves or drops, with its days before and after."""

    title: str
    before: PlannedLine | None
    after: PlannedLine | None


@dataclass(frozen=True)
class RevisedStage:
    """A stage before and after publishing; None where it is not there."""

    before: StagePlan | None
    after: StagePlan | None


@dataclass(frozen=True)
class PublishingPreview:
    """What publishing the draft today would change, and for how many people."""

    plan: Plan
    people: int
    overdue: int  # people for whom something not overdue today would be overdue at once
    overdue_names: list[tuple[str, str]]  # the first of them, by name
    seen: str  # identifies the draft as previewed: publishing asks for it again
    added: list[LineChange] = field(default_factory=list)
    moved: list[LineChange] = field(default_factory=list)
    dropped: list[LineChange] = field(default_factory=list)
    # Left out of the draft, but planned before today: they stay.
    restored: list[LineChange] = field(default_factory=list)
    stages: list[RevisedStage] = field(default_factory=list)


def preview(caller: Caller, programme_id: int) -> PublishingPreview:
    """What publishing would do; nothing is written.

    Raises NotFound, Conflict("revision_published"), RuleBroken: nothing_required, stage_is_over,
    stage_has_past.
    """
    session = caller.session
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    draft_in_reach(caller, programme_id)
    ahead = revision_ahead(caller, programme_id)
    _check(ahead, local_day(caller.now))
    titles = _titles(session, ahead)
    people = _concerned(session, ahead, caller.now)
    found = PublishingPreview(
        plan=ahead.plans[0],
        people=people.people,
        overdue=people.overdue,
        overdue_names=_first_names(session, people.some),
        seen=ahead.seal(),
    )
    for each in ahead.stages:
        _tell(found, each, titles)
    return found


def _check(ahead: RevisionAhead, today: date) -> None:
    """Something is required, and no stage is gone that asked something before today."""
    if not any(row.required for each in ahead.stages for row, _ in each.draft):
        raise RuleBroken("programme", "nothing_required")
    for each in ahead.stages:
        if each.new is None and any(is_past(line, today) for line in each.published.values()):
            name = "" if each.old is None else each.old.stage.name
            raise RuleBroken("programme", "stage_has_past", name=name)


def _titles(session: Session, ahead: RevisionAhead) -> dict[int, str]:
    items = {item for each in ahead.stages for item in (*each.after, *each.published)}
    return owed_queries.titles_of(session, items)


def _tell(found: PublishingPreview, stage: StageRevision, titles: dict[int, str]) -> None:
    """Add what changes in a stage to the preview."""
    after, published = stage.after, stage.published
    lines = changes(after.values(), published)

    def named(items: Sequence[int]) -> list[LineChange]:
        return [LineChange(titles[each], published.get(each), after.get(each)) for each in items]

    found.added.extend(named(lines.added))
    found.moved.extend(named(lines.moved))
    found.dropped.extend(named(lines.dropped))
    found.restored.extend(named([line.item_id for _, line in stage.restored]))
    change = RevisedStage(_seen(stage.old), _seen(stage.new))
    if found.plan.revision.number > 1 and change.before != change.after:
        found.stages.append(change)


def _seen(plan: Plan | None) -> StagePlan | None:
    if plan is None:
        return None
    return StagePlan(plan.stage.name, plan.stage.first_day, plan.stage.last_day)


def _concerned(session: Session, ahead: RevisionAhead, now: datetime) -> Reached:
    """Whom the draft asks something, and of whom something would be overdue at once."""
    line_id = ahead.plans[0].programme.line_id
    return reached(session, line_id, now, ahead.duties(), _NAMED)


def _first_names(session: Session, people: list[int]) -> list[tuple[str, str]]:
    """Some of the people, by pinyin; the login name distinguishes namesakes."""
    return list(resolve_logins(session, people))


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
        return _asked(caller, plan)
    found = preview(caller, programme_id) if ahead is None else ahead
    draft = revision_ahead(caller, programme_id)
    if draft.seal() != found.seen or seen not in (None, found.seen):
        raise Conflict("plan_changed")
    if found.overdue and not accept_overdue:
        raise RuleBroken("accept_overdue", "would_be_overdue", count=found.overdue)
    for each in draft.stages:
        if each.new is not None:
            restore(session, each)
            give_days(session, each.new, local_day(now))
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
    return _asked(caller, plan)


def _asked(caller: Caller, plan: Plan) -> int:
    """How many people the published plan asks something."""
    session, now = caller.session, caller.now
    stages = programme_queries.published_plans(session, plan.programme)
    duties = [
        duty
        for each in figure_facts.duties_of(session, [each.stage.id for each in stages]).values()
        for duty in each
    ]
    return reached(session, plan.programme.line_id, now, (duties, duties), _NAMED).people
