"""What real attempts say of questions: item statistics of a version, and what should be looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from learnapp.db.bank import item_uses
from learnapp.db.bank.current_keys import newest_key
from learnapp.db.bank.models import Bank, ItemFigures, QuestionVersion
from learnapp.db.bank.reach import Version
from learnapp.db.core.many import one_of
from learnapp.db.exams import attempts
from question_bank.model import ChoiceKey, key_from_json
from question_bank.statistics import (
    Concern,
    ItemResponse,
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


def _answers(session: Session, version_id: int) -> Iterator[ItemResponse]:
    """Each use of the version in a first sitting of an exam that was marked."""
    places = item_uses.uses_of(session, version_id, MOST)
    totals = item_uses.totals_of(session, [place.attempt_id for place in places])
    for place in places:
        answer = attempts.answers_of(session, place.attempt_id).get(place.ordinal)
        response = (answer.response if answer is not None else None) or {}
        yield ItemResponse(
            place.awarded,
            place.marks,
            totals.get(place.attempt_id, 0) - place.awarded,
            tuple(response.get("options", ())),
        )


def refresh(session: Session, now: datetime, bank: Bank) -> int:
    """Count the bank's used versions again and keep what should be looked at. How many were used."""
    versions = item_uses.used_versions(session, bank.id)
    rows = []
    for row in versions:
        key = newest_key(session, row.id).key
        measured = _figures(session, row, key)
        rows.append(
            {
                "version_id": row.id,
                "figures": asdict(measured.found),
                "concerns": [str(each) for each in measured.concerns],
                "as_of": now,
            }
        )
    session.execute(
        delete(ItemFigures).where(one_of(ItemFigures.version_id, (row.id for row in versions)))
    )
    if rows:
        session.execute(insert(ItemFigures), rows)
    return len(rows)
