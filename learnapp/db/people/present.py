"""Who counts on the default line on a day, with the unit: for what concerns everybody."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import in_force
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Membership, Person, Unit


class Present(NamedTuple):
    """A person with the unit in which they count."""

    person_id: int
    unit_id: int
    unit_name: str


def present_on(session: Session, day: date) -> list[Present]:
    """Everybody who counts on the default line that day and has not retired, by id."""
    rows = session.execute(
        select(Membership.person_id, Unit.id, Unit.name)
        .join(Unit, Unit.id == Membership.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.line_id == default_line(session).id,
            Membership.counts,
            in_force(Membership, day),
            Person.retired_at.is_(None),
        )
        .order_by(Membership.person_id)
    )
    return [Present(*row) for row in rows]
