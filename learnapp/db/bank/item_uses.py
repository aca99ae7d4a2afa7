"""Named queries of what real attempts say of questions: each use, what was last counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from learnapp.db.bank.models import ItemFigures, QuestionVersion
from learnapp.db.core.base import total
from learnapp.db.exams import current_marks
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.first_attempts import is_first_attempt

_BATCH = 500


@dataclass(frozen=True, slots=True)
class UseOfVersion:
    """A place where a version was on a paper: its full marks and what was awarded, in hundredths."""

    attempt_id: int
    ordinal: int
    marks: int
    awarded: int


def uses_of(session: Session, version_id: int, most: int) -> list[UseOfVersion]:
    """The newest uses of a version in first sittings of an exam that were marked."""
    places = session.execute(
        select(PaperQuestion.attempt_id, PaperQuestion.ordinal, PaperQuestion.marks, Mark.awarded)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Mark, current_marks.of_place())
        .where(
            PaperQuestion.version_id == version_id,
            is_first_attempt(),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .order_by(PaperQuestion.attempt_id.desc())
        .limit(most)
    )
    return [UseOfVersion(*row) for row in places]


def totals_of(session: Session, attempt_ids: Iterable[int]) -> dict[int, int]:
    """What each of these attempts earned in all, by its current marks."""
    ids = list(attempt_ids)
    found: dict[int, int] = defaultdict(int)
    for start in range(0, len(ids), _BATCH):
        rows = session.execute(
            select(Mark.attempt_id, total(Mark.awarded))
            .where(Mark.attempt_id.in_(ids[start : start + _BATCH]), current_marks.is_current())
            .group_by(Mark.attempt_id)
        )
        found.update({attempt_id: awarded for attempt_id, awarded in rows})
    return found


def used_versions(session: Session, bank_id: int) -> Sequence[QuestionVersion]:
    """The versions of a bank that are on any paper, in the order of their ids."""
    return session.scalars(
        select(QuestionVersion)
        .where(
            QuestionVersion.bank_id == bank_id,
            select(PaperQuestion.attempt_id)
            .where(PaperQuestion.version_id == QuestionVersion.id)
            .exists(),
        )
        .order_by(QuestionVersion.id)
    ).all()


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
