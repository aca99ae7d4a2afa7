"""Results of a window: who was expected, sat and passed, everybody's marks, what each question yielded."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.exams import mark_sheet as mark_sheet_queries
from learnapp.db.exams import regrading
from learnapp.db.exams.mark_sheet import QuestionYield
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.open_papers import withheld_questions
from learnapp.db.operations import audit_log, background_jobs
from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.exams.mark_sheet import Distribution, SheetLine, distribution, line_of
from learnapp.domain.exams.outcomes import AttemptFacts, counting
from learnapp.domain.exams.roll import RollCounts, RollState, decisive_attempt, has_passed
from learnapp.services.exams import monitoring
from learnapp.services.exams.monitoring import Expected

MOST_QUESTIONS = 10


@dataclass(frozen=True)
class SheetRow:
    """A person's row of the mark sheet."""

    person_id: int
    name: str
    login_name: str
    unit: str
    unit_id: int
    category: str
    state: RollState
    line: SheetLine
    waits: bool  # something of theirs was handed in and is not marked yet


@dataclass(frozen=True)
class WindowResults:
    """A window's results: rows in 建制序 and by name, never by mark.

    `passed`: how many on the roll have passed the exam, by the rule of which attempt counts.
    """

    exam: Exam
    window: ExamWindow
    totals: RollCounts
    passed: int
    rows: list[SheetRow]
    marks: Distribution
    questions: list[QuestionYield]
    regrading: bool = False  # a correction is in force that has not reached everybody yet

    @property
    def unmarked(self) -> int:
        """How many handed in and are not marked yet."""
        return sum(each.waits for each in self.rows)


def of_window(caller: Caller, window_id: int) -> WindowResults:
    """Return the results of a window within reach. Raises NotFound, Forbidden.

    Questions on a paper that the actor has not handed in are left out of the questions.
    """
    session, day = caller.session, local_day(caller.now)
    room = monitoring.room(caller, window_id, permission=Permission.MARKS_READ)
    line_id = default_line(session).id
    people = [each.person_id for each in room.people]
    categories = mark_sheet_queries.categories(
        session, line_id, people, local_day(room.window.closes_at)
    )
    places = mark_sheet_queries.order_of_units(session, line_id, day)
    kinds = {each.id: WindowKind(each.kind) for each in room.windows}
    over = caller.now >= room.window.closes_at
    rows = [
        _row(each, _line(room, each, kinds, over), categories.get(each.person_id, ""))
        for each in sorted(
            room.people,
            key=lambda each: (places.get(each.unit_id, len(places)), each.sort_key, each.person_id),
        )
    ]
    hidden = withheld_questions(caller.session, caller.actor)
    found = mark_sheet_queries.yields(session, window_id, MOST_QUESTIONS)
    return WindowResults(
        exam=room.exam,
        window=room.window,
        totals=room.totals,
        passed=sum(has_passed(room.about, each.made) for each in room.people),
        rows=rows,
        marks=distribution(each.line for each in rows),
        questions=[each for each in found if each.question_id not in hidden],
        regrading=regrading.are_asked(
            session, window_id, background_jobs.questions_regraded(session)
        ),
    )


def _of_sheet(room: monitoring.Room, person: Expected) -> AttemptFacts | None:
    """The attempt that counts by the exam's rule, as in the totals; while none is marked, the one
    of the roll."""
    found = counting(room.about.counts, person.made)
    return found or decisive_attempt(room.about, person.made)


def _line(
    room: monitoring.Room, person: Expected, kinds: dict[int, WindowKind], over: bool
) -> SheetLine:
    attempt = _of_sheet(room, person)
    kind = None if attempt is None else kinds.get(attempt.window_id)
    return line_of(person.standing, attempt, kind, over=over)


def _row(person: Expected, line: SheetLine, category: str) -> SheetRow:
    return SheetRow(
        person_id=person.person_id,
        name=person.name,
        login_name=person.login_name,
        unit=person.unit,
        unit_id=person.unit_id,
        category=category,
        state=person.standing,
        line=line,
        waits=any(each.counts and each.passed is None for each in person.made),
    )


def record_export(caller: Caller, exam_id: int, window_id: int, form: str) -> None:
    """Record in the audit who took the marks out of the system, and in which form."""
    audit_log.record(caller, "marks.exported", ("exam", exam_id), window=window_id, form=form)
