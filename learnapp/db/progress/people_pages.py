"""People behind a figure, a page of them by name, read from what is stored of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from learnapp.db.people.login_names import first_login
from learnapp.db.people.models import Person
from learnapp.db.progress.models import Standing
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.progress.tallies import OPEN, TallyPlan

# Of so many people by name at least one is wanted: then walking the names finds a page soonest.
_DENSE = 100


def open_duty(plan: TallyPlan, requirement_id: int) -> ColumnElement[bool]:
    """Condition on a standing: the person owes the requirement and has not met it."""
    place = list(plan.due).index(requirement_id) + 1
    return func.substr(Standing.signs, place, 1) == OPEN


def page_by_name(
    session: Session,
    stage_id: int,
    wanted: Sequence[ColumnElement[bool]],
    found: int,
    page: PageSpan,
) -> list[int]:
    """The ids of a page of the people of a stage whose standings are wanted.

    `found`: how many are wanted. Where they are many of all people, names are walked in order until
    the page is full; where they are few, they are looked up and sorted.
    """
    everybody = session.scalar(select(func.max(Person.id))) or 0
    chosen: Select[Any] = select(Person.id)
    if found * _DENSE >= everybody:
        here = select(Standing.person_id).where(
            Standing.stage_id == stage_id, Standing.person_id == Person.id, *wanted
        )
        chosen = chosen.where(here.exists())
    else:
        chosen = chosen.join(Standing, Standing.person_id == Person.id)
        chosen = chosen.where(Standing.stage_id == stage_id, *wanted)
    ordered = chosen.order_by(Person.sort_key, Person.id).limit(page.size).offset(page.offset)
    return list(session.scalars(ordered))


def names_with_open(
    session: Session,
    stage_id: int,
    plan: TallyPlan,
    requirement_ids: Collection[int],
    units: Select[int],
) -> dict[int, list[str]]:
    """Per requirement the names, by pinyin, of the people of these units who owe it and have not met it."""
    rows = session.execute(
        select(Standing.signs, Person.name)
        .join(Person, Person.id == Standing.person_id)
        .where(
            Standing.stage_id == stage_id,
            Standing.unit_id.in_(units),
            or_(*(open_duty(plan, each) for each in requirement_ids)),
        )
        .order_by(Person.sort_key, Person.id)
    )
    places = {each: place for place, each in enumerate(plan.due) if each in requirement_ids}
    found: dict[int, list[str]] = {}
    for signs, name in rows:
        for requirement_id, place in places.items():
            if signs[place] == OPEN:
                found.setdefault(requirement_id, []).append(name)
    return found


class NamedStanding(NamedTuple):
    """What is stored of a person in a stage, with their name and first login name."""

    standing: Standing
    name: str
    login_name: str | None


def standings_of(session: Session, stage_id: int, people: Collection[int]) -> list[NamedStanding]:
    """What is stored of each of a page of people in a stage, by pinyin."""
    rows = session.execute(
        select(Standing, Person.name, first_login())
        .join(Person, Person.id == Standing.person_id)
        .where(Standing.stage_id == stage_id, Standing.person_id.in_(people))
        .order_by(Person.sort_key, Person.id)
    )
    return [NamedStanding(*row) for row in rows]
