"""A programme begun as a copy of another: its stages in another year, readings and exams as one wishes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.exams import exam_rows
from learnapp.db.exams.models import Exam, ExamSeries, ExamWindow
from learnapp.db.operations import audit_log
from learnapp.db.study import requirements as requirement_queries
from learnapp.db.study.models import Item, Programme
from learnapp.db.study.requirements import AskedItem
from learnapp.domain.core.calendar import CalendarKind, end_of, local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.exams import WindowKind, WindowState, WindowTimes
from learnapp.domain.study.programme import Audience, ItemKind
from learnapp.domain.study.stage_plan import (
    StagePlan,
    moved,
    retitled,
    same_time_later,
    weeks_between,
)
from learnapp.services.study import programme_lines, programmes
from learnapp.services.study.programmes import NewProgramme, Plan
from learnapp.services.study.revisions import copy_of


@dataclass(frozen=True)
class CopyWish:
    """What a copy is called, when it begins, and what it takes along."""

    name: str
    first_day: date
    readings: bool = True
    exams: bool = True


@dataclass(frozen=True)
class CopiedProgramme:
    """The new programme with what it took; `left_out`: titles of exams that lie outside its stages,
    or were over before they would be added."""

    programme: Programme
    stages: list[StagePlan]
    portions: int
    exams: int
    left_out: list[str]


def roll_over(caller: Caller, programme_id: int, wish: CopyWish) -> CopiedProgramme:
    """Begin a programme as a copy of this one, in a draft of its own; the one it is copied from, and
    every figure of it, stays as it is.

    Stages keep their lengths and distances; portions are spread over the study days of the new
    year; exams are made anew, by the nearest whole weeks later, at the same time of day. Raises
    NotFound; RuleBroken: name_needed, first_day_past, as `check_stage` does.
    """
    session = caller.session
    plans = programmes.plans_in_reach(caller, programme_id)
    if wish.first_day < local_day(caller.now):
        raise RuleBroken("first_day", "first_day_past")
    old = plans[0].programme
    olds = [StagePlan(p.stage.name, p.stage.first_day, p.stage.last_day) for p in plans]
    stages = moved(olds, wish.first_day)
    wanted = NewProgramme(old.owner_unit_id, old.line_id, wish.name, CalendarKind(old.calendar))
    programme, _ = programmes.add_programme(caller, wanted, stages[0], *stages[1:])
    by = weeks_between(min(each.first_day for each in olds), wish.first_day)
    portions, copied = 0, _Copies(caller, programme, by)
    for source, target in zip(plans, programmes.plans_in_reach(caller, programme.id), strict=True):
        asked = requirement_queries.asked_by_stage(session, source.stage.id)
        if wish.readings:
            portions += _copy_readings(caller, asked, target)
        if wish.exams:
            copied.of_stage([each for each in asked if each.kind == ItemKind.EXAM], target)
    audit_log.record(caller, "programme.copied", ("programme", programme.id), source=programme_id)
    return CopiedProgramme(programme, stages, portions, copied.count, copied.left_out)


def _copy_readings(caller: Caller, asked: Sequence[AskedItem], target: Plan) -> int:
    """Ask the same portions in the new stage, spread over its study days; how many."""
    rows = [each.row for each in asked if each.kind == ItemKind.PORTION]
    for row in rows:
        copy = copy_of(row, target.stage.id)
        copy.plan_day, copy.pinned = target.stage.first_day, False
        copy.due_at = end_of(target.stage.first_day)
        caller.session.add(copy)
    caller.session.flush()
    programme_lines.give_days(caller.session, target, local_day(caller.now))
    return len(rows)


class _Copies:
    """The exams that are made anew, so many weeks later; those of one series stay one."""

    def __init__(self, caller: Caller, programme: Programme, by: timedelta) -> None:
        self._caller, self._programme, self._by = caller, programme, by
        self._series: dict[int, int] = {}
        self.count = 0
        self.left_out: list[str] = []

    def of_stage(self, asked: Sequence[AskedItem], target: Plan) -> None:
        """Make the exams of a stage and ask them in the new one of the same people."""
        session = self._caller.session
        exams = requirement_queries.exams_of_items(session, [each.row.item_id for each in asked])
        windows = exam_rows.windows_of_exams(session, [each.id for each in exams.values()])
        for each in asked:
            exam = exams[each.row.item_id]
            spans = [(w, self._later(w)) for w in windows[exam.id] if self._wanted(w)]
            main = [span for w, span in spans if w.kind == WindowKind.MAIN]
            if not main or not self._fits(main, target):
                self.left_out.append(exam.title)
                continue
            made = self._copy(exam, main[0])
            session.add(made)
            session.flush()
            session.add(Item(kind=ItemKind.EXAM, title=made.title, exam_id=made.id))
            session.add_all(self._window(made, WindowKind(w.kind), span) for w, span in spans)
            session.flush()
            audience = Audience.from_json(each.row.audience)
            programme_lines.require_exams(self._caller, target, [made.id], audience)
            self.count += 1

    def _later(self, window: ExamWindow) -> WindowTimes:
        return WindowTimes(
            same_time_later(window.opens_at, self._by), same_time_later(window.closes_at, self._by)
        )

    def _wanted(self, window: ExamWindow) -> bool:
        copied_kinds = (WindowKind.MAIN, WindowKind.MAKE_UP, WindowKind.REMEDIAL)
        return window.kind in copied_kinds and window.state != WindowState.CANCELLED

    def _fits(self, main: Sequence[WindowTimes], target: Plan) -> bool:
        """Whether the batches lie within the stage and are not over."""
        stage = target.stage
        return all(
            stage.first_day <= local_day(each.opens_at)
            and each.closes_at <= end_of(stage.last_day)
            and each.closes_at > self._caller.now
            for each in main
        )

    def _copy(self, exam: Exam, main: WindowTimes) -> Exam:
        """The exam as a new row, named for its new day."""
        new = local_day(main.opens_at)
        copied = {
            name: getattr(exam, name)
            for name in (
                "owner_unit_id", "kind", "blueprint_id", "duration_s", "pass_mark", "tries",
                "multiple_rule", "release", "paper", "avoid_last", "avoid_days", "markers",
                "counts", "bands", "networks",
            )
        }  # fmt: skip
        return Exam(
            **copied,
            series_id=self._series_of(exam),
            title=retitled(exam.title, new - self._by, new),
            recorded_at=self._caller.now,
            recorded_by=self._caller.actor.person_id,
        )

    def _series_of(self, exam: Exam) -> int | None:
        session = self._caller.session
        if exam.series_id is None:
            return None
        if exam.series_id not in self._series:
            old = session.get_one(ExamSeries, exam.series_id)
            series = ExamSeries(
                programme_id=self._programme.id,
                kind=old.kind,
                name=old.name,
                recorded_at=self._caller.now,
                recorded_by=self._caller.actor.person_id,
            )
            session.add(series)
            session.flush()
            self._series[exam.series_id] = series.id
        return self._series[exam.series_id]

    def _window(self, exam: Exam, kind: WindowKind, span: WindowTimes) -> ExamWindow:
        return ExamWindow(
            exam_id=exam.id,
            kind=kind,
            opens_at=span.opens_at,
            closes_at=span.closes_at,
            state=WindowState.PLANNED,
            recorded_at=self._caller.now,
        )
