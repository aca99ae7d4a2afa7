"""Named queries of briefings: those of units within reach, the last number, who closes what by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.notices.models import Chase
from learnapp.db.people.models import Person, Unit
from learnapp.db.reports.models import Briefing
from learnapp.domain.notices.chases import ChaseState


def within(session: Session, reach: Select[int], limit: int, offset: int) -> Sequence[Briefing]:
    """A page of the briefings of units within reach, the newest first."""
    return session.scalars(
        select(Briefing)
        .where(Briefing.unit_id.in_(reach))
        .order_by(Briefing.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def count_within(session: Session, reach: Select[int]) -> int:
    """How many there are."""
    wanted = select(func.count()).select_from(Briefing).where(Briefing.unit_id.in_(reach))
    return session.scalar(wanted) or 0


def one_within(session: Session, reach: Select[int], briefing_id: int) -> Briefing | None:
    """One of them."""
    return session.scalar(
        select(Briefing).where(Briefing.id == briefing_id, Briefing.unit_id.in_(reach))
    )


def with_code(session: Session, reach: Select[int], code: str) -> Sequence[Briefing]:
    """Those that bear a check code."""
    return session.scalars(
        select(Briefing).where(Briefing.check_code == code, Briefing.unit_id.in_(reach))
    ).all()


def lock_unit(session: Session, unit_id: int) -> str:
    """Lock a unit, so that its briefings are numbered one after another; its name."""
    return session.get_one(Unit, unit_id, with_for_update=True).name


def next_numbers(session: Session, unit_id: int, kind: str, year: int) -> tuple[int, int]:
    """第N期 of the year and 总第N期 of what a unit issues next; its lock is held."""
    mine = (Briefing.unit_id == unit_id, Briefing.kind == kind)
    last = select(func.max(Briefing.serial)).where(*mine)
    of_year = select(func.max(Briefing.number)).where(*mine, Briefing.year == year)
    return (session.scalar(of_year) or 0) + 1, (session.scalar(last) or 0) + 1


def running_chases(
    session: Session, stage_id: int, units: Select[int]
) -> list[tuple[int, str, str, str, date]]:
    """(unit, its name, kind, who answers, by when) of the chases that run about a stage."""
    rows = session.execute(
        select(Chase.unit_id, Unit.name, Chase.kind, Person.name, Chase.due_on)
        .join(Unit, Unit.id == Chase.unit_id)
        .join(Person, Person.id == Chase.owner_id)
        .where(
            Chase.stage_id == stage_id,
            Chase.state == ChaseState.ISSUED,
            Chase.unit_id.in_(units),
        )
        .order_by(Chase.due_on, Unit.level, Unit.sort_key, Chase.id)
    )
    return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
