"""Named queries for drawing: what a bank can supply, and a stored pool ready to be drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import BankCategory, QuestionVersion
from learnapp.db.bank.usable import for_exams
from learnapp.db.core.base import BigId, total
from learnapp.db.core.immutable_cache import ImmutableCache
from learnapp.db.exams import current_marks, window_states
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.first_attempts import is_first_attempt
from learnapp.db.exams.models import BlueprintCell, BlueprintFixed, DrawPool, Exam
from learnapp.domain.core.calendar import local_day
from question_bank.blueprint import Blueprint, Cell, Group
from question_bank.drawing import Placed, draw
from question_bank.model import QuestionType
from question_bank.pool import ENOUGH_ANSWERS, Candidate, Pool


def _path(text: str | None) -> tuple[str, ...]:
    return tuple(text.split("/")) if text else ()


def eligible(bank_id: int, now: datetime) -> Select[int, str, str | None, int | None, int | None]:
    """The versions of a bank that exams may use on that day."""
    day = local_day(now)
    return (
        select(
            QuestionVersion.id,
            QuestionVersion.type,
            BankCategory.path,
            QuestionVersion.difficulty,
            QuestionVersion.passage_id,
        )
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(QuestionVersion.bank_id == bank_id, for_exams(day))
        .order_by(QuestionVersion.id)
    )


def count_eligible(session: Session, bank_id: int, now: datetime) -> int:
    """How many questions a bank has for exams now."""
    found = eligible(bank_id, now).with_only_columns(QuestionVersion.question_id).order_by(None)
    return session.scalar(select(func.count()).select_from(found.distinct().subquery())) or 0


_CELLS = (
    select(BlueprintCell)
    .where(BlueprintCell.blueprint_id == bindparam("blueprint_id", type_=BigId))
    .order_by(BlueprintCell.ordinal)
)


def blueprint_of(session: Session, blueprint_id: int) -> Blueprint:
    """A stored blueprint as the library knows it."""
    cells = session.scalars(_CELLS, {"blueprint_id": blueprint_id})
    return Blueprint(
        tuple(
            Cell(
                ordinal=cell.ordinal,
                section=cell.section,
                type=QuestionType(cell.type),
                category=_path(cell.category) or None,
                difficulty=cell.difficulty,
                count=cell.count,
                marks=cell.marks,
            )
            for cell in cells
        )
    )


@dataclass(frozen=True)
class Measured:
    """What first sittings say of a version: the mean share of its marks in thousandths, and of how
    many answers that is the mean."""

    facility: int
    answers: int


def answers_of_bank(session: Session, bank_id: int) -> dict[int, Measured]:
    """What first sittings of exams say of each version of a bank that was answered in one."""
    rows = session.execute(
        select(
            PaperQuestion.version_id, total(Mark.awarded), total(PaperQuestion.marks), func.count()
        )
        .join(Mark, current_marks.of_place())
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == PaperQuestion.version_id)
        .where(
            QuestionVersion.bank_id == bank_id,
            is_first_attempt(),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .group_by(PaperQuestion.version_id)
    )
    return {
        version_id: Measured(round(1000 * awarded / full), answers)
        for version_id, awarded, full, answers in rows
    }


def facilities_of(session: Session, bank_id: int) -> dict[int, int]:
    """The facility of each version that enough have answered in first sittings."""
    found = answers_of_bank(session, bank_id)
    return {
        version_id: each.facility
        for version_id, each in found.items()
        if each.answers >= ENOUGH_ANSWERS
    }


def fixed_of(session: Session, blueprint_id: int) -> list[int]:
    """The published versions of the questions that every paper has."""
    return list(
        session.scalars(
            select(QuestionVersion.id)
            .join(BlueprintFixed, BlueprintFixed.question_id == QuestionVersion.question_id)
            .where(
                BlueprintFixed.blueprint_id == blueprint_id, QuestionVersion.status == "published"
            )
            .order_by(QuestionVersion.id)
        )
    )


def fixed_lost(session: Session, blueprint_id: int) -> int:
    """How many of a blueprint's fixed questions are no longer published: papers go without them."""
    wanted = select(func.count()).where(BlueprintFixed.blueprint_id == blueprint_id)
    return (session.scalar(wanted) or 0) - len(fixed_of(session, blueprint_id))


