"""负担: what a programme asks of people week by week, planned and as it came, and its 督办单 by month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.reports import burden_facts, issues
from learnapp.domain.core.calendar import local_day, start_of, week_of
from learnapp.domain.reports.weekly import ReportKind
from learnapp.domain.study.burden import OrdersOfMonth, RealLoad, WeekLoad, orders_by_month
from learnapp.services.reports import real_load
from learnapp.services.study import plan_calendar
from learnapp.services.study.programmes import Plan, plans_in_reach

WEEKS_BACK, WEEKS_AHEAD = 26, 8
_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class BurdenWeek:
    """A study week: what is planned, None for nothing; what came, None before its report is there.
    `minutes` are those planned for the whole week."""

    monday: date
    planned: WeekLoad | None
    real: RealLoad | None


@dataclass(frozen=True)
class Burden:
    """A programme's weeks in order, half a year back and two months ahead, and its months of a year with
    督办单, the newest first."""

    plans: Sequence[Plan]
    weeks: list[BurdenWeek]
    months: list[OrdersOfMonth]


def burden_of(caller: Caller, programme_id: int) -> Burden:
    """What a programme within reach asks of people. Raises Forbidden, NotFound."""
    plans = plans_in_reach(caller, programme_id)
    today = local_day(caller.now)
    first = max(min(each.stage.first_day for each in plans), today - timedelta(weeks=WEEKS_BACK))
    last = min(max(each.stage.last_day for each in plans), today + timedelta(weeks=WEEKS_AHEAD))
    stages = {each.identity for each in plans}
    return Burden(
        plans, _weeks(caller, programme_id, (first, last), stages), _months(caller, stages)
    )


def _weeks(
    caller: Caller, programme_id: int, span: tuple[date, date], stages: set[int]
) -> list[BurdenWeek]:
    first, last = span
    if first > last:
        return []
    real = _real(caller, stages, first)
    found = plan_calendar.calendar(caller, programme_id, first, last)
    mondays = [(week.days[0].day, week.load) for week in found.weeks]
    return [BurdenWeek(monday, load, real.get(monday)) for monday, load in mondays]


def _real(caller: Caller, stages: set[int], first: date) -> dict[date, RealLoad]:
    """By Monday what came, as the reports of any of the stages have it."""
    headers = issues.headers_since(
        caller.session, stages, ReportKind.WEEKLY, start_of(week_of(first)[0])
    )
    stored = [each["burden"] for each in headers if each.get("burden")]
    return dict(real_load.from_document(each) for each in stored)


def _months(caller: Caller, stages: set[int]) -> list[OrdersOfMonth]:
    since = start_of((local_day(caller.now) - _YEAR).replace(day=1))
    issued = burden_facts.orders_issued(caller.session, stages, since)
    return orders_by_month((local_day(at), unit_id) for at, unit_id in issued)
