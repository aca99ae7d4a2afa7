"""What a person reads before the clock runs: what an exam asks, its rules, and whether it may be begun."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.exams.drawing import blueprint_of
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.deadline import base_deadline
from learnapp.domain.exams.exams import Release, WindowKind
from learnapp.domain.exams.result_visibility import release_of
from learnapp.services.exams import attempt_news, attempt_start
from question_bank.kinds import QuestionType


@dataclass(frozen=True)
class PaperPart:
    """So many questions of a type at the same marks each, in hundredths."""

    type: QuestionType
    count: int
    marks: int


@dataclass(frozen=True)
class StartPage:
    """An exam's window before its start, for one person."""

    exam: Exam
    window: ExamWindow
    parts: list[PaperPart]
    full_marks: int
    extra: timedelta  # further time that this person has from the start
    time: (
        timedelta  # what a start now would give, without it: less than the duration near the close
    )
    tries_made: int
    release: Release
    announcements: list[str]
    open_attempt: str | None  # public id
    last_attempt: str | None  # public id of the newest that is not open
    refusal: Conflict | None

    @property
    def may_start(self) -> bool:
        """Whether a start now opens a new attempt."""
        return self.refusal is None and self.open_attempt is None

    @property
    def questions(self) -> int:
        """How many questions the paper has."""
        return sum(part.count for part in self.parts)


def of_window(caller: Caller, window_id: int, address: str | None) -> StartPage:
    """A window's start page; whether it may be begun follows from the rules of `attempt_start.start`.

    Raises NotFound for a window of an exam that does not expect the person.
    """
    session = caller.session
    ready = attempt_start.readiness(caller, window_id, address)
    window = session.get_one(ExamWindow, window_id)
    exam = session.get_one(Exam, window.exam_id)
    blueprint = blueprint_of(session, exam.blueprint_id)
    ended = [each.public_id for each in ready.made if each is not ready.open]
    duration = timedelta(seconds=exam.duration_s)
    begun = max(caller.now, window.opens_at)
    counts: Counter[tuple[QuestionType, int]] = Counter()
    for cell in blueprint.cells:
        counts[cell.type, cell.marks] += cell.count
    return StartPage(
        exam=exam,
        window=window,
        parts=[PaperPart(type_, count, marks) for (type_, marks), count in counts.items()],
        full_marks=blueprint.total_marks,
        extra=timedelta(seconds=ready.seat.extra_s if ready.seat else 0),
        time=base_deadline(begun, duration, window.closes_at) - begun,
        tries_made=ready.tries_made,
        release=release_of(Release(exam.release), WindowKind(window.kind)),
        announcements=attempt_news.announced_in(session, window_id).texts,
        open_attempt=None if ready.open is None else ready.open.public_id,
        last_attempt=ended[-1] if ended else None,
        refusal=ready.refusal,
    )
