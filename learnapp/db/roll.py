"""Named queries of a window's roll: who is asked, who else sat, what they are called."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db import progress as queries
from learnapp.db.exams import WindowPerson
from learnapp.db.facts import as_known
from learnapp.db.people import Credential, Membership, Person, Unit
from learnapp.db.progress import Moment
from learnapp.db.study import Item
from learnapp.domain.programme import Away
from learnapp.domain.progress import PersonDuty, duties_of

_BATCH = 500


@dataclass(frozen=True)
class Asked:
    """A person of whom an exam is asked: the unit where they count, their duty, their absences."""

    unit_id: int
    duty: PersonDuty
    absences: tuple[Away, ...]


def asked_in(
    session: Session, exam_id: int, as_of: datetime, reach: Select[tuple[int]]
) -> dict[int, Asked]:
    """Per person within reach the duty by which the exam is asked of them, of the revisions in
    force at `as_of`; of several the one that falls due first."""
    item_id = session.scalar(select(Item.id).where(Item.exam_id == exam_id))
    stages = queries.stages_in_force(session, as_of)
    duties = queries.duties_in_force(session, stages)
    found: dict[int, Asked] = {}
    for stage in stages:
        here = [duty for duty in duties[stage.id] if duty.item_id == item_id]
        if not here:
            continue
        for facts in queries.facts_of(session, stage.line_id, Moment(as_of), (), within=reach):
            for each in duties_of(facts, here, as_of):
                known = found.get(facts.person_id)
                if known is None or each.duty.due_at < known.duty.duty.due_at:
                    found[facts.person_id] = Asked(facts.unit_id, each, facts.absences)
    return found


def batch_of(session: Session, window_id: int) -> set[int] | None:
    """The people whom a window is kept for; None where it is for everybody."""
    people = set(
        session.scalars(
            select(WindowPerson.person_id).where(WindowPerson.window_id == window_id)
        )
    )
    return people or None


def units_on(
    session: Session, line_id: int, days: dict[int, date], reach: Select[tuple[int]]
) -> dict[int, int]:
    """Per person the unit within reach in which they counted on their day; where they counted in
    none that day, the one in which they last did."""
    rows: dict[int, list[tuple[date, date | None, int]]] = {}
    wanted = sorted(days)
    for start in range(0, len(wanted), _BATCH):
        found = session.execute(
            select(
                Membership.person_id,
                Membership.valid_from,
                Membership.valid_to,
                Membership.unit_id,
            )
            .where(
                Membership.person_id.in_(wanted[start : start + _BATCH]),
                Membership.line_id == line_id,
                Membership.counts.is_(True),
                Membership.unit_id.in_(reach),
                as_known(Membership),
            )
            .order_by(Membership.person_id, Membership.valid_from)
        )
        for person_id, first, last, unit_id in found:
            rows.setdefault(person_id, []).append((first, last, unit_id))
    return {person_id: _unit_on(spans, days[person_id]) for person_id, spans in rows.items()}


def _unit_on(spans: list[tuple[date, date | None, int]], day: date) -> int:
    for first, end, unit_id in spans:
        if first <= day and (end is None or day < end):
            return unit_id
    return spans[-1][2]


def named(session: Session, people: Collection[int]) -> Iterator[Any]:
    """(id, name, sort key, whether there is an account) of these people."""
    wanted = sorted(people)
    for start in range(0, len(wanted), _BATCH):
        yield from session.execute(
            select(
                Person.id,
                Person.name,
                Person.sort_key,
                Credential.person_id.is_not(None).label("account"),
            )
            .outerjoin(Credential, Credential.person_id == Person.id)
            .where(Person.id.in_(wanted[start : start + _BATCH]))
        )


def unit_names(session: Session, unit_ids: Collection[int]) -> dict[int, str]:
    """The names of these units."""
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(sorted(unit_ids))))
    return {unit_id: name for unit_id, name in rows}
