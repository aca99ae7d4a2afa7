"""The people behind a figure: each requirement over a unit's members, and what it is to each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.people import unit_paths
from learnapp.db.people.login_names import by_name, logins_of
from learnapp.db.progress import figure_facts as figures
from learnapp.db.progress.figure_facts import MemberChoice, Moment, StageInForce
from learnapp.db.progress.models import Standing
from learnapp.db.progress.people_pages import open_duty, page_by_name, standings_of
from learnapp.db.progress.tally_store import plan_of
from learnapp.db.progress.unit_figures import requirement_counts
from learnapp.db.study import owed as owed_queries
from learnapp.db.study.models import Item, Requirement
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.progress.figures import DutyState, PersonDuty, duties_of
from learnapp.domain.study.owed import Owed, OwedState, state_of_exam, state_of_portion
from learnapp.domain.study.programme import Duty
from learnapp.services.progress.figures import reachable, stage_for
from learnapp.services.study.owed import exam_facts


@dataclass(frozen=True)
class RequirementRow:
    """A requirement's line under a unit: how many owe it and how many have met it."""

    item_id: int
    title: str
    plan_day: date
    due_at: datetime
    owed: int
    done: int

    @property
    def waiting(self) -> int:
        """How many owe it and have not met it."""
        return self.owed - self.done


def requirements_of(
    caller: Caller, stage_id: int, unit_id: int, page: PageSpan
) -> tuple[list[RequirementRow], int]:
    """A page of the required requirements of the stage over the members of a unit and all below it,
    in plan order, and how many there are."""
    session = caller.session
    stage = stage_for(session, stage_id)
    within = reachable(session, caller.actor, stage, unit_id, local_day(caller.now))
    duties = [each for each in figures.duties_in_force(session, [stage])[stage.id] if each.required]
    shown = page.of(duties)
    counts = requirement_counts(session, [each.requirement_id for each in shown], within)
    items = owed_queries.items_of(session, [each.item_id for each in shown])
    return [
        RequirementRow(
            each.item_id,
            items[each.item_id].title,
            each.plan_day,
            each.due_at,
            *counts.get(each.requirement_id, (0, 0)),
        )
        for each in shown
    ], len(duties)


def _states(
    caller: Caller,
    stage: StageInForce,
    duty: Duty,
    duties: list[Duty],
    whom: MemberChoice,
) -> dict[int, PersonDuty]:
    """Per person what the duty is to them, as one of all duties of the stage."""
    facts = figures.facts_of(
        caller.session, stage.line_id, Moment(caller.now), [duty.item_id], whom
    )
    return {
        each.person_id: mine
        for each in facts
        for mine in duties_of(each, duties, caller.now)
        if mine.duty.requirement_id == duty.requirement_id
    }


@dataclass(frozen=True)
class PersonState:
    """A person behind a requirement and what it is to them now."""

    person_id: int
    name: str
    login_name: str
    unit: str  # where they are counted
    owed: Owed


@dataclass(frozen=True)
class RequirementBehind:
    """A requirement with a page of those who owe it and, as far as it may be known, have not met it."""

    stage: StageInForce
    title: str
    due_at: datetime
    item: Item
    owed: int
    waiting: int
    people: list[PersonState]  # by pinyin

    @property
    def done(self) -> int:
        """How many have met it; a pass whose marks are not released yet is not among them."""
        return self.owed - self.waiting


def behind(
    caller: Caller, stage_id: int, unit_id: int, item_id: int, page: PageSpan
) -> RequirementBehind:
    """A page of those who have not completed one required item, each with its state. Raises NotFound
    for any other item."""
    session = caller.session
    stage = stage_for(session, stage_id)
    duties = figures.duties_in_force(session, [stage])[stage.id]
    duty = next((each for each in duties if each.required and each.item_id == item_id), None)
    if duty is None:
        raise NotFound("requirement_unknown")
    within = reachable(session, caller.actor, stage, unit_id, local_day(caller.now))
    item = session.get_one(Item, duty.item_id)
    if item.exam_id is None:
        owed, waiting, shown = _by_counters(session, stage, duty, within, page)
        states = _states(caller, stage, duty, duties, MemberChoice(shown))
        people = _owed(session, caller.now, item, states)
    else:
        states = _states(caller, stage, duty, duties, MemberChoice(units=within))
        owing = {
            person_id: each
            for person_id, each in states.items()
            if each.state is not DutyState.EXCUSED
        }
        found = _owed(session, caller.now, item, owing)
        people = {each: was for each, was in found.items() if was.state is not OwedState.DONE}
        owed, waiting = len(owing), len(people)
        shown = [each for each, _ in page.of(by_name(session, people))]
        people = {each: people[each] for each in shown}
    logins = logins_of(session, people)
    units = _counted_in(caller, stage.id, people)
    rows = [
        PersonState(each, name, logins.get(each, ""), units.get(each, ""), people[each])
        for each, name in by_name(session, people)
    ]
    return RequirementBehind(stage, item.title, duty.due_at, item, owed, waiting, rows)


def _counted_in(caller: Caller, stage_id: int, people: Collection[int]) -> dict[int, str]:
    """The name of the unit in which each of these people is counted in the stage."""
    found = {
        each.standing.person_id: each.standing.unit_id
        for each in standings_of(caller.session, stage_id, people)
    }
    named = unit_paths.labels(caller.session, set(found.values()), local_day(caller.now))
    return {person_id: named.get(unit_id, "") for person_id, unit_id in found.items()}


def _by_counters(
    session: Session,
    stage: StageInForce,
    duty: Duty,
    within: Select[int],
    page: PageSpan,
) -> tuple[int, int, list[int]]:
    """How many owe a duty that only its completion meets, how many of them wait, a page of those."""
    counts = requirement_counts(session, [duty.requirement_id], within)
    owed, done = counts.get(duty.requirement_id, (0, 0))
    wanted = [
        Standing.unit_id.in_(within),
        open_duty(plan_of(session, stage.id), duty.requirement_id),
    ]
    shown = page_by_name(session, stage.id, wanted, owed - done, page)
    return owed, owed - done, shown


def _owed(
    session: Session, now: datetime, item: Item, duties: dict[int, PersonDuty]
) -> dict[int, Owed]:
    """What the item is to each of these people, in as many statements for many as for one."""
    if item.exam_id is None:
        return {
            person_id: state_of_portion(each.due, each.state is DutyState.DONE, now)
            for person_id, each in duties.items()
        }
    attempts = attempts_in_exam(session, item.exam_id, now)
    exam, windows = owed_queries.exam_with_batches(session, item.exam_id)
    return {
        person_id: state_of_exam(
            exam_facts(
                exam,
                [(window, batch is None or person_id in batch) for window, batch in windows],
                each,
                attempts.get(person_id, []),
            ),
            now,
        )
        for person_id, each in duties.items()
    }


def item_of_requirement(caller: Caller, stage_id: int, unit_id: int, requirement_id: int) -> int:
    """The item that a requirement of any revision of the stage asks for. Raises NotFound for any
    other, and for a unit out of reach."""
    session = caller.session
    reachable(
        session,
        caller.actor,
        stage_for(session, stage_id),
        unit_id,
        local_day(caller.now),
    )
    row = session.get(Requirement, requirement_id)
    if row is None:
        raise NotFound("requirement_unknown")
    return row.item_id
