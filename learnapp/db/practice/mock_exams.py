"""Named queries of mock exams: what their papers may be drawn from, whose they are, what they ask."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank, BankCategory, KeyRevision, Passage, QuestionVersion
from learnapp.db.core.many import one_of
from learnapp.db.exams.drawing import as_candidate
from learnapp.db.exams.models import BlueprintFixed, Exam
from learnapp.db.practice.free_practice import practice_conditions
from learnapp.db.practice.models import MockExam, PracticeAnswer
from question_bank.pool import Candidate


@dataclass(frozen=True)
class PracticeStock:
    """What a mock paper may be drawn from, and the ids in it that are of other banks than the exam's."""

    candidates: list[Candidate]
    elsewhere: frozenset[int]


def stock(
    session: Session,
    person_id: int,
    now: datetime,
    source: tuple[int, int],
    free: ColumnElement[bool],
) -> PracticeStock:
    """What the person may practise now, without the questions that every paper of the exam has;
    `source` is the blueprint and its bank, `free` the condition that no exam withholds a version."""
    blueprint_id, bank_id = source
    fixed = select(BlueprintFixed.question_id).where(BlueprintFixed.blueprint_id == blueprint_id)
    rows = session.execute(
        select(
            QuestionVersion.id,
            QuestionVersion.type,
            BankCategory.path,
            QuestionVersion.difficulty,
            QuestionVersion.passage_id,
            QuestionVersion.bank_id,
        )
        .join(Bank, Bank.id == QuestionVersion.bank_id)
        .outerjoin(BankCategory, BankCategory.id == QuestionVersion.category_id)
        .where(
            *practice_conditions(person_id, now), free, QuestionVersion.question_id.not_in(fixed)
        )
    ).all()
    return PracticeStock(
        [
            as_candidate([row.id, row.type, row.path, row.difficulty, None, row.passage_id])
            for row in rows
        ],
        frozenset(row.id for row in rows if row.bank_id != bank_id),
    )


def open_mock(session: Session, person_id: int, now: datetime) -> MockExam | None:
    """The mock exam that the person has begun and neither handed in nor let run out."""
    return session.scalars(
        select(MockExam)
        .where(
            MockExam.person_id == person_id,
            MockExam.handed_in_at.is_(None),
            MockExam.due_at > now,
        )
        .order_by(MockExam.id.desc())
        .limit(1)
    ).first()


def mock_of(
    session: Session, person_id: int, public_id: str, lock: bool = False
) -> MockExam | None:
    """A mock exam of the person's own; None for anybody else's."""
    wanted = select(MockExam).where(
        MockExam.public_id == public_id, MockExam.person_id == person_id
    )
    return session.scalar(wanted.with_for_update() if lock else wanted)


def mocks_of(session: Session, person_id: int) -> Sequence[tuple[MockExam, Exam]]:
    """The person's mock exams with the exams that they are of, the newest first."""
    rows = session.execute(
        select(MockExam, Exam)
        .join(Exam, Exam.id == MockExam.exam_id)
        .where(MockExam.person_id == person_id)
        .order_by(MockExam.started_at.desc(), MockExam.id.desc())
    )
    return [(mock, exam) for mock, exam in rows]


def remove_oldest(session: Session, person_id: int, most: int) -> None:
    """Remove the person's papers but the newest so many; their practice answers stay."""
    newest = (
        select(MockExam.id)
        .where(MockExam.person_id == person_id)
        .order_by(MockExam.started_at.desc(), MockExam.id.desc())
        .limit(most)
    )
    kept = list(session.scalars(newest))
    session.execute(
        delete(MockExam).where(MockExam.person_id == person_id, MockExam.id.not_in(kept))
    )


@dataclass(frozen=True)
class VersionAsked:
    """A question version with the material that it belongs to."""

    version: QuestionVersion
    passage: Any


def asked_versions(session: Session, version_ids: Collection[int]) -> dict[int, VersionAsked]:
    """What is asked, by version."""
    rows = session.execute(
        select(QuestionVersion, Passage.content)
        .outerjoin(Passage, Passage.id == QuestionVersion.passage_id)
        .where(one_of(QuestionVersion.id, version_ids))
    )
    return {version.id: VersionAsked(version, content) for version, content in rows}


def still_free(
    session: Session, version_ids: Collection[int], free: ColumnElement[bool]
) -> frozenset[int]:
    """Those of the versions that no exam withholds now."""
    rows = select(QuestionVersion.id).where(one_of(QuestionVersion.id, version_ids), free)
    return frozenset(session.scalars(rows))


def newest_keys(session: Session, version_ids: Collection[int]) -> Mapping[int, KeyRevision]:
    """The newest key of each version."""
    newest = (
        select(KeyRevision.version_id, func.max(KeyRevision.number).label("number"))
        .where(one_of(KeyRevision.version_id, version_ids))
        .group_by(KeyRevision.version_id)
        .subquery()
    )
    rows = session.scalars(
        select(KeyRevision).join(
            newest,
            (KeyRevision.version_id == newest.c.version_id)
            & (KeyRevision.number == newest.c.number),
        )
    )
    return {row.version_id: row for row in rows}


def answers_by_event(
    session: Session, person_id: int, event_ids: Collection[str]
) -> dict[str, PracticeAnswer]:
    """The person's practice answers of these events, by event."""
    rows = session.scalars(
        select(PracticeAnswer).where(
            PracticeAnswer.person_id == person_id, PracticeAnswer.event_id.in_(event_ids)
        )
    )
    return {row.event_id: row for row in rows}
