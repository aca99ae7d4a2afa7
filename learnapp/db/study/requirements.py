"""Named queries of requirements: what a stage asks, and exams that a draft may ask again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

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


def asks(session: Session, stage_id: int, item_id: int) -> bool:
    """Whether a stage asks the item."""
    known = select(Requirement.id).where(
        Requirement.stage_id == stage_id, Requirement.item_id == item_id
    )
    return session.scalar(known) is not None


def item_asked(session: Session, stage_id: int, requirement_id: int) -> int | None:
    """The item that a requirement of the stage asks; None for one of another stage, or none."""
    return session.scalar(
        select(Requirement.item_id).where(
            Requirement.id == requirement_id, Requirement.stage_id == stage_id
        )
    )


def item_of_exam(session: Session, exam_id: int) -> int | None:
    """Return the item of an exam."""
    return session.scalar(select(Item.id).where(Item.exam_id == exam_id))


def first_window(session: Session, exam_id: int) -> ExamWindow | None:
    """The window of an exam that closes first, without cancelled ones."""
    return session.scalars(
        select(ExamWindow)
        .where(ExamWindow.exam_id == exam_id, ExamWindow.state != WindowState.CANCELLED)
        .order_by(ExamWindow.closes_at)
    ).first()


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
