"""Results of a window: who was expected, sat and passed, everybody's marks, what each question yielded."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.exams import mark_sheet as mark_sheet_queries
from learnapp.db.exams import regrading
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.mark_sheet import QuestionYield
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.open_papers import withheld_questions
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.exams.windows import main_before
from learnapp.db.operations import audit_log, background_jobs
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people import login_names, unit_paths
from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.mark_sheet import (
    Distribution,
    Grade,
    SheetLine,
    UnitResult,
    distribution,
    together,
)
from learnapp.domain.exams.roll import RollState
from learnapp.services.exams.window_tally import ALL, ListFilter, PersonLine, tally_of


@dataclass(frozen=True)
class SheetRow:
    """A person's row of the mark sheet."""

    person_id: int
    name: str
    login_name: str
    badge: str  # 警号 or 工号; empty for who has neither
    unit: str
    unit_id: int
    category: str
    state: RollState
    line: SheetLine
    waits: bool  # something of theirs was handed in and is not marked yet


@dataclass(frozen=True)
class ListPart:
    """Which part of the list is wanted: from an offset on, so many (None: all) of those who fit."""

    only: ListFilter = ALL
    offset: int = 0
    size: int | None = None


WHOLE = ListPart()


@dataclass(frozen=True)
class WindowResults:
    """A window's results: rows in 建制序 and by name, never by mark; `found` is how many fit.

    `totals.passed`: how many on the roll have passed the exam, by the rule of which attempt counts.
    """

    exam: Exam
    window: ExamWindow
    totals: UnitResult
    units: list[UnitResult]
    unit_names: dict[int, str]
    grades: list[Grade]
    rows: list[SheetRow]
    found: int
    marks: Distribution
    people: int  # how many are on the list in all
    regrading: bool = False  # a correction is in force that has not reached everybody yet


def of_window(caller: Caller, window_id: int, listed: ListPart = WHOLE) -> WindowResults:
    """Return the results of a window within reach. Raises NotFound, Forbidden."""
    session = caller.session
    exam, window = window_in_reach(caller, window_id, Permission.MARKS_READ)
    tally = tally_of(caller, exam, window)
    units, grades = tally.units(), tally.grades()
    names = unit_paths.labels(session, {each.unit_id for each in units}, local_day(caller.now))
    lines = tally.page(session, exam.id, listed.only, listed.offset, listed.size)
    return WindowResults(
        exam=exam,
        window=window,
        totals=together(units),
        units=units,
        unit_names=names,
        grades=[each for each in Grade if grades[each]],
        rows=_rows(caller, window, lines, names),
        found=tally.count(listed.only),
        marks=distribution(tally.lines()),
        people=sum(grades.values()),
        regrading=regrading.are_asked(
            session, window_id, background_jobs.questions_regraded(session)
        ),
    )


def _rows(
    caller: Caller, window: ExamWindow, lines: list[PersonLine], units: dict[int, str]
) -> list[SheetRow]:
    session, people = caller.session, [each.person_id for each in lines]
    names = roll_queries.names_and_logins(session, people)
    badges = login_names.badges_of(session, people)
    line_id, day = default_line(session).id, local_day(window.closes_at)
    categories = mark_sheet_queries.categories(session, line_id, people, day)
    return [
        SheetRow(
            person_id=each.person_id,
            name=names[each.person_id].name,
            login_name=names[each.person_id].login_name,
            badge=badges.get(each.person_id, ""),
            unit=units[each.unit_id],
            unit_id=each.unit_id,
            category=categories.get(each.person_id, ""),
            state=each.state,
            line=each.line,
            waits=each.waits,
        )
        for each in lines
    ]


@dataclass(frozen=True)
class UnitCompared:
    """A unit in a window and in the one before: None where it had nobody in one of them."""

    unit_id: int  # 0: all together
    name: str
    now: UnitResult | None
    before: UnitResult | None


@dataclass(frozen=True)
class Comparison:
    """A window by unit in 建制序, beside the last main window of an exam of the same kind and owner."""

    exam: Exam
    window: ExamWindow
    before: tuple[Exam, ExamWindow] | None
    whole: UnitCompared
    units: list[UnitCompared]


def compared(caller: Caller, window_id: int) -> Comparison:
    """Units compared with the last window, never people. Raises NotFound, Forbidden."""
    session = caller.session
    exam, window = window_in_reach(caller, window_id, Permission.MARKS_READ)
    tally = tally_of(caller, exam, window)
    now = {each.unit_id: each for each in tally.units()}
    last = main_before(session, exam, window)
    before: dict[int, UnitResult] = {}
    if last is not None:
        before = {each.unit_id: each for each in tally_of(caller, *last).units()}
    names = unit_paths.labels(session, now.keys() | before.keys(), local_day(caller.now))
    return Comparison(
        exam,
        window,
        last,
        UnitCompared(0, "", together(now.values()), together(before.values()) if last else None),
        [
            UnitCompared(unit, names[unit], now.get(unit), before.get(unit))
            for unit in tally.in_order(now.keys() | before.keys())
        ],
    )


@dataclass(frozen=True)
class QuestionResults:
    """What a window's questions yielded, those with the fewest marks first; how many there are."""

    exam: Exam
    window: ExamWindow
    questions: list[QuestionYield]
    found: int


def questions_of(caller: Caller, window_id: int, offset: int, size: int) -> QuestionResults:
    """A part of a window's questions; those on a paper that the actor has not handed in are left out.

    Raises NotFound, Forbidden.
    """
    session = caller.session
    exam, window = window_in_reach(caller, window_id, Permission.MARKS_READ)
    hidden = withheld_questions(session, caller.actor)
    found = mark_sheet_queries.yields(session, window_id)
    shown = [each for each in found if each.question_id not in hidden]
    return QuestionResults(exam, window, shown[offset : offset + size], len(shown))


def record_export(caller: Caller, exam_id: int, window_id: int, form: str) -> None:
    """Record in the audit who took the marks out of the system, and in which form."""
    audit_log.record(caller, "marks.exported", ("exam", exam_id), window=window_id, form=form)


def record_sheet(caller: Caller, job: BackgroundJob, form: str) -> None:
    """Record in the audit who took a sheet of many out of the system, and in which form."""
    params = job.params
    if "window" in params:
        window = caller.session.get_one(ExamWindow, params["window"])
        record_export(caller, window.exam_id, window.id, form)
        return
    about = ("unit", params["unit"])
    audit_log.record(caller, "marks.year_exported", about, year=params["year"], form=form)
