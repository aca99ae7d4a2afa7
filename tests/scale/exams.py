"""Many people of one unit, and an exam that they have sat: written in bulk, as the services would."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import Credential
from learnapp.db.bank.models import Bank, KeyRevision, QuestionVersion
from learnapp.db.core.base import new_public_id
from learnapp.db.exams.attempt_models import AnswerToMark, Attempt, Mark, PaperQuestion, Result
from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import LoginName, Membership, Person
from learnapp.domain.exams.exams import AttemptState, WindowState
from learnapp.domain.people.people import LoginKind
from tests.scale.bank import BATCH, insert_many
from tests.small_office import HASH, NOW

_JOINED = date(2026, 1, 1)
QUESTIONS = 10  # on a paper; the last is a short answer


def people(session: Session, unit_id: int, count: int) -> list[int]:
    """So many members of a unit with a login name and an account; their ids in order."""
    line_id = default_line(session).id
    found: list[int] = []
    for start in range(0, count, BATCH):
        numbers = range(start, min(count, start + BATCH))
        ids = insert_many(
            session,
            Person,
            [
                {
                    "name": f"考生{each}",
                    "sort_key": f"kaosheng{each:06}",
                    "search_key": f"考生{each} kaosheng{each}",
                    "language": "zh",
                    "text_size": "1",
                    "recorded_at": NOW,
                }
                for each in numbers
            ],
        )
        session.execute(
            insert(LoginName.__table__), [_login(*each) for each in zip(ids, numbers, strict=True)]
        )
        session.execute(
            insert(Membership.__table__), [_member(each, unit_id, line_id) for each in ids]
        )
        session.execute(
            insert(Credential.__table__),
            [{"person_id": each, "password_hash": HASH, "changed_at": NOW} for each in ids],
        )
        found += ids
    return found


def _login(person_id: int, number: int) -> dict[str, object]:
    return {
        "person_id": person_id,
        "name": f"k{number}",
        "kind": LoginKind.BADGE,
        "valid_from": _JOINED,
        "recorded_at": NOW,
    }


def _member(person_id: int, unit_id: int, line_id: int) -> dict[str, object]:
    return {
        "person_id": person_id,
        "unit_id": unit_id,
        "line_id": line_id,
        "basis": "establishment",
        "category": "officer",
        "counts": True,
        "valid_from": _JOINED,
        "recorded_at": NOW,
    }


@dataclass(frozen=True)
class Place:
    """A question as papers have it: version, type, current key revision."""

    version_id: int
    type: str
    key_id: int


def places(session: Session, exam_id: int, count: int = QUESTIONS) -> list[Place]:
    """Questions of the exam's bank for a paper: closed ones, and one short answer at the end."""
    bank_id = session.scalar(
        select(BlueprintRow.bank_id)
        .join(Exam, Exam.blueprint_id == BlueprintRow.id)
        .where(Exam.id == exam_id)
    )
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.type, func.max(KeyRevision.id))
        .join(KeyRevision, KeyRevision.version_id == QuestionVersion.id)
        .where(QuestionVersion.bank_id == bank_id, QuestionVersion.status == "published")
        .group_by(QuestionVersion.id, QuestionVersion.type)
        .order_by(QuestionVersion.id)
        .limit(200)
    ).all()
    found = [Place(*row) for row in rows]
    closed = [each for each in found if each.type != "short_answer"][: count - 1]
    return [*closed, *[each for each in found if each.type == "short_answer"][:1]]


def earlier_exam(session: Session, exam_id: int) -> tuple[int, int]:
    """(exam id, window id) of an exam like this one a month before, which is over."""
    exam = session.get_one(Exam, exam_id)
    skipped = {"id", "title"}
    values = {c.key: getattr(exam, c.key) for c in Exam.__table__.columns if c.key not in skipped}
    before = Exam(**values, title="上月")
    session.add(before)
    session.flush()
    window = ExamWindow(
        exam_id=before.id,
        kind="main",
        opens_at=NOW - timedelta(days=30),
        closes_at=NOW - timedelta(days=29),
        state=WindowState.CLOSED,
        keys_shown_at=NOW - timedelta(days=29),
        recorded_at=NOW,
    )
    session.add(window)
    session.flush()
    return before.id, window.id


def sit(
    session: Session,
    window_id: int,
    sitting: Sequence[int],
    paper: Sequence[Place],
    unmarked: Collection[int] = (),
) -> None:
    """Handed-in attempts of these people with that paper; the short answers of the `unmarked` wait
    for a marker, the others have a result."""
    window = session.get_one(ExamWindow, window_id)
    waiting = set(unmarked)
    for start in range(0, len(sitting), BATCH):
        part = sitting[start : start + BATCH]
        ids = insert_many(session, Attempt, [_attempt(window, each) for each in part])
        session.execute(
            insert(PaperQuestion.__table__),
            [_on_paper(each, n, place) for each in ids for n, place in enumerate(paper, 1)],
        )
        session.execute(
            insert(Mark.__table__),
            [
                _mark(attempt_id, n, place)
                for attempt_id, person_id in zip(ids, part, strict=True)
                for n, place in enumerate(paper, 1)
                if place.type != "short_answer" or person_id not in waiting
            ],
        )
        to_mark = [
            _to_mark(window, attempt_id, n, place)
            for attempt_id, person_id in zip(ids, part, strict=True)
            for n, place in enumerate(paper, 1)
            if place.type == "short_answer" and person_id in waiting
        ]
        if to_mark:
            session.execute(insert(AnswerToMark.__table__), to_mark)
        done = [a for a, p in zip(ids, part, strict=True) if p not in waiting]
        if done:
            session.execute(insert(Result.__table__), [_result(each, len(paper)) for each in done])


def _attempt(window: ExamWindow, person_id: int) -> dict[str, object]:
    begun = window.opens_at + timedelta(minutes=5)
    return {
        "public_id": new_public_id(),
        "marking_id": new_public_id(),
        "exam_id": window.exam_id,
        "window_id": window.id,
        "person_id": person_id,
        "number": 1,
        "channel": "online",
        "state": AttemptState.SUBMITTED,
        "seed": "5eed",
        "started_at": begun,
        "base_deadline": begun + timedelta(minutes=20),
        "submitted_at": begun + timedelta(minutes=15),
        "submitted_by": "person",
        "avoided": [],
        "shown": [],
    }


def _on_paper(attempt_id: int, ordinal: int, place: Place) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "ordinal": ordinal,
        "version_id": place.version_id,
        "section": "一",
        "type": place.type,
        "blanks": 0,
        "option_order": [],
        "marks": 1000,
    }


def _to_mark(window: ExamWindow, attempt_id: int, question: int, place: Place) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "question": question,
        "exam_id": window.exam_id,
        "version_id": place.version_id,
    }


def _mark(attempt_id: int, question: int, place: Place) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "question": question,
        "number": 1,
        "key_revision_id": place.key_id,
        "awarded": 1000 if (attempt_id + question) % 3 else 0,
        "right": bool((attempt_id + question) % 3),
        "comment": "",
        "recorded_at": NOW,
    }


def _result(attempt_id: int, questions: int) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "number": 1,
        "awarded": 700 * questions,
        "full": 1000 * questions,
        "passed": attempt_id % 5 != 0,
        "recorded_at": NOW,
    }


def bank_of(session: Session, exam_id: int) -> Bank:
    """The bank that an exam draws from."""
    return session.scalars(
        select(Bank)
        .join(BlueprintRow, BlueprintRow.bank_id == Bank.id)
        .join(Exam, Exam.blueprint_id == BlueprintRow.id)
        .where(Exam.id == exam_id)
    ).one()
