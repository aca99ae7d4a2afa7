"""The calendar of a plan: its lines day by day with what they ask, and a line moved or changed by hand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.people import memberships
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.db.progress.figure_facts import calendar_of
from learnapp.db.study import plan_lines, study_sessions
from learnapp.db.study.models import CalendarOverride, Requirement
from learnapp.db.study.plan_lines import CalendarLine as CalendarLine
from learnapp.db.study.session_models import StudySession
from learnapp.domain.core.calendar import (
    StudyCalendar,
    days,
    end_of,
    local_day,
    start_of,
    week_end,
    week_of,
)
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.people.names import sort_key
from learnapp.domain.study.burden import (
    Load,
    LoadOfDay,
    WeekLoad,
    load_of_exam,
    load_of_portion,
    week_loads,
)
from learnapp.domain.study.programme import Audience, ItemKind
from learnapp.services.study import programmes
from learnapp.services.study.programme_lines import fixed_items, rows_of, stage_of_line
from learnapp.services.study.programmes import Plan

_MOST_POSTS = 60  # to choose from


@dataclass(frozen=True)
class PlannedDay:
    """A day of the calendar with what is planned for it."""

    day: date
    counts: bool  # whether it is a study day
    override: CalendarOverride | None
    lines: Sequence[CalendarLine]
    sessions: Sequence[
        StudySession
    ] = ()  # of the programme's unit, as far as the reader holds them


@dataclass(frozen=True)
class PlannedWeek:
    """A study week of the calendar; `load` is None where nothing is required in it."""

    days: Sequence[PlannedDay]
    load: WeekLoad | None


@dataclass(frozen=True)
class PlanCalendar:
    """Some weeks of a programme's newest revision, over all its stages."""

    plans: Sequence[Plan]
    weeks: Sequence[PlannedWeek]
    fixed: frozenset[int]  # lines of the draft that the revision in force planned before today


def calendar(caller: Caller, programme_id: int, first: date, last: date) -> PlanCalendar:
    """The study weeks that hold any day from first to last. Raises NotFound."""
    session = caller.session
    plans = programmes.plans_in_reach(caller, programme_id)
    begin, end = week_of(first)[0], week_of(last)[1]
    lines = plan_lines.lines_between(session, [each.stage.id for each in plans], begin, end)
    overrides = plan_lines.overrides_between(session, programme_id, begin, end)
    study_days = calendar_of(session, plans[0].in_force)
    loads = week_loads(LoadOfDay(e.row.plan_day, load_of(e)) for e in lines if e.row.required)
    sessions = _sessions(caller, plans[0], begin, end)
    weeks = []
    for monday in (day for day in days(begin, end) if day.weekday() == 0):
        week = [
            replace(
                _day(day, study_days, overrides, lines),
                sessions=[each for each in sessions if local_day(each.starts_at) == day],
            )
            for day in days(monday, monday + timedelta(days=6))
        ]
        weeks.append(PlannedWeek(week, loads.get(monday)))
    return PlanCalendar(plans, weeks, _fixed(caller, plans, lines))


def _sessions(caller: Caller, plan: Plan, first: date, last: date) -> list[StudySession]:
    today = local_day(caller.now)
    units = units_in_scope(caller.actor, Permission.SESSION_HOLD, today)
    reach = study_sessions.SessionReach(units, today)
    unit_id = plan.programme.owner_unit_id
    return study_sessions.held_between(
        caller.session, reach, unit_id, start_of(first), end_of(last)
    )


def _fixed(caller: Caller, plans: Sequence[Plan], lines: Sequence[CalendarLine]) -> frozenset[int]:
    today = local_day(caller.now)
    items = {p.stage.id: fixed_items(caller.session, p, today) for p in plans}
    return frozenset(each.row.id for each in lines if each.row.item_id in items[each.row.stage_id])


def _day(
    day: date,
    study_days: StudyCalendar,
    overrides: dict[date, CalendarOverride],
    lines: Sequence[CalendarLine],
) -> PlannedDay:
    here = [each for each in lines if each.row.plan_day == day]
    return PlannedDay(day, study_days.is_study_day(day), overrides.get(day), here)


def load_of(line: CalendarLine) -> Load:
    """What a line asks of whom it is for."""
    if line.kind == ItemKind.EXAM:
        return load_of_exam(line.duration_s // 60, line.questions)
    return load_of_portion(line.length, line.sections, line.has_check)


@dataclass(frozen=True)
class LineWish:
    """What a line is to be: on which day, required or elective, for whom."""

    day: date
    required: bool
    audience: Audience


def posts_to_choose(caller: Caller, chosen: Collection[str] = ()) -> list[str]:
    """The posts (岗位) that an audience may name: those recorded within reach, and those chosen."""
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, Permission.PROGRAMME_EDIT, day)
    recorded = memberships.posts_within(caller.session, reach, day, _MOST_POSTS)
    return sorted({*recorded, *chosen}, key=sort_key)


def line_in_draft(
    caller: Caller, programme_id: int, requirement_id: int
) -> tuple[Plan, Requirement]:
    """A line of a programme's draft with its stage. Raises NotFound, Conflict("revision_published")."""
    plan = stage_of_line(caller, programme_id, requirement_id)
    row = caller.session.get(Requirement, requirement_id)
    if row is None or row.stage_id != plan.stage.id:
        raise NotFound("line_unknown")
    return plan, row


def change_line(caller: Caller, programme_id: int, requirement_id: int, wish: LineWish) -> None:
    """Give a line of the draft another day, or ask it otherwise; it is due at the end of its study
    week, and nothing after the stage. All lines of the stage then keep the days they have.

    The day of an exam is that of its windows: another one is refused here. Raises NotFound, Conflict;
    RuleBroken: planned_in_the_past, planned_too_early, outside_the_stage, exam_by_window, trial_not_required.
    """
    session, today = caller.session, local_day(caller.now)
    plan, row = line_in_draft(caller, programme_id, requirement_id)
    for unit_id in wish.audience.unit_ids:
        require_scope(session, caller.actor, Permission.PROGRAMME_EDIT, unit_id, today)
    if row.item_id in fixed_items(session, plan, today):
        raise RuleBroken("day", "planned_in_the_past")
    line = _line_of(caller, plan, row)
    if wish.day != row.plan_day:
        _check_day(plan, line, wish.day, today)
    if wish.required and line.exam_kind == ExamKind.TRIAL:
        raise RuleBroken("required", "trial_not_required")
    if wish.day != row.plan_day:
        for other, planned in rows_of(session, plan.stage.id):
            other.pinned = other.pinned or not planned.by_window
        row.plan_day = wish.day
        row.due_at = min(week_end(wish.day), end_of(plan.stage.last_day))
    row.required, row.audience = wish.required, wish.audience.to_json()
    session.flush()


def _line_of(caller: Caller, plan: Plan, row: Requirement) -> CalendarLine:
    lines = plan_lines.lines_between(caller.session, [plan.stage.id], row.plan_day, row.plan_day)
    return next(each for each in lines if each.row.id == row.id)


def _check_day(plan: Plan, line: CalendarLine, day: date, today: date) -> None:
    if line.kind == ItemKind.EXAM:
        raise RuleBroken("day", "exam_by_window")
    if day < today:
        raise RuleBroken("day", "planned_too_early")
    if not plan.stage.first_day <= day <= plan.stage.last_day:
        raise RuleBroken("day", "outside_the_stage")
