"""补学: the way back after a failed exam: the sections behind the wrong answers, then another paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db import progress as duties
from learnapp.db import remedy as queries
from learnapp.db import windows
from learnapp.db.exams import Exam, ExamWindow
from learnapp.db.insert import insert_if_new
from learnapp.db.remedy import RemedyReading
from learnapp.domain.errors import NotFound
from learnapp.domain.exams import Span, WindowKind
from learnapp.domain.permissions import Actor
from learnapp.domain.remedy import citations, rests_on

# How long after the exam its way back stays open, unless its owner says otherwise.
USUAL = timedelta(days=30)


@dataclass(frozen=True)
class Section:
    """A section behind at least one wrong answer."""

    version_id: int
    ordinal: int
    title: str
    heading: str
    html: str
    length: int
    questions: int
    read: bool


@dataclass(frozen=True)
class WayBack:
    """Where somebody stands who failed."""

    exam: Exam
    window: ExamWindow
    attempt_id: int
    attempt: str
    sections: list[Section]
    unplaced: list[str]  # what wrong answers rest on that no reading treats; told once it is over

    @property
    def unread(self) -> int:
        """Sections to read before the next paper."""
        return sum(not each.read for each in self.sections)


def way_back(session: Session, actor: Actor, now: datetime, exam_id: int) -> WayBack | None:
    """The actor's way back in an exam; None when they have passed, not sat, or there is none open."""
    assert actor.person_id is not None
    window = queries.window_of(session, exam_id, WindowKind.REMEDIAL)
    if window is None or not Span(window.opens_at, window.closes_at).holds(now):
        return None
    last = queries.last_attempt(session, actor.person_id, exam_id)
    if last is None or last.passed is not False:
        return None
    sections, unplaced = _behind(session, actor.person_id, now, last.id)
    if not windows.is_over(session, exam_id, now):
        unplaced = []  # a source is told with the key, not before (house rule 5)
    exam = session.get_one(Exam, exam_id)
    return WayBack(exam, window, last.id, last.public_id, sections, unplaced)


def _behind(
    session: Session, person_id: int, now: datetime, attempt_id: int
) -> tuple[list[Section], list[str]]:
    """The sections of what the person is asked to read that treat what they answered wrongly."""
    items = duties.items_asked_of(session, person_id, now)
    portions = [item.portion_id for item in items if item.portion_id is not None]
    texts = queries.sections_of(session, portions)
    wrong = queries.wrong_in(session, attempt_id)
    read = queries.read_after(session, attempt_id)
    behind: dict[tuple[int, int], int] = {}
    unplaced = []
    for question in wrong:
        found = [(t.version_id, t.ordinal) for t in texts if _treats(t, question)]
        for key in found:
            behind[key] = behind.get(key, 0) + 1
        if not found and question.source:
            unplaced.append(question.source)
    sections = [
        Section(
            t.version_id, t.ordinal, t.title, t.heading, t.html, t.length,
            behind[key], key in read,
        )
        for t in texts
        if (key := (t.version_id, t.ordinal)) in behind
    ]
    return sections, list(dict.fromkeys(unplaced))


def _treats(text: Any, question: Any) -> bool:
    """A section treats a question that its portion checks, or whose article it explains."""
    if text.check_question_id is not None and text.check_question_id == question.question_id:
        return True
    return rests_on(text.title, text.html, citations(question.source or question.law))


def read(
    session: Session, actor: Actor, now: datetime, exam_id: int, version_id: int, ordinal: int
) -> WayBack:
    """Record that a section was read since the failed attempt. Raises NotFound for any other."""
    way = way_back(session, actor, now, exam_id)
    if way is None or not any(
        (each.version_id, each.ordinal) == (version_id, ordinal) for each in way.sections
    ):
        raise NotFound("section_unknown")
    row = {
        "attempt_id": way.attempt_id,
        "version_id": version_id,
        "ordinal": ordinal,
        "recorded_at": now,
    }
    session.execute(insert_if_new(session, RemedyReading).values(row))
    after = way_back(session, actor, now, exam_id)
    assert after is not None
    return after
