"""Named queries of how people studied: portions, first answers to check questions, exam answers on what
was read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.many import one_of
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.models import ExamWindow
from learnapp.db.people import unit_trees
from learnapp.db.people.unit_trees import TreeOfDay
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.models import Standing
from learnapp.db.progress.unit_figures import UnitInReach
from learnapp.db.study.models import CheckAnswer, Completion, Item, Portion, ReadingPlace
from learnapp.domain.exams.exams import AttemptState, Channel


@dataclass(frozen=True)
class StudySpan:
    """Some people between two instants."""

    people: Collection[int]
    since: datetime
    until: datetime


class PortionChecked(NamedTuple):
    """A portion as an item, with the question that checks it: its source, type and options."""

    item_id: int
    portion_id: int
    source: str
    kind: str
    options: Any


def members(
    session: Session, stage: StageInForce, unit: UnitInReach, at: Moment
) -> list[tuple[int, int]]:
    """(branch, person) of those counted in a stage below a unit, as far as it is within reach."""
    tree = unit_trees.branches(unit.unit_id, TreeOfDay(stage.line_id, at.day))
    asked = (
        select(tree.c.branch, Standing.person_id)
        .join(Standing, (Standing.unit_id == tree.c.unit_id) & (Standing.stage_id == stage.id))
        .order_by(tree.c.branch, Standing.person_id)
    )
    if unit.limits is not None:
        asked = asked.where(tree.c.unit_id.in_(unit.limits))
    return [(branch, person_id) for branch, person_id in session.execute(asked)]


def checked_portions(session: Session, items: Collection[int]) -> list[PortionChecked]:
    """Those of the items that are portions with a check question."""
    rows = session.execute(
        select(
            Item.id,
            Portion.id,
            QuestionVersion.source,
            QuestionVersion.type,
            QuestionVersion.options,
        )
        .join(Portion, Portion.id == Item.portion_id)
        .join(QuestionVersion, QuestionVersion.id == Portion.check_version_id)
        .where(one_of(Item.id, items))
    )
    return [PortionChecked(*row) for row in rows]


def portions_done(
    session: Session, span: StudySpan, items: Collection[int]
) -> list[tuple[int, int, datetime, datetime | None]]:
    """(person, item, done at, first opened at) of portions that were completed on a device."""
    rows = session.execute(
        select(
            Completion.person_id, Completion.item_id, Completion.occurred_at, ReadingPlace.opened_at
        )
        .join(Item, Item.id == Completion.item_id)
        .outerjoin(
            ReadingPlace,
            (ReadingPlace.person_id == Completion.person_id)
            & (ReadingPlace.portion_id == Item.portion_id),
        )
        .where(
            one_of(Completion.person_id, span.people),
            one_of(Completion.item_id, items),
            Completion.channel == Channel.ONLINE,
            Completion.occurred_at >= span.since,
            Completion.occurred_at < span.until,
        )
    )
    return [(person, item, done_at, opened_at) for person, item, done_at, opened_at in rows]


def first_answers(
    session: Session, span: StudySpan, portions: Collection[int]
) -> list[tuple[int, int, bool]]:
    """(person, portion, right) of the first answer of each person to each check question."""
    first = (
        select(func.min(CheckAnswer.id))
        .where(one_of(CheckAnswer.person_id, span.people), one_of(CheckAnswer.portion_id, portions))
        .group_by(CheckAnswer.person_id, CheckAnswer.portion_id)
    )
    rows = session.execute(
        select(CheckAnswer.person_id, CheckAnswer.portion_id, CheckAnswer.right).where(
            CheckAnswer.id.in_(first),
            CheckAnswer.recorded_at >= span.since,
            CheckAnswer.recorded_at < span.until,
        )
    )
    return [(person_id, portion_id, right) for person_id, portion_id, right in rows]


class ExamAnswer(NamedTuple):
    """An answer in an exam whose keys are open, to a question with a source."""

    person_id: int
    at: datetime
    source: str
    kind: str
    options: Any
    right: bool


def exam_answers(
    session: Session, span: StudySpan, sources: Collection[str], now: datetime
) -> list[ExamAnswer]:
    """The answers to questions of these sources in attempts that were handed in, each by its newest
    mark; of windows whose keys are open by now."""
    newest = (
        select(func.max(Mark.number))
        .where(Mark.attempt_id == PaperQuestion.attempt_id, Mark.question == PaperQuestion.ordinal)
        .correlate(PaperQuestion)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Attempt.person_id,
            Attempt.submitted_at,
            QuestionVersion.source,
            QuestionVersion.type,
            QuestionVersion.options,
            Mark.right,
        )
        .join(ExamWindow, ExamWindow.id == Attempt.window_id)
        .join(PaperQuestion, PaperQuestion.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .join(
            Mark,
            (Mark.attempt_id == PaperQuestion.attempt_id)
            & (Mark.question == PaperQuestion.ordinal)
            & (Mark.number == newest),
        )
        .where(
            one_of(Attempt.person_id, span.people),
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.submitted_at >= span.since,
            Attempt.submitted_at < span.until,
            ExamWindow.keys_shown_at <= now,
            QuestionVersion.source.in_(sources),
            Mark.right.is_not(None),
        )
    )
    return [ExamAnswer(*row) for row in rows]
