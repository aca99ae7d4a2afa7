"""What real attempts say of questions: item statistics of a version, and what should be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, ItemFigures, KeyRevision, QuestionVersion
from learnapp.db.bank.reach import Version
from learnapp.db.core.base import total
from learnapp.db.core.many import one_of
from learnapp.db.exams import attempts, current_marks
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion
from learnapp.db.exams.first_sittings import is_first_sitting
from question_bank.model import ChoiceKey, key_from_json
from question_bank.statistics import (
    Answered,
    Concern,
    ItemStatistics,
    concerns,
    item_statistics,
)

MOST = 5_000  # the newest uses of a version; more would say nothing else


@dataclass(frozen=True)
class VersionStatistics:
    """A version's statistics and why it should be looked at."""

    found: ItemStatistics
    concerns: list[Concern]


def of_version(session: Session, version: Version) -> VersionStatistics:
    """Counted from the marks as they are now."""
    return _figures(session, version.row, version.key.key)


def _figures(session: Session, row: QuestionVersion, key: Any) -> VersionStatistics:
    options = [each["id"] for each in row.options]
    found = item_statistics(_answers(session, row.id), options)
    parsed = key_from_json(key)
    right = parsed.right_ids if isinstance(parsed, ChoiceKey) else frozenset[str]()
    return VersionStatistics(found, concerns(found, right))


def _answers(session: Session, version_id: int) -> Iterator[Answered]:
    """Each use of the version in a first sitting of an exam that was marked."""
    places = session.execute(
        select(PaperQuestion.attempt_id, PaperQuestion.ordinal, PaperQuestion.marks, Mark.awarded)
        .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
        .join(Mark, current_marks.of_place())
        .where(
            PaperQuestion.version_id == version_id,
            is_first_sitting(),
            current_marks.is_current(),
            current_marks.says_something(),
        )
        .order_by(PaperQuestion.attempt_id.desc())
        .limit(MOST)
    ).all()
    totals = _totals(session, [place.attempt_id for place in places])
    for place in places:
        answer = attempts.answers_of(session, place.attempt_id).get(place.ordinal)
        response = (answer.response if answer is not None else None) or {}
        yield Answered(
            place.awarded,
            place.marks,
            totals.get(place.attempt_id, 0) - place.awarded,
            tuple(response.get("options", ())),
        )


def _totals(session: Session, attempt_ids: Iterable[int]) -> dict[int, int]:
    """What each attempt earned in all, by its current marks."""
    ids = list(attempt_ids)
    found: dict[int, int] = defaultdict(int)
    for start in range(0, len(ids), 500):
        rows = session.execute(
            select(Mark.attempt_id, total(Mark.awarded))
            .where(Mark.attempt_id.in_(ids[start : start + 500]), current_marks.is_current())
            .group_by(Mark.attempt_id)
        )
        found.update({attempt_id: awarded for attempt_id, awarded in rows})
    return found


def refresh(session: Session, now: datetime, bank: Bank) -> int:
    """Count the bank's used versions again and keep what should be looked at. How many were used."""
    versions = session.scalars(
        select(QuestionVersion)
        .where(
            QuestionVersion.bank_id == bank.id,
            select(PaperQuestion.attempt_id)
            .where(PaperQuestion.version_id == QuestionVersion.id)
            .exists(),
        )
        .order_by(QuestionVersion.id)
    ).all()
    rows = []
    for row in versions:
        key = session.scalars(
            select(KeyRevision.key)
            .where(KeyRevision.version_id == row.id)
            .order_by(KeyRevision.number.desc())
            .limit(1)
        ).one()
        told = _figures(session, row, key)
        rows.append(
            {
                "version_id": row.id,
                "figures": asdict(told.found),
                "concerns": [str(each) for each in told.concerns],
                "as_of": now,
            }
        )
    session.execute(
        delete(ItemFigures).where(one_of(ItemFigures.version_id, (row.id for row in versions)))
    )
    if rows:
        session.execute(insert(ItemFigures), rows)
    return len(rows)


def to_look_at(
    session: Session, bank: Bank, limit: int
) -> list[tuple[QuestionVersion, ItemFigures]]:
    """The first of the bank's versions that something speaks against, as they were last counted."""
    rows = session.execute(
        select(QuestionVersion, ItemFigures)
        .join(ItemFigures, ItemFigures.version_id == QuestionVersion.id)
        .where(QuestionVersion.bank_id + 0 == bank.id, text("item_figures.concerns <> '[]'"))
        .order_by(ItemFigures.version_id)
        .limit(limit)
    )
    return [(version, figures) for version, figures in rows]
