"""提醒: whom it would reach and what it says, shown before; asked for by rule or by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.notices import reminders
from learnapp.db.notices.models import Reminder
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_paths, unit_trees
from learnapp.db.people.scope import UnitOnLine, limits_of_reach, units_in_scope
from learnapp.db.progress import people_pages, tally_store
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.db.study import stage_names
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.notices.reminders import ReminderRule, cause_of
from learnapp.domain.progress.figures import Counts
from learnapp.services.progress.figures import UnitFigures, stage_for, unit_figures

_MOST_CHOSEN = 500


@dataclass(frozen=True)
class Whom:
    """Of which stage and unit, with all below it, and by which rule."""

    stage_id: int
    unit_id: int
    rule: ReminderRule


@dataclass(frozen=True)
class NewReminder:
    """What is asked for: who is meant, on which outer channels, with which words of one's own; `people`
    are those who were chosen by hand, None for all."""

    whom: Whom
    channels: tuple[str, ...] = ()
    addition: str = ""
    people: tuple[int, ...] | None = None


@dataclass(frozen=True)
class RemindedPerson:
    """A person whom a reminder means, with what they owe and how they are called up."""

    person_id: int
    name: str
    login_name: str
    unit: str
    counts: Counts
    mobile: str = ""

    @property
    def overdue(self) -> int:
        """How much of what is due they have not done."""
        return self.counts.due - self.counts.due_done


@dataclass(frozen=True)
class Outlook:
    """What a reminder would do: how many it means, and how many of them were reminded this week."""

    stage: StageInForce
    unit_name: str
    meant: int
    reminded: int
    people: list[RemindedPerson] = field(default_factory=list)


def _stage(caller: Caller, whom: Whom) -> tuple[StageInForce, Select[int]]:
    """The stage with the units that are meant. Raises Forbidden, NotFound."""
    stage = stage_for(caller.session, whom.stage_id)
    today = local_day(caller.now)
    unit = UnitOnLine(whom.unit_id, stage.line_id)
    limits = limits_of_reach(caller.session, caller.actor, Permission.REMIND, unit, today)
    return stage, unit_trees.subtree_within(whom.unit_id, stage.line_id, today, limits)


def meant(caller: Caller, whom: Whom) -> tuple[StageInForce, list[ColumnElement[bool]]]:
    """The stage, and the conditions on standings of whom is meant now, oneself left out.

    Raises Forbidden, NotFound.
    """
    stage, within = _stage(caller, whom)
    wanted = reminders.meant_by(whom.rule, stage.id, within, caller.now)
    return stage, [*wanted, reminders.not_of(caller.actor.own_id())]


def outlook(caller: Caller, whom: Whom, page: PageSpan) -> Outlook:
    """What a reminder would do, with a page of those whom it means, by name.

    Raises Forbidden, NotFound.
    """
    session = caller.session
    stage, wanted = meant(caller, whom)
    found = reminders.count_meant(session, wanted)
    cause = cause_of(stage.identity, whom.rule)
    ids = people_pages.page_by_name(session, stage.id, wanted, found, page)
    name = unit_paths.labels(session, [whom.unit_id], local_day(caller.now))
    return Outlook(
        stage,
        name[whom.unit_id],
        found,
        reminders.count_reminded(session, wanted, cause, caller.now),
        _people(caller, stage, ids),
    )


def _people(caller: Caller, stage: StageInForce, ids: Collection[int]) -> list[RemindedPerson]:
    session = caller.session
    rows = people_pages.standings_of(session, stage.id, ids)
    counts = counts_of(session, stage, caller, ids)
    mobiles = reminders.mobiles_of(session, ids)
    units = {each.standing.unit_id for each in rows}
    names = unit_paths.labels(session, units, local_day(caller.now))
    return [
        RemindedPerson(
            each.standing.person_id,
            each.name,
            each.login_name or "",
            names[each.standing.unit_id],
            counts[each.standing.person_id],
            mobiles.get(each.standing.person_id, ""),
        )
        for each in rows
    ]


def counts_of(
    session: Session, stage: StageInForce, caller: Caller, ids: Collection[int]
) -> dict[int, Counts]:
    """What each of these people owes and has done of a stage."""
    plan = tally_store.plan_of(session, stage.id)
    return {
        row.standing.person_id: plan.unpack(
            row.standing.unit_id, row.standing.signs, row.standing.moved
        ).counts(caller.now)
        for row in people_pages.standings_of(session, stage.id, ids)
    }


def ask(caller: Caller, new: NewReminder) -> int:
    """Ask for a reminder, which the scheduler sends; its id.

    Raises Forbidden, NotFound, RuleBroken of "addition" or "people".
    """
    stage, wanted = meant(caller, new.whom)
    if len(new.addition) > lengths.LINE:
        raise RuleBroken("addition", "value_too_long", most=lengths.LINE)
    if new.people is not None:
        if len(new.people) > _MOST_CHOSEN:
            raise RuleBroken("people", "too_many_chosen", most=_MOST_CHOSEN)
        wanted = [*wanted, reminders.among(new.people)]
    if not reminders.count_meant(caller.session, wanted):
        raise RuleBroken("people", "nobody_to_remind")
    row = Reminder(
        stage_id=stage.identity,
        unit_id=new.whom.unit_id,
        rule=new.whom.rule,
        people=None if new.people is None else sorted(set(new.people)),
        addition=new.addition.strip(),
        channels=list(new.channels),
        cursor=0,
        recorded_at=caller.now,
        recorded_by=caller.actor.own_id(),
    )
    caller.session.add(row)
    caller.session.flush()
    audit_log.record(caller, "reminder.asked", ("unit", new.whom.unit_id), reminder=row.id)
    return row.id


@dataclass(frozen=True)
class ReminderLine:
    """A reminder as it is listed: what became of it, counted."""

    reminder: Reminder
    by: str
    unit: str
    stage: str
    people: dict[str, int]
    deliveries: dict[str, int]


def sent(caller: Caller, page: PageSpan) -> tuple[list[ReminderLine], int]:
    """A page of the reminders of units within reach, the newest first, and how many there are."""
    session, today = caller.session, local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.REMIND, today)
    rows = reminders.reminders_within(session, reach, page.size, page.offset)
    ids = [row.id for row, _ in rows]
    states, deliveries = reminders.states_of(session, ids), reminders.deliveries_of(session, ids)
    units = unit_paths.labels(session, {row.unit_id for row, _ in rows}, today)
    stages = stage_names.of(session, {row.stage_id for row, _ in rows})
    lines = [
        ReminderLine(
            row,
            name,
            units[row.unit_id],
            stages[row.stage_id],
            states.get(row.id, {}),
            deliveries.get(row.id, {}),
        )
        for row, name in rows
    ]
    return lines, reminders.count_within(session, reach)


@dataclass(frozen=True)
class GroupText:
    """What a text for a group chat is made of: counts of the units right below, and no names."""

    stage: StageInForce
    unit: UnitFigures
    below: Sequence[UnitFigures]


def group_text(caller: Caller, whom: Whom) -> GroupText:
    """The counts for a text to copy. Raises Forbidden, NotFound."""
    stage, _ = _stage(caller, whom)
    figures = unit_figures(caller, stage, whom.unit_id)
    top, *below = figures.rows
    return GroupText(stage, top, [each for each in below if each.counts.behind])


def notice_params(stage: StageInForce, reminder: Reminder, counts: Counts) -> dict[str, Any]:
    """What the sentence of a reminder to one person names."""
    return {
        "stage": f"{stage.programme_name} · {stage.name}",
        "rule": reminder.rule,
        "overdue": counts.due - counts.due_done,
        "done": counts.done,
        "owed": counts.owed,
        "addition": reminder.addition,
    }
