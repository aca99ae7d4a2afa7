"""Recurring exams made in one step for a stage of a programme: seen first, then added to its draft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from learnapp.db.core.caller import Caller
from learnapp.db.exams import drawing
from learnapp.db.exams.models import BlueprintRow, Exam, ExamSeries, ExamWindow
from learnapp.db.exams.reach import blueprint_in_reach
from learnapp.db.operations import audit_log
from learnapp.db.progress.figure_facts import calendar_of
from learnapp.db.study.models import Item
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.exams import ExamKind, WindowKind, WindowState, WindowTimes
from learnapp.domain.exams.recurring import DEFAULTS, Occurrence, Series, Timetable, plan_series
from learnapp.domain.people.people import Category
from learnapp.domain.study.programme import Audience, ItemKind
from learnapp.services.exams.exams import ExamPlan, exam_row
from learnapp.services.study import programme_lines, programmes
from learnapp.services.study.programmes import Plan


@dataclass(frozen=True)
class PaperFor:
    """What is drawn, and the pass mark in thousandths; for people of these categories (none: of any),
    who are named in the exam's title by the suffix."""

    blueprint_id: int
    pass_permille: int
    categories: frozenset[Category] = frozenset()
    suffix: str = ""


@dataclass(frozen=True)
class SeriesPlan:
    """What an admin decides about exams that recur.

    `exam` has what all of them share; its title is the series' name, its times are not looked at.
    `papers`: one for everybody, or one for each group of categories.
    """

    exam: ExamPlan
    timetable: Timetable
    span: tuple[date, date]
    papers: tuple[PaperFor, ...]


@dataclass(frozen=True)
class SeriesMade:
    """The series with its exams, and the draft's stage that asks them."""

    plan: Plan
    exams: list[Exam]


def preview(caller: Caller, programme_id: int, wanted: SeriesPlan, stage: int | None) -> Series:
    """The exams that `add` would make; nothing is written. Raises as `plan_series` does."""
    plan = programmes.plan_in_reach(caller, programme_id, stage)
    return _series(caller, plan, wanted)


def next_window(caller: Caller, plan: Plan, kind: ExamKind) -> WindowTimes | None:
    """The window that one exam of a kind usually has next in a stage; None where no day is left."""
    timetable = replace(DEFAULTS[kind].timetable, batches=1)
    calendar = calendar_of(caller.session, plan.in_force)
    span = (plan.stage.first_day, plan.stage.last_day)
    try:
        return plan_series(kind, timetable, span, calendar, caller.now).exams[0].windows[0]
    except RuleBroken:
        return None


def _series(caller: Caller, plan: Plan, wanted: SeriesPlan) -> Series:
    if not wanted.exam.title.strip():
        raise RuleBroken("title", "name_needed")
    first, last = wanted.span
    within = (max(first, plan.stage.first_day), min(last, plan.stage.last_day))
    calendar = calendar_of(caller.session, plan.in_force)
    return plan_series(wanted.exam.kind, wanted.timetable, within, calendar, caller.now)


def add(caller: Caller, programme_id: int, wanted: SeriesPlan, stage: int | None) -> SeriesMade:
    """Make the exams of a series with their windows, and ask them in the programme's draft; one is
    begun where the programme is published. Few statements, however many exams.

    Raises RuleBroken: name_needed, and as `plan_series` does.
    """
    session = caller.session
    programmes.revise(caller, programme_id)
    plan = programmes.draft_in_reach(caller, programme_id, stage)
    occurrences = _series(caller, plan, wanted).exams
    series = ExamSeries(
        programme_id=programme_id,
        kind=wanted.exam.kind,
        name=wanted.exam.title.strip(),
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    session.add(series)
    session.flush()
    made: list[Exam] = []
    for paper in wanted.papers:
        blueprint = blueprint_in_reach(caller, paper.blueprint_id)
        shared = replace(wanted.exam, series_id=series.id, pass_permille=paper.pass_permille)
        exams = _exams(caller, blueprint, shared, paper, occurrences)
        categories = _whom(paper, wanted.papers)
        programme_lines.require_exams(
            caller, plan, [each.id for each in exams], Audience(categories=frozenset(categories))
        )
        made += exams
    audit_log.record(caller, "series.added", ("programme", programme_id), count=len(made))
    return SeriesMade(plan, made)


def _whom(paper: PaperFor, papers: Sequence[PaperFor]) -> frozenset[Category]:
    """The categories that a paper is for: those without a paper of their own have the common one."""
    if paper.categories or len(papers) == 1:
        return paper.categories
    special = frozenset[Category]().union(*(each.categories for each in papers))
    return frozenset(Category) - special


def _exams(
    caller: Caller,
    blueprint: BlueprintRow,
    shared: ExamPlan,
    paper: PaperFor,
    occurrences: Sequence[Occurrence],
) -> list[Exam]:
    """The rows of exams, windows and items."""
    session = caller.session
    total = drawing.blueprint_of(session, blueprint.id).total_marks
    exams = []
    for each in occurrences:
        title = title_of(shared.title, shared.kind, each, paper.suffix)
        exams.append(exam_row(caller, blueprint, replace(shared, title=title), total))
    session.add_all(exams)
    session.flush()
    for exam, each in zip(exams, occurrences, strict=True):
        session.add(Item(kind=ItemKind.EXAM, title=exam.title, exam_id=exam.id))
        spans = [(WindowKind.MAIN, window) for window in each.windows]
        if each.make_up is not None:
            spans.append((WindowKind.MAKE_UP, each.make_up))
        if shared.way_back is not None:
            ends = each.windows[-1].closes_at
            spans.append(
                (
                    WindowKind.REMEDIAL,
                    WindowTimes(each.windows[0].opens_at, ends + shared.way_back),
                )
            )
        session.add_all(_window(caller, exam.id, kind, span) for kind, span in spans)
    session.flush()
    audit_log.record_each(caller, "exam.added", "exam", [each.id for each in exams])
    return exams


def _window(caller: Caller, exam_id: int, kind: WindowKind, span: WindowTimes) -> ExamWindow:
    return ExamWindow(
        exam_id=exam_id,
        kind=kind,
        opens_at=span.opens_at,
        closes_at=span.closes_at,
        state=WindowState.PLANNED,
        recorded_at=caller.now,
    )


def title_of(name: str, kind: ExamKind, exam: Occurrence, suffix: str = "") -> str:
    """What an exam of a series is called: by its day or month, and for whom its paper is."""
    day = exam.day
    when = f"{day.year}年{day.month}月" if kind is ExamKind.MONTHLY else f"{day.month}月{day.day}日"
    whose = f"·{suffix}" if suffix else ""
    return f"{name.strip()}{whose}（{when}）"
