"""A person's own week: what is owed, sorted into what to do, what waits and what is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.domain.core.calendar import local_day, week_of
from learnapp.domain.study.my_week import WeekGroup, group_of
from learnapp.services.study.owed import OwedItem, items_owed


def own_week(session: Session, person_id: int, now: datetime) -> dict[WeekGroup, list[OwedItem]]:
    """What the person owes, by group, each with the soonest due first; empty groups are there."""
    week = week_of(local_day(now))
    found: dict[WeekGroup, list[OwedItem]] = {group: [] for group in WeekGroup}
    for item in items_owed(session, person_id, now):
        group = group_of(item.owed, item.duty, week)
        if group is not None:
            found[group].append(item)
    return found
