"""Named queries of requirements: what a stage asks, and exams that a draft may ask again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from learnapp.db.core.many import one_of
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.study.models import Item, ProgrammeRevision, Requirement, Stage
from learnapp.db.study.programmes import Plan
from learnapp.domain.core.calendar import end_of
from learnapp.domain.exams.exams import WindowKind, WindowState


@dataclass(frozen=True)
class AskedItem:
    """A requirement with what it asks."""

    row: Requirement
    title: str
    kind: str


def asked_by_stage(session: Session, stage_id: int) -> list[AskedItem]:
    """What a stage asks, in the order in which it was added."""
    rows = session.execute(
        select(Requirement, Item.title, Item.kind)
        .join(Item, Item.id == Requirement.item_id)
        .where(Requirement.stage_id == stage_id)
        .order_by(Requirement.id)
    )
    return [AskedItem(*row) for row in rows]


def item_ids_of(session: Session, stage_id: int) -> set[int]:
    """The items that a stage asks."""
    return set(session.scalars(select(Requirement.item_id).where(Requirement.stage_id == stage_id)))


def stage_of(session: Session, requirement_id: int) -> int | None:
    """The stage that a requirement is a line of."""
    return session.scalar(select(Requirement.stage_id).where(Requirement.id == requirement_id))


def item_asked(session: Session, stage_id: int, requirement_id: int) -> int | None:
    """The item that a requirement of the stage asks; None for one of another stage, or none."""
    return session.scalar(
        select(Requirement.item_id).where(
            Requirement.id == requirement_id, Requirement.stage_id == stage_id
        )
    )


@dataclass(frozen=True)
class ExamInTime:
    """An exam with its item, when its first main window opens and its last one closes."""

    exam_id: int
    kind: str
    item_id: int
    opens_at: datetime
    closes_at: datetime


def exams_in_time(
    session: Session, exam_ids: Collection[int], reach: Select[int]
) -> list[ExamInTime]:
    """These exams as far as they are within reach and have a main window that is not cancelled."""
    rows = session.execute(
        select(
            Exam.id,
            Exam.kind,
            Item.id,
            func.min(ExamWindow.opens_at),
            func.max(ExamWindow.closes_at),
        )
        .join(Item, Item.exam_id == Exam.id)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            one_of(Exam.id, exam_ids),
            Exam.owner_unit_id.in_(reach),
            ExamWindow.kind == WindowKind.MAIN,
            ExamWindow.state != WindowState.CANCELLED,
        )
        .group_by(Exam.id, Exam.kind, Item.id)
        .order_by(func.min(ExamWindow.opens_at), Exam.id)
    )
    return [ExamInTime(*row) for row in rows]


def exams_to_ask(
    session: Session, plan: Plan, reach: Select[int], now: datetime, most: int
) -> list[Exam]:
    """The exams within reach that neither this draft nor another programme asks, with a main window to
    come in the draft's stage; the newest first, at most so many."""
    asked = (
        select(Requirement.id)
        .join(Item, Item.id == Requirement.item_id)
        .join(Stage, Stage.id == Requirement.stage_id)
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .where(
            Item.exam_id == Exam.id,
            (Stage.id == plan.stage.id) | (ProgrammeRevision.programme_id != plan.programme.id),
        )
    )
    window = select(ExamWindow.id).where(
        ExamWindow.exam_id == Exam.id,
        ExamWindow.kind == WindowKind.MAIN,
        ExamWindow.state != WindowState.CANCELLED,
        ExamWindow.closes_at > now,
        ExamWindow.closes_at <= end_of(plan.stage.last_day),
    )
    wanted = (
        select(Exam)
        .where(
            Exam.owner_unit_id.in_(reach),
            Exam.retired_at.is_(None),
            ~asked.exists(),
            window.exists(),
        )
        .order_by(Exam.id.desc())
        .limit(most)
    )
    return list(session.scalars(wanted))


def exam_days(session: Session, stage_id: int) -> list[tuple[str, date]]:
    """The exams that a stage asks: the title and the day that each is planned for."""
    rows = session.execute(
        select(Item.title, Requirement.plan_day)
        .join(Item, Item.id == Requirement.item_id)
        .where(Requirement.stage_id == stage_id, Item.exam_id.is_not(None))
        .order_by(Requirement.plan_day)
    )
    return [(title, day) for title, day in rows]


def delete_stage(session: Session, stage_id: int) -> None:
    """Remove a stage of a draft with its lines."""
    session.execute(delete(Requirement).where(Requirement.stage_id == stage_id))
    session.execute(delete(Stage).where(Stage.id == stage_id))


def exams_of_items(session: Session, item_ids: Collection[int]) -> dict[int, Exam]:
    """The exams of these items, by item."""
    rows = session.execute(
        select(Item.id, Exam).join(Exam, Exam.id == Item.exam_id).where(one_of(Item.id, item_ids))
    )
    return {item_id: exam for item_id, exam in rows}


def lines_after(session: Session, stage_id: int, day: date) -> int:
    """How many lines of a stage are planned after a day."""
    found = select(func.count()).select_from(Requirement)
    return (
        session.scalar(found.where(Requirement.stage_id == stage_id, Requirement.plan_day > day))
        or 0
    )


def delete_lines_after(session: Session, stage_id: int, day: date) -> None:
    """Remove the lines of a draft's stage that are planned after a day."""
    session.execute(
        delete(Requirement)
        .where(Requirement.stage_id == stage_id, Requirement.plan_day > day)
        .execution_options(synchronize_session="fetch")
    )
