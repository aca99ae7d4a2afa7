"""Exams: blueprints checked against the bank, exams with their windows, and what a person may sit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from learnapp.db import drawing
from learnapp.db import progress as duties
from learnapp.db.exams import (
    Attempt,
    BlueprintRow,
    Exam,
    ExamWindow,
    MarksRelease,
    Result,
    WindowPerson,
)
from learnapp.db.scope import must_reach
from learnapp.db.study import Item
from learnapp.domain.calendar import local_day
from learnapp.domain.errors import NotFound, RuleBroken
from learnapp.domain.exams import (
    AVOID_DAYS,
    AttemptState,
    Band,
    Counts,
    ExamKind,
    PaperMode,
    Release,
    Tried,
    WindowKind,
    WindowState,
    marks_visible,
    release_of,
    tries_made,
    why_not,
)
from learnapp.domain.permissions import Actor, Permission
from learnapp.domain.programme import ItemKind
from learnapp.services import audit


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
    counts: Counts = Counts.BEST
    bands: tuple[Band, ...] = ()
    networks: tuple[str, ...] = ()
    avoid_days: int = AVOID_DAYS
    way_back: timedelta | None = None  # 补学 for the failed, for so long after the close


def add_exam(
    session: Session, actor: Actor, now: datetime, blueprint_id: int, plan: ExamPlan
) -> Exam:
    """An exam with its first window and the item that a programme can require.

    Raises RuleBroken(field, …): name_needed, dates_out_of_order, window_in_the_past.
    """
    blueprint = session.get(BlueprintRow, blueprint_id)
    if blueprint is None:
        raise NotFound("blueprint_unknown")
    must_reach(session, actor, Permission.EXAM_EDIT, blueprint.owner_unit_id, local_day(now))
    if not plan.title.strip():
        raise RuleBroken("title", "name_needed")
    exam = _row(session, actor, now, blueprint, plan)
    session.add(exam)
    session.flush()
    add_window(session, actor, now, exam, WindowKind.MAIN, plan.opens_at, plan.closes_at)
    if plan.way_back is not None:
        until = plan.closes_at + plan.way_back
        add_window(session, actor, now, exam, WindowKind.REMEDIAL, plan.opens_at, until)
    session.add(Item(kind=ItemKind.EXAM, title=exam.title, exam_id=exam.id))
    session.flush()
    audit.record(session, actor, now, "exam.added", ("exam", exam.id))
    return exam


def _row(
    session: Session, actor: Actor, now: datetime, blueprint: BlueprintRow, plan: ExamPlan
) -> Exam:
    """The plan as a row; the pass mark is fixed in hundredths, rounded up."""
    total = drawing.blueprint_of(session, blueprint.id).total_marks
    return Exam(
        owner_unit_id=blueprint.owner_unit_id,
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
        recorded_at=now,
        recorded_by=actor.person_id,
    )


def add_window(
    session: Session,
    actor: Actor,
    now: datetime,
    exam: Exam,
    kind: WindowKind,
    opens_at: datetime,
    closes_at: datetime,
) -> ExamWindow:
    """A further batch, make-up, retake or resit."""
    if closes_at <= opens_at:
        raise RuleBroken("closes_at", "dates_out_of_order")
    if closes_at <= now:
        raise RuleBroken("closes_at", "window_in_the_past")
    window = ExamWindow(
        exam_id=exam.id,
        kind=kind,
        opens_at=opens_at,
        closes_at=closes_at,
        state=WindowState.PLANNED,
        recorded_at=now,
    )
    session.add(window)
    session.flush()
    audit.record(session, actor, now, "window.added", ("exam", exam.id), window=window.id)
    return window


@dataclass(frozen=True)
class Sittable:
    """An exam window as its candidate's list shows it, with the newest attempt if any."""

    exam: Exam
    window: ExamWindow
    attempt: Attempt | None
    result: Result | None
    marks_visible: bool
    tries_left: int


def sittable(session: Session, person_id: int, now: datetime) -> list[Sittable]:
    """The windows of the exams that are asked of the person, the nearest close first."""
    asked = [
        item.exam_id for item in duties.items_asked_of(session, person_id, now) if item.exam_id
    ]
    rows = session.execute(
        select(Exam, ExamWindow)
        .join(ExamWindow, ExamWindow.exam_id == Exam.id)
        .where(Exam.id.in_(asked), Exam.retired_at.is_(None))
        .order_by(ExamWindow.closes_at.desc(), ExamWindow.id)
    ).all()
    batches = _batches(session, asked, person_id)
    attempts = session.scalars(
        select(Attempt)
        .where(Attempt.person_id == person_id, Attempt.exam_id.in_(asked))
        .order_by(Attempt.started_at, Attempt.id)
    ).all()
    results = {
        row.attempt_id: row
        for row in session.scalars(
            select(Result)
            .where(Result.attempt_id.in_([attempt.id for attempt in attempts]))
            .order_by(Result.number)
        )
    }
    released = _released(session, asked)
    found = []
    for exam, window in rows:
        if not batches.get(window.id, True):
            continue
        mine = [a for a in attempts if a.exam_id == exam.id and a.state != AttemptState.VOIDED]
        one = _card(exam, window, mine, results, released.get(exam.id), now)
        if one is not None:
            found.append(one)
    return found


def _batches(session: Session, exam_ids: Collection[int], person_id: int) -> dict[int, bool]:
    """Per window that is a batch of some people: whether the person is one of them."""
    here = case((WindowPerson.person_id == person_id, 1), else_=0)
    rows = session.execute(
        select(WindowPerson.window_id, func.max(here))
        .join(ExamWindow, ExamWindow.id == WindowPerson.window_id)
        .where(ExamWindow.exam_id.in_(list(exam_ids)))
        .group_by(WindowPerson.window_id)
    )
    return {window_id: bool(mine) for window_id, mine in rows}


def _card(
    exam: Exam,
    window: ExamWindow,
    mine: Sequence[Attempt],
    results: dict[int, Result],
    released_at: datetime | None,
    now: datetime,
) -> Sittable | None:
    """A window as its candidate sees it; None for a make-up or retake that is not for them."""
    here = [each for each in mine if each.window_id == window.id]
    newest = here[-1] if here else None
    tried = [
        Tried(each.window_id, each.state == AttemptState.SUBMITTED, _passed(results.get(each.id)))
        for each in mine
    ]
    kind = WindowKind(window.kind)
    if newest is None and why_not(kind, tried) is not None:
        return None
    result = results.get(newest.id) if newest else None
    release = release_of(exam.release, window.kind)
    seen = marks_visible(release, result is not None, window.closes_at, released_at, now)
    left = max(0, exam.tries - tries_made(kind, window.id, tried))
    return Sittable(exam, window, newest, result, seen, left)


def _passed(result: Result | None) -> bool | None:
    return None if result is None else result.passed


def _released(session: Session, exam_ids: Collection[int]) -> dict[int, datetime]:
    """When each exam's marks were set free by hand, for those that were."""
    rows = session.execute(
        select(MarksRelease.exam_id, MarksRelease.released_at).where(
            MarksRelease.exam_id.in_(list(exam_ids))
        )
    )
    return {exam_id: released_at for exam_id, released_at in rows}
