"""Named queries of what real attempts say of questions: each use, what was last counted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session, aliased

from learnapp.db.bank.models import ItemFigures, KeyRevision, QuestionVersion
from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.base import total
from learnapp.db.core.many import one_of
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.attempts import answer_of_place
from learnapp.db.exams.first_attempts import is_first_attempt


class UseOfVersion(NamedTuple):
    """A place where a version was on a paper: its full marks and what was awarded, in hundredths, by
    the mark of this number, and the JSON text of the answer ("null" or None: none)."""

    version_id: int
    attempt_id: int
    marks: int
    awarded: int
    number: int
    response: str | None


_LATER = lasting_alias(Mark)
_IS_LAST = ~exists().where(
    _LATER.attempt_id == Mark.attempt_id,
    _LATER.question == Mark.question,
    _LATER.number > Mark.number,
)


def uses_of(
    session: Session, version_ids: Collection[int], before: int | None, most: int
) -> list[UseOfVersion]:
    """Uses of these versions that were marked and say something, each by its last mark, so many at
    most; the newest first, from those of attempts `before` this one on. One statement."""
    wanted = (
        select(
            PaperQuestion.version_id,
            PaperQuestion.attempt_id,
            PaperQuestion.marks,
            Mark.awarded,
            Mark.number,
            answer_of_place(),
        )
        .join(Mark, current_marks.of_place())
        .where(
            one_of(PaperQuestion.version_id, version_ids), _IS_LAST, current_marks.says_something()
        )
    )
    if before is not None:
        wanted = wanted.where(PaperQuestion.attempt_id < before)
    rows = session.execute(wanted.order_by(PaperQuestion.attempt_id.desc()).limit(most))
    return [UseOfVersion(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class FirstSitting:
    """What an attempt earned in all; its marks count from numbers above `marks_from`."""

    total: int
    marks_from: int


def first_sittings(session: Session, attempt_ids: Collection[int]) -> dict[int, FirstSitting]:
    """Those of these attempts that are first sittings, with what they earned by their current marks."""
    earned = (
        select(Mark.attempt_id, total(Mark.awarded).label("awarded"))
        .where(one_of(Mark.attempt_id, attempt_ids), current_marks.is_current())
        .group_by(Mark.attempt_id)
        .subquery()
    )
    rows = session.execute(
        select(Attempt.id, func.coalesce(earned.c.awarded, 0), Attempt.marks_from)
        .outerjoin(earned, earned.c.attempt_id == Attempt.id)
        .where(one_of(Attempt.id, attempt_ids), is_first_attempt())
    )
    return {attempt_id: FirstSitting(earned, since) for attempt_id, earned, since in rows}


def used_versions(session: Session, bank_id: int) -> list[tuple[int, int]]:
    """(id, on how many papers) of the versions of a bank that are on any, in the order of their ids."""
    rows = session.execute(
        select(QuestionVersion.id, func.count())
        .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
        .where(QuestionVersion.bank_id == bank_id)
        .group_by(QuestionVersion.id)
        .order_by(QuestionVersion.id)
    )
    return [(version_id, uses) for version_id, uses in rows]


@dataclass(frozen=True, slots=True)
class OfferedOptions:
    """The options of a version, and its newest key as JSON has them."""

    options: list[Any]
    key: Any


def offered(session: Session, version_ids: Collection[int]) -> dict[int, OfferedOptions]:
    """The options and the newest key of each of these versions."""
    newer = aliased(KeyRevision)
    later = (
        select(newer.id)
        .where(newer.version_id == KeyRevision.version_id, newer.number > KeyRevision.number)
        .exists()
    )
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.options, KeyRevision.key)
        .join(KeyRevision, KeyRevision.version_id == QuestionVersion.id)
        .where(one_of(QuestionVersion.id, version_ids), ~later)
    )
    return {version_id: OfferedOptions(options, key) for version_id, options, key in rows}


@dataclass(frozen=True)
class VersionWithFigures:
    """A version, and its statistics as they were last counted."""

    version: QuestionVersion
    figures: ItemFigures


def to_look_at(session: Session, bank_id: int, limit: int) -> list[VersionWithFigures]:
    """The first of a bank's versions that something speaks against, as they were last counted."""
    rows = session.execute(
        select(QuestionVersion, ItemFigures)
        .join(ItemFigures, ItemFigures.version_id == QuestionVersion.id)
        .where(QuestionVersion.bank_id + 0 == bank_id, text("item_figures.concerns <> '[]'"))
        .order_by(ItemFigures.version_id)
        .limit(limit)
    )
    return [VersionWithFigures(version, figures) for version, figures in rows]
