"""A bounded sample of people, for estimating shares of an audience without looking at everybody."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import Membership

# Ids that follow one another are often of one unit: a large step takes them from all over.
_STEP, _RING = 7_919, 100_003


def members(
    session: Session, units: Select[int], line_id: int, day: date, most: int
) -> tuple[list[int], int]:
    """(ids of at most so many counting members of these units, how many members there are). The same
    people each time."""
    wanted = (
        Membership.unit_id.in_(units),
        Membership.line_id == line_id,
        Membership.counts.is_(True),
        in_force(Membership, day),
    )
    count = session.scalar(select(func.count()).select_from(Membership).where(*wanted)) or 0
    order = (Membership.person_id * _STEP) % _RING
    rows = select(Membership.person_id).where(*wanted).order_by(order, Membership.person_id)
    return list(session.scalars(rows.limit(most))), count
