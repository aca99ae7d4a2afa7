"""A programme's draft beside the revision in force: stage by stage, each line with the day it would get."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.study import programmes as programme_queries
from learnapp.db.study.models import Requirement, Stage
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.study.planning import PlannedLine, is_past
from learnapp.domain.study.programme import Audience, Duty
from learnapp.services.study.programme_lines import arranged, rows_of
from learnapp.services.study.programmes import Plan, plans_in_reach

Row = tuple[Requirement, PlannedLine]


@dataclass(frozen=True)
class StageRevision:
    """A stage of a draft with its lines, and as the revision in force has it.

    `new` is None for a stage that the draft does not have any more, `old` for one that is new.
    `restored`: lines planned before today that the draft lacks; they stay.
    """

    new: Plan | None
    old: Plan | None
    draft: Sequence[Row]
    before: Mapping[int, Row]  # by item
    restored: Sequence[Row]

    @property
    def after(self) -> dict[int, PlannedLine]:
        """The lines once the draft is in force, by item."""
        return {line.item_id: line for _, line in [*self.draft, *self.restored]}

    @property
    def published(self) -> dict[int, PlannedLine]:
        """The lines in force, by item."""
        return {item_id: line for item_id, (_, line) in self.before.items()}

    def duties(self) -> tuple[list[Duty], list[Duty]]:
        """What the stage asks once the draft is in force, and what it asks now."""
        new = [] if self.new is None else _duties(self.new.stage, [*self.draft, *self.restored])
        old = [] if self.old is None else _duties(self.old.stage, self.before.values())
        return new, old


@dataclass(frozen=True)
class RevisionAhead:
    """All stages of a draft, then those in force that it does not have any more."""

    plans: Sequence[Plan]
    stages: Sequence[StageRevision]

    def duties(self) -> tuple[list[Duty], list[Duty]]:
        """What is asked once the draft is in force, and what is asked now."""
        pairs = [each.duties() for each in self.stages]
        return [duty for new, _ in pairs for duty in new], [
            duty for _, old in pairs for duty in old
        ]

    def seal(self) -> str:
        """A digest of stages and lines: the same as long as nothing of them changed."""
        return hashlib.sha256(";".join(self._words()).encode()).hexdigest()[:32]

    def _words(self) -> Iterator[str]:
        for each in self.stages:
            if each.new is not None:
                stage = each.new.stage
                yield f"{each.new.identity},{stage.name},{stage.first_day},{stage.last_day}"
            asked = {row.item_id: (row.required, row.audience) for row, _ in each.draft}
            for item_id, line in sorted(each.after.items()):
                due = f"{line.due_at.timestamp():.0f}"
                yield f"{item_id},{line.plan_day},{due},{asked.get(item_id)}"


def _duties(stage: Stage, rows: Iterable[Row]) -> list[Duty]:
    ends_at = end_of(stage.last_day)
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


def revision_ahead(caller: Caller, programme_id: int) -> RevisionAhead:
    """The newest revision of a programme beside the one in force before it.

    Raises NotFound, RuleBroken("last_day", "stage_is_over").
    """
    session, today = caller.session, local_day(caller.now)
    plans = plans_in_reach(caller, programme_id)
    in_force = {
        each.identity: each
        for each in programme_queries.published_plans(session, plans[0].programme)
    }
    stages = [_beside(session, plan, in_force.pop(plan.identity, None), today) for plan in plans]
    gone = [StageRevision(None, old, [], _lines(session, old), []) for old in in_force.values()]
    return RevisionAhead(plans, [*stages, *gone])


def _beside(session: Session, new: Plan, old: Plan | None, today: date) -> StageRevision:
    before = {} if old is None else _lines(session, old)
    draft = arranged(session, new, today)
    return StageRevision(new, old, draft, before, _missing_past(before, draft, today))


def _lines(session: Session, plan: Plan) -> dict[int, Row]:
    return {row.item_id: (row, line) for row, line in rows_of(session, plan.stage.id)}


def _missing_past(before: Mapping[int, Row], draft: Sequence[Row], today: date) -> list[Row]:
    """Published lines planned before today that the draft does not have: the past is preserved."""
    there = {line.item_id for _, line in draft}
    return [
        (row, line)
        for item_id, (row, line) in before.items()
        if item_id not in there and is_past(line, today)
    ]


def restore(session: Session, stage: StageRevision) -> None:
    """Copy into the draft what the revision in force planned before today and the draft lacks."""
    if stage.new is None:
        return
    for row, _ in stage.restored:
        session.add(copy_of(row, stage.new.stage.id))
    session.flush()


def copy_of(row: Requirement, stage_id: int) -> Requirement:
    """A line as another stage, or another revision of its stage, asks it."""
    return Requirement(
        stage_id=stage_id,
        item_id=row.item_id,
        required=row.required,
        plan_day=row.plan_day,
        due_at=row.due_at,
        audience=row.audience,
        pinned=row.pinned,
    )
