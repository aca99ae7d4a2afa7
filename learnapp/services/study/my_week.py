"""A person's own week: what is owed, sorted into what to do, what waits and what is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.study import owed as owed_queries
from learnapp.domain.core.calendar import local_day, week_of
from learnapp.domain.study.my_week import WeekGroup, group_of, next_step
from learnapp.domain.study.readings import PortionProgress
from learnapp.services.study.owed import OwedItem, items_owed


@dataclass(frozen=True)
class WeekView:
    """A person's week: the groups; how many of what is required this week are done, of how many, and
    about how many minutes the rest takes; what to go on with, and how far one is there."""

    groups: dict[WeekGroup, list[OwedItem]]
    done: int
    asked: int
    minutes: int
    step: OwedItem | None
    step_group: WeekGroup | None
    progress: dict[int, PortionProgress]


def week_view(session: Session, person_id: int, now: datetime) -> WeekView:
    """The page of the week, with what to go on with."""
    groups = own_week(session, person_id, now)
    found = next_step({group: [each.owed for each in items] for group, items in groups.items()})
    step = None if found is None else groups[found[0]][found[1]]
    open_now = [*groups[WeekGroup.ANSWERING], *groups[WeekGroup.DUE]]
    wanted = {each.portion_id for each in (*open_now, step) if each and each.portion_id is not None}
    progress = owed_queries.progress_in(session, person_id, wanted) if wanted else {}
    done = sum(each.duty is None or each.duty.duty.required for each in groups[WeekGroup.DONE])
    return WeekView(
        groups,
        done,
        done + len(open_now),
        sum(_minutes(each, progress) for each in open_now),
        step,
        None if found is None else found[0],
        progress,
    )


def _minutes(item: OwedItem, progress: dict[int, PortionProgress]) -> int:
    """About how many minutes an item still takes."""
    if item.portion_id in progress:
        return progress[item.portion_id].minutes_left
    return item.exam_minutes


@dataclass(frozen=True)
class EarlierWeek:
    """What was due in a week, the soonest first; the Mondays of the weeks with something before and
    after it."""

    monday: date
    items: list[OwedItem]
    before: date | None
    after: date | None


def earlier_week(session: Session, person_id: int, now: datetime, day: date) -> EarlierWeek:
    """What was asked of the person with its due time in the week of a day, each in its present state."""
    by_week: dict[date, list[OwedItem]] = {}
    for item in items_owed(session, person_id, now):
        if item.duty is not None:
            # What is due at the end of Sunday is due in that week, not at the start of the next.
            due = local_day(item.duty.duty.due_at - timedelta(microseconds=1))
            by_week.setdefault(week_of(due)[0], []).append(item)
    monday, this = week_of(day)[0], week_of(local_day(now))[0]
    weeks = [each for each in by_week if each < this]
    return EarlierWeek(
        monday,
        by_week.get(monday, []),
        max((each for each in weeks if each < monday), default=None),
        min((each for each in [*weeks, this] if each > monday), default=None),
    )


def own_week(session: Session, person_id: int, now: datetime) -> dict[WeekGroup, list[OwedItem]]:
    """What the person owes, by group, each with the soonest due first; empty groups are there."""
    week = week_of(local_day(now))
    found: dict[WeekGroup, list[OwedItem]] = {group: [] for group in WeekGroup}
    for item in items_owed(session, person_id, now):
        group = group_of(item.owed, item.duty, week)
        if group is not None:
            found[group].append(item)
    return found
