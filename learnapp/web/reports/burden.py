"""负担: what a programme asks of people week by week, planned and as it came, beside its budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _

from learnapp.db.core.caller import Caller
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.burden import USUAL, OrdersOfMonth, RealLoad
from learnapp.reports import figure_sheet
from learnapp.reports.figure_sheet import FigureSheet
from learnapp.services.reports import burden
from learnapp.services.reports.burden import Burden, BurdenWeek
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.downloads import attachment
from learnapp.web.core.wording import day_label, moment_label, with_note
from learnapp.web.study.programmes import head_of
from learnapp.wording.numbers import NOTHING, tenths_label

blueprint = Blueprint("burden", __name__)
_WEEK = timedelta(days=6)
_NO_REAL = dict.fromkeys(("minutes", "taps", "notices", "reminders", "counts"), NOTHING)


@blueprint.get("/programmes/<int:programme_id>/burden")
@may(Permission.PROGRAMME_EDIT)
def show(programme_id: int) -> str:
    """The weeks with what is planned and what came, and the months with their 督办单."""
    found, today = burden.burden_of(req.caller(), programme_id), local_day(req.now())
    over = [each for each in found.weeks if _is_over(each)]
    return render_template(
        "reports/burden.html",
        **head_of(found.plans[0]),
        budget=_budget(),
        verdict=_verdict(found, over),
        is_over=bool(over) or any(each.over(USUAL) for each in found.months),
        weeks=[_week(each, today) for each in reversed(found.weeks)],
        months=[_month(each) for each in found.months],
        about=_about(req.caller(), found),
        sheet_url=url_for(".sheet", programme_id=programme_id),
    )


def _budget() -> str:
    return _(
        "每天 %(d)s 分钟，每周 %(w)s 分钟、%(t)s 次点按、%(n)s 条消息，每单位每月 %(o)s 份督办单",
        d=USUAL.minutes_a_day,
        w=USUAL.minutes_a_week,
        t=USUAL.taps_a_week,
        n=USUAL.notices_a_week,
        o=USUAL.orders_a_month,
    )


def _is_over(week: BurdenWeek) -> bool:
    planned = week.planned is not None and week.planned.over(USUAL)
    return planned or (week.real is not None and week.real.over(USUAL))


def _verdict(found: Burden, over: Sequence[BurdenWeek]) -> str:
    """Which weeks and months are over the budget."""
    months = [each for each in found.months if each.over(USUAL)]
    parts = []
    if over:
        days = _("、").join(_short(each.monday) for each in over)
        parts.append(_("%(n)s 个学习周超出预算（%(d)s 起的一周）。", n=len(over), d=days))
    if months:
        named = _("、").join(_month_label(each.month) for each in months)
        parts.append(_("%(m)s 有单位收到的督办单超出预算。", m=named))
    return "".join(parts) or _("计划和实际都没有超出预算。")


def _week(week: BurdenWeek, today: date) -> dict[str, Any]:
    planned, real = week.planned, week.real
    return {
        "span": f"{_short(week.monday)}–{_short(week.monday + _WEEK)}",
        "current": week.monday <= today <= week.monday + _WEEK,
        "over": _is_over(week),
        "day": 0 if planned is None else planned.busiest.load.minutes,
        "minutes": 0 if planned is None else planned.load.minutes,
        "taps": 0 if planned is None else planned.load.taps,
        "real": _NO_REAL if real is None else _real(real),
    }


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _real(real: RealLoad) -> dict[str, str]:
    """What came, per person."""
    messages = real.messages
    return {
        "minutes": _whole(real.each(real.minutes)),
        "taps": _whole(real.each(real.taps)),
        "notices": _tenths(real.each(messages.notices, 10)),
        "reminders": _tenths(real.each(messages.reminders, 10)),
        "counts": _(
            "%(p)s 人：学完 %(r)s 份次，交卷 %(e)s 份次",
            p=real.people,
            r=real.portions,
            e=real.exams,
        ),
    }


def _whole(number: int | None) -> str:
    return NOTHING if number is None else str(number)


def _tenths(number: int | None) -> str:
    return NOTHING if number is None else tenths_label(number)


def _month_label(month: date) -> str:
    return _("%(y)s 年 %(m)s 月", y=month.year, m=month.month)


def _month(each: OrdersOfMonth) -> dict[str, Any]:
    return {
        "month": _month_label(each.month),
        "orders": each.orders,
        "units": each.units,
        "most": each.most,
        "over": each.over(USUAL),
    }


def _about(caller: Caller, found: Burden) -> list[tuple[str, str]]:
    """What the figures are of, and how they were counted."""
    first, last = found.plans[0], found.plans[-1]
    span = f"{day_label(first.stage.first_day)} – {day_label(last.stage.last_day)}"
    return [
        (_("计划"), with_note(first.programme.name, span)),
        (_("计划数"), _("每人至多：各项必学必考相加，不分人员范围；系统不因计划发消息")),
        (
            _("实际数"),
            _(
                "人均：学完的份数、交的卷、检查题重答按篇幅、考试时长和点按折算，不记任何人的时间；周报定格时统计"
            ),
        ),
        (_("消息"), _("收到的全部消息，答复本人提问的除外")),
        (_("预算（至多）"), _budget()),
        (_("截至"), moment_label(caller.now)),
    ]


@blueprint.get("/programmes/<int:programme_id>/burden.xlsx")
@may(Permission.PROGRAMME_EDIT)
def sheet(programme_id: int) -> Response:
    """The same as a workbook; of what came the sums, so that they can be added up."""
    found = burden.burden_of(req.caller(), programme_id)
    columns = [
        _("学习周"), _("计划：最多一天分钟"), _("计划：全周分钟"), _("计划：点按"), _("人数"),
        _("实际：学完份次"), _("实际：交卷份次"), _("实际：分钟合计"), _("实际：点按合计"),
        _("实际：消息合计"), _("其中提醒"), _("预算"),
    ]  # fmt: skip
    rows: list[list[str | int]] = [_sheet_week(each) for each in found.weeks]
    rows += [[], [_("月份"), _("督办单"), _("涉及单位"), _("一个单位最多"), _("预算")]]
    rows += [
        [_month_label(each.month), each.orders, each.units, each.most, _over(each.over(USUAL))]
        for each in found.months
    ]
    about = _about(req.caller(), found)
    data = figure_sheet.workbook(FigureSheet(_("负担"), about, columns, rows))
    return attachment(data, f"{found.plans[0].programme.name} {_('负担')}.xlsx")


def _over(is_over: bool) -> str:
    return _("超出预算") if is_over else ""


def _sheet_week(week: BurdenWeek) -> list[str | int]:
    planned, real = _week(week, week.monday), week.real
    sums: list[str | int] = [NOTHING] * 7
    if real is not None:
        sums = [
            *(real.people, real.portions, real.exams, real.minutes, real.taps),
            *(real.messages.notices, real.messages.reminders),
        ]
    return [
        planned["span"],
        planned["day"],
        planned["minutes"],
        planned["taps"],
        *sums,
        _over(planned["over"]),
    ]
