"""Exams: blueprints checked against the bank, exams with their windows, and what a person may sit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_start, drawing, windows
from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import require_scope
from learnapp.db.study.models import Item
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.bands import Band
from learnapp.domain.exams.exams import (
    AVOID_DAYS,
    AttemptState,
    CountingRule,
    ExamKind,
    PaperMode,
    Release,
    WindowKind,
    WindowState,
    WindowTimes,
)
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.study.owed import Owed, OwedState, is_for, may_begin, state_of_attempt
from learnapp.domain.study.programme import ItemKind
from learnapp.services.exams.added_windows import follow_added
from learnapp.services.study.owed import OwnExam, exams_of


@dataclass(frozen=True)
class ExamPlan:
    """What an admin decides about an exam with one window."""

    title: str
    kind: ExamKind
    duration: timedelta
    opens_at: datetime
    closes_at: datetime
    pass_permille: int = 600
    tries: int = 1
    release: Release = Release.AT_ONCE
    multiple_rule: str = "all_or_nothing"
    paper: PaperMode = PaperMode.EACH
    markers: int = 1
    counts: CountingRule = CountingRule.BEST
    bands: tuple[Band, ...] = ()
    networks: tuple[str, ...] = ()
    avoid_days: int = AVOID_DAYS
    way_back: timedelta | None = None  # 补学 for the failed, for so long after the close
    series_id: int | None = None


def add_exam(caller: Caller, blueprint_id: int, plan: ExamPlan) -> Exam:
    """An exam with its first window and the item that a programme can require.

    Raises RuleBroken(field, …): name_needed, dates_out_of_order, window_in_the_past.
    """
    session = caller.session
    blueprint = session.get(BlueprintRow, blueprint_id)
    if blueprint is None:
        raise NotFound("blueprint_unknown")
    require_scope(
        session,
        caller.actor,
        Permission.EXAM_EDIT,
        blueprint.owner_unit_id,
        local_day(caller.now),
    )
    if not plan.title.strip():
        raise RuleBroken("title", "name_needed")
    total = drawing.blueprint_of(session, blueprint.id).total_marks
    exam = exam_row(caller, blueprint, plan, total)
    session.add(exam)
    session.flush()
    add_window(caller, exam, WindowKind.MAIN, plan.opens_at, plan.closes_at)
    if plan.way_back is not None:
        until = plan.closes_at + plan.way_back
        add_window(caller, exam, WindowKind.REMEDIAL, plan.opens_at, until)
    session.add(Item(kind=ItemKind.EXAM, title=exam.title, exam_id=exam.id))
    session.flush()
    audit_log.record(caller, "exam.added", ("exam", exam.id))
    return exam


def exam_row(caller: Caller, blueprint: BlueprintRow, plan: ExamPlan, total: int) -> Exam:
    """The plan as a row; the pass mark is fixed in hundredths of the `total`, rounded up."""
    return Exam(
        owner_unit_id=blueprint.owner_unit_id,
        series_id=plan.series_id,
        kind=plan.kind,
        title=plan.title.strip(),
        blueprint_id=blueprint.id,
        duration_s=int(plan.duration.total_seconds()),
        pass_mark=-(-total * plan.pass_permille // 1000),
        tries=plan.tries,
        multiple_rule=plan.multiple_rule,
        release=plan.release,
        paper=plan.paper,
        avoid_days=plan.avoid_days,
        markers=plan.markers,
        counts=plan.counts,
        networks=list(plan.networks),
        bands=[[band.name, band.permille] for band in plan.bands],
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )


def add_window(
    caller: Caller,
    exam: Exam,
    kind: WindowKind,
    opens_at: datetime,
    closes_at: datetime,
) -> ExamWindow:
    """A further batch, make-up, retake or resit."""
    if closes_at <= opens_at:
        raise RuleBroken("closes_at", "dates_out_of_order")
    if closes_at <= caller.now:
        raise RuleBroken("closes_at", "window_in_the_past")
    window = ExamWindow(
        exam_id=exam.id,
        kind=kind,
        opens_at=opens_at,
        closes_at=closes_at,
        state=WindowState.PLANNED,
        recorded_at=caller.now,
    )
    caller.session.add(window)
    caller.session.flush()
    audit_log.record(caller, "window.added", ("exam", exam.id), window=window.id)
    follow_added(caller, window)
    return window


@dataclass(frozen=True)
class ExamCard:
    """An exam's window as its candidate's list shows it, with the newest attempt in it, if any.

    `owed` is the state of the attempt, or of the exam where there is none; `may_begin`: whether an
    attempt may be begun in it now.
    """

    exam: Exam
    window: ExamWindow
    attempt: AttemptFacts | None
    owed: Owed
    may_begin: bool


def sittable(session: Session, person_id: int, now: datetime) -> list[ExamCard]:
    """The windows of the exams that are asked of the person, and those in which they have an
    attempt, asked or not; the last to close first."""
    found = []
    for each in exams_of(session, person_id, now):
        found += [
            one for window in each.windows if (one := _sittable(each, window, now)) is not None
        ]
    return sorted(found, key=lambda one: (-one.window.closes_at.timestamp(), one.window.id))


CANCELLED_SHOWN = timedelta(days=7)  # so long after a cancelled window would have closed


def cancelled_for(session: Session, person_id: int, now: datetime) -> list[tuple[Exam, ExamWindow]]:
    """The cancelled windows that a person would have been asked to sit, while that is worth saying."""
    found = []
    for each in windows.cancelled_since(session, now - CANCELLED_SHOWN):
        seat = attempt_start.seat_of(session, each.window.id, person_id, lock=False)
        if seat is None or seat.shut_out:
            continue
        if attempt_start.is_expected(session, person_id, seat, now):
            found.append((each.exam, each.window))
    return found


def _sittable(own: OwnExam, window: ExamWindow, now: datetime) -> ExamCard | None:
    """None for a window without an attempt that is not for the person."""
    facts = next(each for each in own.facts.windows if each.id == window.id)
    here = [each for each in own.facts.attempts if each.window_id == window.id]
    live = [each for each in here if each.state is not AttemptState.VOIDED]
    tried = live or here
    newest = tried[-1] if tried else None
    if newest is None and not is_for(own.facts, facts):
        return None
    owed = own.owed
    if newest is not None and owed.state is not OwedState.VOIDED_OPEN:
        owed = state_of_attempt(newest, now)
    holds = WindowTimes(window.opens_at, window.closes_at).holds(now)
    return ExamCard(own.exam, window, newest, owed, holds and may_begin(own.facts, facts))
