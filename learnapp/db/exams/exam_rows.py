"""Named queries of exams as an office keeps them: rows of a programme, of a series, how far each is used."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, aliased

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.many import one_of
from learnapp.db.exams.attempt_models import Attempt, Result
from learnapp.db.exams.models import BlueprintCell, Exam, ExamWindow
from learnapp.db.study.models import Item, ProgrammeRevision, Requirement, Stage
from learnapp.domain.core.calendar import local_day
from learnapp.domain.exams.exams import AttemptState, ExamKind, WindowKind, WindowState
from learnapp.domain.exams.settings_change import ExamUse
from learnapp.domain.study.programme import RevisionState

_OTHER = lasting_alias(ExamWindow)


def later_of_series(session: Session, exam: Exam) -> list[Exam]:
    """The exams of a series whose first batch opens after that of this one, in order."""
    if exam.series_id is None:
        return []
    opens = func.min(ExamWindow.opens_at)
    rows = session.execute(
        select(Exam, opens)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(
            Exam.series_id == exam.series_id,
            Exam.retired_at.is_(None),
            ExamWindow.kind == WindowKind.MAIN,
        )
        .group_by(Exam.id)
        .order_by(opens, Exam.id)
    ).all()
    mine = next((at for each, at in rows if each.id == exam.id), None)
    return [each for each, at in rows if mine is not None and at > mine]


def _windows(exam_id: int) -> Select[int]:
    """The windows of an exam, by which its attempts have an index."""
    return select(ExamWindow.id).where(ExamWindow.exam_id == exam_id)


def use_of(session: Session, exam_id: int) -> ExamUse:
    """How many attempts of an exam were begun and not voided."""
    begun = session.scalar(
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.window_id.in_(_windows(exam_id)), Attempt.state != AttemptState.VOIDED)
    )
    return ExamUse(begun or 0)


def failed_with(session: Session, exam_id: int, pass_mark: int) -> list[int]:
    """The attempts that count, were not passed, and reach this pass mark: where places were left out,
    in proportion."""
    later = aliased(Result)
    newer = select(later.number).where(
        later.attempt_id == Result.attempt_id, later.number > Result.number
    )
    cells = (
        select(func.sum(BlueprintCell.count * BlueprintCell.marks))
        .join(Exam, Exam.blueprint_id == BlueprintCell.blueprint_id)
        .where(Exam.id == exam_id)
        .scalar_subquery()
    )
    return list(
        session.scalars(
            select(Attempt.id)
            .join(Result, Result.attempt_id == Attempt.id)
            .where(
                Attempt.window_id.in_(_windows(exam_id)),
                Attempt.state == AttemptState.SUBMITTED,
                Result.number > Attempt.results_from,
                Result.passed.is_(False),
                ~newer.exists(),
                (Result.awarded + 1) * cells > pass_mark * Result.full,
            )
            .order_by(Attempt.id)
        )
    )


def rename_item(session: Session, exam_id: int, title: str) -> None:
    """Call what an exam completes by its title."""
    session.execute(update(Item).where(Item.exam_id == exam_id).values(title=title))


def follow_in_drafts(session: Session, exam_id: int, opens_at: datetime) -> None:
    """Plan the lines of drafts that ask an exam for the day on which it opens now."""
    items = select(Item.id).where(Item.exam_id == exam_id)
    drafts = (
        select(Stage.id)
        .join(ProgrammeRevision, ProgrammeRevision.id == Stage.revision_id)
        .where(ProgrammeRevision.state == RevisionState.DRAFT)
    )
    session.execute(
        update(Requirement)
        .where(Requirement.item_id.in_(items), Requirement.stage_id.in_(drafts))
        .values(plan_day=local_day(opens_at))
        .execution_options(synchronize_session="fetch")
    )


@dataclass(frozen=True)
class ExamChoice:
    """Which exams of a list are wanted: of a kind (None: of any), to come or over (None: both)."""

    kind: ExamKind | None = None
    over: bool | None = None
    now: datetime | None = None


@dataclass(frozen=True)
class ExamOfStage:
    """An exam that a stage asks, with the day it is planned for."""

    exam: Exam
    stage_id: int
    required: bool
    plan_day: date
    total: int  # full marks, in hundredths
    questions: int


def _asked(stage_ids: Collection[int], choice: ExamChoice) -> Select[int, int]:
    wanted = (
        select(Exam.id, Requirement.id)
        .join(Item, Item.exam_id == Exam.id)
        .join(Requirement, Requirement.item_id == Item.id)
        .where(one_of(Requirement.stage_id, stage_ids))
    )
    if choice.kind is not None:
        wanted = wanted.where(Exam.kind == choice.kind)
    if choice.over is not None:
        ahead = (
            select(_OTHER.id)
            .where(
                _OTHER.exam_id == Exam.id,
                _OTHER.closes_at > choice.now,
                _OTHER.state != WindowState.CANCELLED,
            )
            .exists()
        )
        wanted = wanted.where(~ahead if choice.over else ahead)
    return wanted


def of_stages(
    session: Session, stage_ids: Collection[int], choice: ExamChoice, span: tuple[int, int]
) -> tuple[list[ExamOfStage], int]:
    """A page (offset, limit) of the exams that stages ask, by day, and how many there are."""
    asked = _asked(stage_ids, choice)
    total = session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    offset, limit = span
    marks = (
        select(func.sum(BlueprintCell.count * BlueprintCell.marks))
        .where(BlueprintCell.blueprint_id == Exam.blueprint_id)
        .correlate(Exam)
        .scalar_subquery()
    )
    questions = (
        select(func.sum(BlueprintCell.count))
        .where(BlueprintCell.blueprint_id == Exam.blueprint_id)
        .correlate(Exam)
        .scalar_subquery()
    )
    rows = session.execute(
        asked.with_only_columns(
            Exam, Requirement.stage_id, Requirement.required, Requirement.plan_day, marks, questions
        )
        .order_by(Requirement.plan_day, Requirement.id)
        .offset(offset)
        .limit(limit)
    )
    return [ExamOfStage(*row) for row in rows], total


def windows_of_exams(session: Session, exam_ids: Collection[int]) -> dict[int, list[ExamWindow]]:
    """The windows of these exams, by exam, the first to open first."""
    found: dict[int, list[ExamWindow]] = {each: [] for each in exam_ids}
    rows = session.scalars(
        select(ExamWindow)
        .where(one_of(ExamWindow.exam_id, exam_ids))
        .order_by(ExamWindow.opens_at, ExamWindow.id)
    )
    for window in rows:
        found[window.exam_id].append(window)
    return found
