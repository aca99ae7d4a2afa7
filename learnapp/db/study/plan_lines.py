"""Named queries of the lines of a plan as a calendar shows them: with what each asks of a person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.base import total
from learnapp.db.core.many import one_of
from learnapp.db.exams.models import BlueprintCell, Exam
from learnapp.db.study.models import (
    CalendarOverride,
    Item,
    Portion,
    ReadingSection,
    ReadingVersion,
    Requirement,
)


@dataclass(frozen=True)
class CalendarLine:
    """A line with what it is measured by: characters and sections of a portion and whether it has a
    check question, or seconds and questions of an exam."""

    row: Requirement
    title: str
    kind: str
    exam_id: int | None
    exam_kind: str | None
    length: int
    sections: int
    has_check: bool
    duration_s: int
    questions: int


def lines_between(
    session: Session, stage_ids: Collection[int], first: date, last: date
) -> list[CalendarLine]:
    """The lines that stages plan from one day to another, both included, by day."""
    rows = session.execute(
        select(
            Requirement,
            Item.title,
            Item.kind,
            Item.exam_id,
            Exam.kind,
            *_size_of_portion(),
            Portion.check_version_id,
            Exam.duration_s,
            _questions(),
        )
        .join(Item, Item.id == Requirement.item_id)
        .outerjoin(Portion, Portion.id == Item.portion_id)
        .outerjoin(Exam, Exam.id == Item.exam_id)
        .where(
            one_of(Requirement.stage_id, stage_ids),
            Requirement.plan_day >= first,
            Requirement.plan_day <= last,
        )
        .order_by(Requirement.plan_day, Requirement.id)
    )
    return [
        CalendarLine(
            row, title, kind, exam_id, exam_kind, size or 0, parts or 0, check is not None,
            seconds or 0, count or 0,
        )
        for row, title, kind, exam_id, exam_kind, size, parts, check, seconds, count in rows
    ]  # fmt: skip


def _size_of_portion() -> list[ScalarSelect[int]]:
    """The characters of a portion, and its sections, in the newest version of its reading."""
    newest = (
        select(func.max(ReadingVersion.id))
        .where(ReadingVersion.reading_id == Portion.reading_id)
        .correlate(Portion)
        .scalar_subquery()
    )
    here = (ReadingSection.portion_id == Portion.id) & (ReadingSection.version_id == newest)
    return [
        select(each).where(here).correlate(Portion).scalar_subquery()
        for each in (total(ReadingSection.length), func.count())
    ]


def _questions() -> ScalarSelect[int]:
    """How many questions a paper of the exam has."""
    return (
        select(total(BlueprintCell.count))
        .where(BlueprintCell.blueprint_id == Exam.blueprint_id)
        .correlate(Exam)
        .scalar_subquery()
    )


def overrides_between(
    session: Session, programme_id: int, first: date, last: date
) -> dict[date, CalendarOverride]:
    """The override that holds of each day from one to another, both included."""
    rows = session.scalars(
        select(CalendarOverride)
        .where(
            CalendarOverride.programme_id == programme_id,
            CalendarOverride.day >= first,
            CalendarOverride.day <= last,
        )
        .order_by(CalendarOverride.recorded_at, CalendarOverride.id)
    )
    return {row.day: row for row in rows}
