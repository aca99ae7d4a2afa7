"""Named queries that give the questions of a bank as values: content, key, category and passage."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import (
    Bank,
    BankCategory,
    BankQuestion,
    KeyRevision,
    Passage,
    QuestionVersion,
    VersionMedia,
)
from learnapp.db.core.many import one_of
from question_bank.model import Question, question_from_json


def whole_of(
    session: Session, bank_id: int | None, ids: Collection[int] | None = None
) -> Iterator[tuple[int, Question]]:
    """The newest version of each question of a bank (or of those ids) with its newest key."""
    version = (
        select(func.max(QuestionVersion.number))
        .where(QuestionVersion.question_id == BankQuestion.id)
        .correlate(BankQuestion)
        .scalar_subquery()
    )
    revision = (
        select(func.max(KeyRevision.number))
        .where(KeyRevision.version_id == QuestionVersion.id)
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    statement = (
        select(QuestionVersion, KeyRevision, BankCategory.path, Passage.content)
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .join(KeyRevision, KeyRevision.version_id == QuestionVersion.id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .outerjoin(Passage, Passage.id == QuestionVersion.passage_id)
        .where(QuestionVersion.number == version, KeyRevision.number == revision)
        .order_by(QuestionVersion.question_id)
    )
    if bank_id is not None:
        statement = statement.where(BankQuestion.bank_id == bank_id)
    if ids is not None:
        statement = statement.where(one_of(BankQuestion.id, ids))
    for row, key, path, passage in session.execute(statement):
        yield row.question_id, question_from_json(as_json(row, key, path, passage))


def published_of(session: Session, bank: Bank) -> list[tuple[int, Question]]:
    """The published versions of a bank by id, each as a question with its newest key."""
    revision = (
        select(func.max(KeyRevision.number))
        .where(KeyRevision.version_id == QuestionVersion.id)
        .correlate(QuestionVersion)
        .scalar_subquery()
    )
    rows = session.execute(
        select(QuestionVersion, KeyRevision, BankCategory.path, Passage.content)
        .join(KeyRevision, KeyRevision.version_id == QuestionVersion.id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .outerjoin(Passage, Passage.id == QuestionVersion.passage_id)
        .where(
            QuestionVersion.bank_id == bank.id,
            QuestionVersion.status == "published",
            KeyRevision.number == revision,
        )
        .order_by(QuestionVersion.id)
    )
    return [(row.id, question_from_json(as_json(row, *rest))) for row, *rest in rows]


def pictures_of(session: Session, bank: Bank) -> dict[str, str]:
    """The media types of all pictures of a bank, by SHA-256."""
    rows = session.execute(
        select(VersionMedia.sha256, VersionMedia.media_type)
        .join(QuestionVersion, QuestionVersion.id == VersionMedia.version_id)
        .where(QuestionVersion.bank_id == bank.id)
        .distinct()
    )
    return {sha256: kind for sha256, kind in rows}


def pictures_of_version(session: Session, version_id: int) -> dict[str, str]:
    """The media types of the pictures of a version, by SHA-256."""
    rows = session.execute(
        select(VersionMedia.sha256, VersionMedia.media_type).where(
            VersionMedia.version_id == version_id
        )
    )
    return {sha256: kind for sha256, kind in rows}


def as_json(
    version: QuestionVersion, key: KeyRevision, path: str | None = None, passage: Any = None
) -> dict[str, Any]:
    """A version with a key as the JSON data of a question, its explanation as it was put right."""
    return {
        "type": version.type,
        "stem": version.stem,
        "options": version.options,
        "key": key.key,
        **why_of(version, key),
        "category": path.split("/") if path else [],
        "difficulty": version.difficulty,
        "passage": passage,
    }


def why_of(version: Any, key: Any) -> dict[str, Any]:
    """Explanation and source of a version, as its key revision puts them right."""
    return {
        "explanation": version.explanation if key.explanation is None else key.explanation,
        "source": version.source if key.source is None else key.source,
    }


def versions_by_fingerprint(session: Session, bank: Bank) -> dict[str, int]:
    """The newest version of each of the bank's questions, by fingerprint."""
    rows = session.execute(
        select(BankQuestion.fingerprint, QuestionVersion.id)
        .join(QuestionVersion, QuestionVersion.question_id == BankQuestion.id)
        .where(BankQuestion.bank_id == bank.id)
        .order_by(QuestionVersion.number)
    )
    return {mark: version_id for mark, version_id in rows}
