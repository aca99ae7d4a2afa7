"""Named queries of report issues: which there are, a unit's row with those right below, remarks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.core.temporal import in_force
from learnapp.db.people.models import Person, Placement, Unit
from learnapp.db.reports.models import ReportIssue, ReportRemark, UnitReport

SIGNATURE, COMMENT = "signature", "comment"


class PlacedUnit(NamedTuple):
    """A unit on a line with the one above it."""

    unit_id: int
    level: int
    sort_key: str
    name: str
    parent_id: int | None


def newest(session: Session, stage_id: int, kind: str) -> ReportIssue | None:
    """The issue of a stage and kind that was cut off last."""
    return session.scalar(
        select(ReportIssue)
        .where(ReportIssue.stage_id == stage_id, ReportIssue.kind == kind)
        .order_by(ReportIssue.cut_off.desc())
        .limit(1)
    )


def before(session: Session, stage_id: int, kind: str, cut_off: datetime) -> ReportIssue | None:
    """The issue of a stage and kind before a cut-off."""
    return session.scalar(
        select(ReportIssue)
        .where(
            ReportIssue.stage_id == stage_id,
            ReportIssue.kind == kind,
            ReportIssue.cut_off < cut_off,
        )
        .order_by(ReportIssue.cut_off.desc())
        .limit(1)
    )


def at(session: Session, stage_id: int, kind: str, cut_off: datetime) -> ReportIssue:
    """The issue of a stage and kind that was cut off then."""
    return session.scalars(
        select(ReportIssue).where(
            ReportIssue.stage_id == stage_id,
            ReportIssue.kind == kind,
            ReportIssue.cut_off == cut_off,
        )
    ).one()


def after(session: Session, issue_id: int) -> ReportIssue | None:
    """The issue that follows one."""
    return session.scalar(select(ReportIssue).where(ReportIssue.previous_id == issue_id).limit(1))


def unfinished(session: Session) -> Sequence[ReportIssue]:
    """The newest issues of each stage that lack rows of units: the program died while it wrote them."""
    rows = (
        select(func.count())
        .where(UnitReport.issue_id == ReportIssue.id)
        .correlate(ReportIssue)
        .scalar_subquery()
    )
    later = select(func.max(ReportIssue.id)).group_by(ReportIssue.stage_id, ReportIssue.kind)
    wanted = select(ReportIssue).where(ReportIssue.id.in_(later), ReportIssue.units > rows)
    return session.scalars(wanted.order_by(ReportIssue.id)).all()


def issues_of(session: Session, stage_id: int, limit: int) -> Sequence[ReportIssue]:
    """The issues of a stage, of any kind, the newest first."""
    return session.scalars(
        select(ReportIssue)
        .where(ReportIssue.stage_id == stage_id)
        .order_by(ReportIssue.cut_off.desc())
        .limit(limit)
    ).all()


def headers_since(
    session: Session, stages: Collection[int], kind: str, since: datetime
) -> Sequence[dict[str, Any]]:
    """What holds for every unit in the issues of stages that were cut off since then, in order."""
    return session.scalars(
        select(ReportIssue.header)
        .where(
            one_of(ReportIssue.stage_id, stages),
            ReportIssue.kind == kind,
            ReportIssue.cut_off >= since,
        )
        .order_by(ReportIssue.cut_off, ReportIssue.id)
    ).all()


def row_of(session: Session, issue_id: int, unit_id: int) -> UnitReport | None:
    """A unit's row in an issue."""
    return session.get(UnitReport, (issue_id, unit_id))


def of_unit(
    session: Session, stage_id: int, kind: str, unit_id: int, limit: int
) -> list[tuple[ReportIssue, UnitReport]]:
    """The newest issues of a stage and kind that have a unit, each with its row."""
    rows = session.execute(
        select(ReportIssue, UnitReport)
        .join(UnitReport, UnitReport.issue_id == ReportIssue.id)
        .where(
            ReportIssue.stage_id == stage_id,
            ReportIssue.kind == kind,
            UnitReport.unit_id == unit_id,
        )
        .order_by(ReportIssue.cut_off.desc())
        .limit(limit)
    )
    return [(issue, row) for issue, row in rows]


def below(session: Session, issue_id: int, unit_id: int) -> Sequence[UnitReport]:
    """The rows of the units right below, in their order."""
    wanted = select(UnitReport).where(
        UnitReport.issue_id == issue_id, UnitReport.parent_id == unit_id
    )
    return session.scalars(wanted.order_by(UnitReport.ordinal)).all()


def remarks_of(session: Session, issue_id: int, unit_id: int) -> list[tuple[ReportRemark, str]]:
    """What heads added to a unit's report, with their names, in the order in which they did."""
    rows = session.execute(
        select(ReportRemark, Person.name)
        .join(Person, Person.id == ReportRemark.recorded_by)
        .where(ReportRemark.issue_id == issue_id, ReportRemark.unit_id == unit_id)
        .order_by(ReportRemark.id)
    )
    return [(remark, name) for remark, name in rows]


def signed(session: Session, issue_id: int, unit_ids: Select[int]) -> dict[int, datetime]:
    """Per unit that has signed its report when it did."""
    rows = session.execute(
        select(ReportRemark.unit_id, ReportRemark.recorded_at).where(
            ReportRemark.issue_id == issue_id,
            ReportRemark.kind == SIGNATURE,
            ReportRemark.unit_id.in_(unit_ids),
        )
    )
    return {unit_id: at for unit_id, at in rows}


def children_in(issue_id: int, unit_id: int) -> Select[int]:
    """The units right below one in an issue, as SQL."""
    return select(UnitReport.unit_id).where(
        UnitReport.issue_id == issue_id, UnitReport.parent_id == unit_id
    )


def placed(session: Session, line_id: int, day: date, known_at: datetime) -> list[PlacedUnit]:
    """Every unit that was placed on the line that day, as known then."""
    rows = session.execute(
        select(Unit.id, Unit.level, Unit.sort_key, Unit.name, Placement.parent_id)
        .join(Placement, Placement.child_id == Unit.id)
        .where(Placement.line_id == line_id, in_force(Placement, day, known_at))
    )
    return [PlacedUnit(*row) for row in rows]


def right_below(
    session: Session, issue: ReportIssue, unit_id: int, day: date
) -> list[tuple[int, str]]:
    """(id, name) of the units that were placed right below one when the issue was cut off."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .join(Placement, Placement.child_id == Unit.id)
        .where(
            Placement.line_id == issue.line_id,
            Placement.parent_id == unit_id,
            in_force(Placement, day, issue.cut_off),
        )
        .order_by(Unit.level, Unit.sort_key, Unit.id)
    )
    return [(row[0], row[1]) for row in rows]


def rows_within(session: Session, issue_id: int, limits: Select[int]) -> Sequence[UnitReport]:
    """The rows of an issue of units within reach."""
    return session.scalars(
        select(UnitReport)
        .where(UnitReport.issue_id == issue_id, UnitReport.unit_id.in_(limits))
        .order_by(UnitReport.ordinal)
    ).all()