@dataclass(frozen=True, slots=True)
class QuestionForExams:
    """A version that may be drawn: its group, and its category as a path (None: none)."""

    id: int
    group: Group
    path: str | None


def questions_for_exams(session: Session, bank_id: int, now: datetime) -> list[QuestionForExams]:
    """What may be drawn from a bank now, in the order of the versions."""
    rows = session.execute(eligible(bank_id, now))
    return [
        QuestionForExams(
            row.id, as_candidate([row.id, row.type, row.path, row.difficulty]).group, row.path
        )
        for row in rows
    ]


def candidate_rows(session: Session, bank_id: int, now: datetime) -> list[list[Any]]:
    """What may be drawn from a bank now, as a pool stores it."""
    known = facilities_of(session, bank_id)
    return [
        [row.id, row.type, row.path, row.difficulty, known.get(row.id), row.passage_id]
        for row in session.execute(eligible(bank_id, now))
    ]


@dataclass(frozen=True)
class Drawable:
    """A stored pool ready to be drawn from: `ids` are its versions, `repeated` those of them that are
    on earlier papers of the exam and come last, `sections` by cell."""

    pool: Pool
    seed: str
    ids: frozenset[int]
    repeated: frozenset[int]
    sections: dict[int, str]


# So many values has a pool's row; one more marks a question of an earlier paper.
_PLAIN = 6

_DRAWABLE: ImmutableCache[int, Drawable] = ImmutableCache(8)


def drawable(session: Session, pool_id: int) -> Drawable:
    """A pool that was there before this transaction, sorted out once per process: a pool and a
    used blueprint never change."""
    return _DRAWABLE.of(session, [pool_id], lambda _: {pool_id: load(session, pool_id)})[pool_id]


def load(session: Session, pool_id: int) -> Drawable:
    """The same, not remembered: a pool made in this transaction may be undone with it, and its
    number be another's."""
    row = session.execute(
        select(DrawPool.candidates, DrawPool.fixed, DrawPool.seed, Exam.blueprint_id)
        .join(Exam, Exam.id == DrawPool.exam_id)
        .where(DrawPool.id == pool_id)
    ).one()
    blueprint = blueprint_of(session, row.blueprint_id)
    pool = Pool(blueprint, map(as_candidate, row.candidates), row.fixed)
    sections = {cell.ordinal: cell.section for cell in blueprint.cells}
    ids = frozenset(each.id for each in pool.candidates)
    repeated = frozenset(each[0] for each in row.candidates if len(each) > _PLAIN)
    return Drawable(pool, row.seed, ids, repeated, sections)


def one_paper(source: Drawable, window_id: int, order_seed: str | None) -> list[Placed]:
    """The paper of a window that has one for all, in the order of a seed. Raises NotEnough."""
    seed = f"{source.seed}/{window_id}"
    return draw(source.pool, seed, order_seed=order_seed, rather_not=source.repeated)


def may_be_pinned(session: Session, version_id: int, now: datetime) -> bool:
    """Whether an exam that is not over draws from a pool with this question in it.

    Until then nobody is shown its key (except by practice, which shows it at once).
    """
    going = window_states.unfinished_exam_ids(now)
    pools = session.scalars(select(DrawPool.id).where(DrawPool.exam_id.in_(going))).all()
    return any(version_id in drawable(session, pool_id).ids for pool_id in pools)


def as_candidate(row: Sequence[Any]) -> Candidate:
    """A pool's row as the library draws from it."""
    version_id, type_, path, difficulty, *rest = row[:_PLAIN]
    facility, passage = rest or (None, None)
    return Candidate(version_id, QuestionType(type_), _path(path), difficulty, facility, passage)


def attempt_id_of(session: Session, public_id: str) -> int | None:
    """Return the id of an attempt by its public id; None where there is none."""
    return session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
