"""What staff and candidates do in tests of exams, one step each."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_of
from learnapp.db.progress import counters
from learnapp.db.progress.figure_facts import duties_in_force, stages_in_force
from learnapp.db.study.models import Item
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import WindowKind, WindowTimes
from learnapp.services.exams import (
    attempt_start,
    attempts,
    exams,
    grading,
    key_correction,
    late_answers,
    reopening,
    window_corrections,
)
from learnapp.services.exams.grading import GivenGrade
from learnapp.services.operations import verify
from tests.rulings import KEEPS
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

MINUTE = timedelta(minutes=1)
OPENS, CLOSES = NOW + timedelta(hours=1), NOW + timedelta(hours=9)
REVISED = EARLY + timedelta(minutes=5)  # when a key is put right, unless the test says otherwise


def deed(ground: ExamFixture, what, now, *args):
    """The admin does something in a transaction of its own; what it returns."""
    with ground.database.writing() as session:
        return what(Caller(session, ground.admin, now), *args)


def at_once(deeds: list[Callable[[], object]]) -> list[object]:
    """Each deed in a thread of its own, all let go at the same instant; what each came to."""
    gate = threading.Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [each.result() for each in [pool.submit(run, deed) for deed in deeds]]


def agree(session, now) -> None:
    """Counters, results and completions agree with the facts."""
    counters.refresh(session, now)
    assert verify.differences(session, now) == []


def attempts_agree(session, now=REVISED) -> bool:
    """Whether what is computed of attempts agrees with their facts."""
    return not [line for line in verify.differences(session, now) if "attempt" in line]


# ---- windows ----


def add_window(
    ground: ExamFixture, kind: WindowKind, opens: datetime, closes: datetime, now=NOW
) -> int:
    """A further window of the exam; its id."""
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        return exams.add_window(Caller(session, ground.admin, now), exam, kind, opens, closes).id


def window(session, ground: ExamFixture) -> ExamWindow:
    return session.get_one(ExamWindow, ground.window_id)


def correct(ground: ExamFixture, now, opens=OPENS, closes=CLOSES, reason="通知写错了") -> bool:
    """The main window gets other times; whether they are other times."""
    new = WindowTimes(opens, closes)
    return deed(ground, window_corrections.correct, now, ground.window_id, new, reason)


def due(ground: ExamFixture) -> datetime | None:
    """When the exam falls due, by the duties in force; None when it is not asked."""
    with ground.database.reading() as session:
        item_id = session.scalar(select(Item.id).where(Item.exam_id == ground.exam_id))
        found = duties_in_force(session, stages_in_force(session)).values()
        return next((d.due_at for duties in found for d in duties if d.item_id == item_id), None)


# ---- attempts ----


def deadline(ground: ExamFixture, officer, now=EARLY):
    with ground.database.reading() as session:
        return attempts_of(session, officer.own_id(), ground.exam_id, now)[-1].deadline


def hand_in(
    ground: ExamFixture, officer: Actor, answers=None, now=EARLY, window_id: int | None = None
) -> str:
    """An attempt begun and handed in at one instant; its public id.

    `answers` gives (place, response) for the places to answer, from a session and the public id.
    """
    with ground.database.writing() as session:
        window = window_id or ground.window_id
        public_id = attempt_start.start(
            Caller(session, officer, now), window, uuid.uuid4().hex
        ).public_id
    with ground.database.writing() as session:
        events = [
            AnswerEvent(str(uuid.uuid4()), seq, place, response)
            for seq, (place, response) in enumerate(
                answers(session, public_id) if answers else (), 1
            )
        ]
        attempts.submit(Caller(session, officer, now), public_id, events)
    return public_id


def hand_in_again(ground: ExamFixture, officer: Actor, public_id: str) -> None:
    """An attempt reopened a minute after EARLY and handed in a minute later; all agrees then."""
    assert deed(ground, reopening.reopen, EARLY + MINUTE, public_id, 0, "手滑")
    with ground.database.writing() as session:
        agree(session, EARLY + MINUTE)
        attempts.submit(Caller(session, officer, EARLY + 2 * MINUTE), public_id)
        agree(session, EARLY + 2 * MINUTE)


def hand_in_empty(ground: ExamFixture, officer: Actor) -> str:
    """An attempt in which nothing is answered; its public id."""
    return hand_in(ground, officer)


def hand_in_written(
    ground: ExamFixture, now=EARLY, window_id: int | None = None, officer=None, text="要点"
):
    """An attempt with both short answers written and nothing else: (officer, attempt, places)."""
    officer, places = officer or ground.officer(), []

    def write(session, public_id: str):
        places.extend(
            session.scalars(
                select(PaperQuestion.ordinal)
                .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
                .where(Attempt.public_id == public_id, PaperQuestion.type == "short_answer")
            )
        )
        return [(place, {"text": text}) for place in places]

    return officer, hand_in(ground, officer, write, now, window_id), places


# ---- marks ----


def blind(session, public_id: str) -> str:
    """What markers know an attempt by."""
    return session.scalar(select(Attempt.marking_id).where(Attempt.public_id == public_id))


def give(
    ground: ExamFixture, marker: Actor, public_id: str, place: int, awarded: int, now=EARLY, **more
):
    """A marker gives one answer its marks."""
    with ground.database.writing() as session:
        grading.submit_grade(
            Caller(session, marker, now),
            blind(session, public_id),
            place,
            GivenGrade(awarded, **more),
        )


def result_of(ground: ExamFixture, public_id: str):
    """The newest result of an attempt; None while something waits for its marks."""
    with ground.database.reading() as session:
        attempt_id = session.scalar(select(Attempt.id).where(Attempt.public_id == public_id))
        return attempt_papers.result_of(session, attempt_id)


def result(session, attempt_id: int) -> tuple[int, int, bool]:
    """(marks, full marks, passed) of an attempt that is marked."""
    found = attempt_papers.result_of(session, attempt_id)
    return found.awarded, found.full, found.passed


def newest(session, attempt_id: int, place: int):
    """The mark that counts of one place."""
    return attempt_papers.marks_of(session, attempt_id)[place]


def revise(ground: ExamFixture, session, version_id, wanted, decision=KEEPS, now=REVISED):
    """The admin puts a question right; what changed."""
    return key_correction.revise(Caller(session, ground.admin, now), version_id, wanted, decision)


def admit_late(
    ground: ExamFixture, session: Session, officer: Actor, public_id: str
) -> PaperQuestion:
    """Hand the attempt in, write its first short answer too late, and admit that; the question."""
    attempts.submit(Caller(session, officer, EARLY), public_id)
    head = attempt_papers.head_of(session, public_id, officer.own_id())
    place = session.scalars(
        select(PaperQuestion).where(
            PaperQuestion.attempt_id == head.id, PaperQuestion.type == "short_answer"
        )
    ).first()
    assert place is not None
    event = AnswerEvent(
        "00000001-0000-4000-8000-0000000001a7", 1, place.ordinal, {"text": "写了"}, False
    )
    attempts.receive(Caller(session, officer, REVISED), public_id, [event])
    late_answers.accept_late_answer(
        Caller(session, ground.admin, REVISED), public_id, event.event_id, "基站故障"
    )
    return place
