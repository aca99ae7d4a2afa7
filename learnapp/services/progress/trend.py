"""A unit's progress week by week as it was reported, and the share of due duties done by level of units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.people import unit_paths
from learnapp.db.progress import figure_facts, unit_figures
from learnapp.db.progress.fact_counts import end_of_day
from learnapp.db.progress.figure_facts import Moment, StageInForce
from learnapp.db.progress.unit_figures import StageMoment
from learnapp.db.reports import documents, issues
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.share import Share
from learnapp.domain.progress.figures import Counts
from learnapp.domain.progress.trend import (
    WeekPoint,
    closed_weeks,
    finish_day,
    is_slowing,
    lost_at,
)
from learnapp.domain.progress.verdict import time_share
from learnapp.domain.reports.weekly import ReportKind, WeekRates, rates_of_week
from learnapp.services.progress import figures

MOST_WEEKS = 12


@dataclass(frozen=True)
class Trend:
    """The closed weeks of a stage over a unit, those of which nothing is stored left out, and now.

    `finish`: the day on which all is done at the present rate, None where none can be named. `rates`:
    by the last day of a week what its report says; of a unit that is within reach as a whole.
    """

    stage: StageInForce
    unit_name: str
    weeks: list[WeekPoint]
    now: WeekPoint
    finish: date | None
    slowing: bool
    rates: dict[date, WeekRates]


def trend_of(caller: Caller, stage: StageInForce, unit_id: int) -> Trend:
    """The last twelve closed weeks of a unit as each was reported at its end, and now. One statement
    for all of them where the stage was not revised since. Raises NotFound."""
    session, now = caller.session, caller.now
    unit = figures.in_reach(session, caller.actor, stage, unit_id, local_day(now))
    asked = closed_weeks(stage.first_day, stage.last_day, now, MOST_WEEKS)
    then = [(day, figures.stage_then(session, stage, day)) for day in asked]
    known = [(day, past) for day, past in then if past is not None]
    moments = [StageMoment(past, end_of_day(day)) for day, past in known]
    *past, present = unit_figures.branches_at(
        session, [*moments, StageMoment(stage, Moment(now))], unit
    )
    calendar = figure_facts.calendar_of(session, stage)

    def time(of: StageInForce, as_of: datetime) -> Share:
        return time_share(calendar, of.first_day, of.last_day, as_of)

    weeks = [
        WeekPoint(day, time(of, end_of(day)), figures.total_of(rows))
        for (day, of), rows in zip(known, past, strict=True)
        if rows and all(row.is_stored for row in rows)
    ]
    today = local_day(now)
    counts = figures.total_of(present)
    name = figures.rows_of(session, present, today, {})[0].name
    return Trend(
        stage,
        name,
        weeks,
        WeekPoint(today, time(stage, now), counts),
        finish_day(weeks, counts, calendar, today),
        is_slowing(weeks, calendar),
        {} if unit.limits is not None else _rates(session, stage, unit_id),
    )


def _rates(session: Session, stage: StageInForce, unit_id: int) -> dict[date, WeekRates]:
    """By checkpoint the rates of the weekly reports of a unit. One statement."""
    found = issues.of_unit(session, stage.identity, ReportKind.WEEKLY, unit_id, MOST_WEEKS)
    return {
        date.fromisoformat(issue.header["checkpoint"]): rates_of_week(
            [documents.to_exam(each) for each in issue.header["exams"]],
            documents.to_facts(row.figures),
        )
        for issue, row in found
        if issue.header["checkpoint"] is not None
    }


@dataclass(frozen=True)
class HeatRow:
    """A branch: per level of units the share of due duties done, and the level at which it is lost."""

    unit_id: int
    name: str
    levels: dict[int, Share]
    lost_at: int | None


def heat_of(caller: Caller, stage: StageInForce, unit_id: int) -> list[HeatRow]:
    """上热中温下冷: the unit with all below it, then each branch, by level of its units. Raises
    NotFound."""
    session, today = caller.session, local_day(caller.now)
    unit = figures.in_reach(session, caller.actor, stage, unit_id, today)
    found = unit_figures.levels_of(session, stage, unit, Moment(caller.now))
    whole: dict[int, Counts] = {}
    branches: dict[int, dict[int, Counts]] = {}
    for each in found:
        counts = Counts(due=each.due, due_done=each.due_done)
        whole[each.level] = whole.get(each.level, Counts()) + counts
        if each.branch != unit_id:
            branches.setdefault(each.branch, {})[each.level] = counts
    named = unit_paths.labels(session, {unit_id, *branches}, today)
    rows = [_heat(unit_id, named, whole)]
    order = list(dict.fromkeys(each.branch for each in found if each.branch != unit_id))
    return rows + [_heat(each, named, branches[each]) for each in order]


def _heat(unit_id: int, named: dict[int, str], levels: dict[int, Counts]) -> HeatRow:
    shares = {level: counts.due_share for level, counts in levels.items()}
    return HeatRow(unit_id, named.get(unit_id, ""), shares, lost_at(shares))
