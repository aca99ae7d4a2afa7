"""日历: a programme by month in study weeks; lines to move, days to declare, beside the burden they make."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from learnapp.db.study.session_models import StudySession
from learnapp.domain.core.calendar import days, local_day, week_of
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import Basis, Category
from learnapp.domain.study.burden import USUAL, WeekLoad
from learnapp.domain.study.programme import Audience, RevisionState
from learnapp.domain.study.study_sessions import SessionKind
from learnapp.services.study import plan_calendar, programme_lines, programmes
from learnapp.services.study.plan_calendar import CalendarLine, LineWish, PlannedDay, PlannedWeek
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import SeveralField
from learnapp.web.core.wording import day_label, label, moment_label
from learnapp.web.people import previewed
from learnapp.web.people.unit_choice import offer_units
from learnapp.web.study.programmes import head_of

blueprint = Blueprint("plan_calendar", __name__)
_MONTH = re.compile(r"(\d{4})-(\d{2})")


class LineForm(FlaskForm):
    """On which day a line is planned, how it is asked, and of whom."""

    day = DateField(_("计划日"), [InputRequired(_("请填日期"))])
    required = SelectField(_("要求"), choices=select_options([("1", _("必学")), ("0", _("选学"))]))
    unit = SelectField(_("单位（含下级）"), coerce=int)
    categories = SeveralField(
        _("人员类别（不勾为全部）"),
        choices=select_options((str(each), str(each)) for each in Category),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    bases = SeveralField(
        _("任职依据（不勾为全部）"),
        choices=select_options((str(each), str(each)) for each in Basis),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    posts = SeveralField(
        _("岗位（不勾为全部）"),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class DayForm(FlaskForm):
    """Whether a day counts, regardless of the public calendar."""

    counts = SelectField(
        _("这一天"), choices=select_options([("1", _("算学习日")), ("0", _("不算学习日"))])
    )
    reason = StringField(
        _("原因"),
        [DataRequired(_("请填原因")), Length(max=200)],
        description=_("如：调休、地方节日、集中安保"),
    )


@blueprint.get("/programmes/<int:programme_id>/calendar")
@may(Permission.PROGRAMME_EDIT)
def index(programme_id: int) -> str:
    """A month in study weeks."""
    plans = programmes.plans_in_reach(req.caller(), programme_id)
    first = _asked_month(min(each.stage.first_day for each in plans))
    last = _next_month(first) - timedelta(days=1)
    found = plan_calendar.calendar(req.caller(), programme_id, first, last)
    at: dict[str, Any] = {"programme_id": programme_id}
    return render_template(
        "study/programmes/calendar.html",
        **head_of(found.plans[0]),
        month=gettext("%(y)s 年 %(m)s 月", y=first.year, m=first.month),
        previous_url=url_for(".index", month=_key(first - timedelta(days=1)), **at),
        next_url=url_for(".index", month=_key(_next_month(first)), **at),
        budget=gettext(
            "每天不超过 %(d)s 分钟，每周不超过 %(t)s 次点按",
            d=USUAL.minutes_a_day,
            t=USUAL.taps_a_week,
        ),
        weeks=[_week(found, each, first.month) for each in found.weeks],
    )


def _asked_month(begins: date) -> date:
    """The first day of the month in the address; of this month, or the plan's first, without one."""
    found = _MONTH.fullmatch(request.args.get("month", ""))
    if found and 2000 <= int(found[1]) <= 2100 and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return max(begins, local_day(req.now())).replace(day=1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _key(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def _week(found: plan_calendar.PlanCalendar, week: PlannedWeek, month: int) -> dict[str, Any]:
    first, last = week.days[0].day, week.days[-1].day
    return {
        "span": f"{day_label(first)} – {day_label(last)}",
        "load": load_label(week.load),
        "over": week.load is not None and week.load.over(USUAL),
        "days": [_day(found, each, month) for each in week.days],
    }


def load_label(load: WeekLoad | None) -> str:
    """What a week asks, in words."""
    if load is None:
        return gettext("没有必学内容")
    return gettext(
        "最多一天 %(m)s 分钟（%(d)s），全周 %(t)s 次点按",
        m=load.busiest.load.minutes,
        d=day_label(load.busiest.day),
        t=load.load.taps,
    )


def _day(found: plan_calendar.PlanCalendar, day: PlannedDay, month: int) -> dict[str, Any]:
    programme_id = found.plans[0].programme.id
    draft = found.plans[0].revision.state == RevisionState.DRAFT
    notes = [] if day.counts else [gettext("休")]
    if day.override is not None:
        notes = [gettext("改为学习日") if day.counts else gettext("改为不学"), day.override.reason]
    return {
        "label": day_label(day.day),
        "number": day.day.day,
        "off": not day.counts,
        "today": day.day == local_day(req.now()),
        "note": " · ".join(notes),
        "url": url_for(".declare", programme_id=programme_id, day=day.day.isoformat()),
        "lines": [
            _line(programme_id, each, draft and each.row.id not in found.fixed)
            for each in day.lines
        ]
        + [_session(each) for each in day.sessions],
    }


def _session(row: StudySession) -> dict[str, Any]:
    kind, at = label(SessionKind, row.kind), moment_label(row.starts_at)
    return {
        "title": row.title,
        "meta": f"{kind} · {at}",
        "url": url_for("sessions.show", session_id=row.id),
    }


def _line(programme_id: int, line: CalendarLine, free: bool) -> dict[str, Any]:
    load = plan_calendar.load_of(line)
    return {
        "title": line.title,
        "meta": gettext("%(n)s 分钟", n=load.minutes)
        + ("" if line.row.required else f" · {gettext('选学')}"),
        "url": url_for(".line", programme_id=programme_id, requirement_id=line.row.id)
        if free
        else None,
    }


@blueprint.route(
    "/programmes/<int:programme_id>/lines/<int:requirement_id>", methods=["GET", "POST"]
)
@makes
@may(Permission.PROGRAMME_EDIT)
def line(programme_id: int, requirement_id: int) -> str | Response | tuple[str, int]:
    """A line's day and audience, then what the change does to its weeks, then the change."""
    caller = req.caller()
    plan, row = plan_calendar.line_in_draft(caller, programme_id, requirement_id)
    title = programme_lines.title_of(req.session(), row)
    form, step = _line_form(Audience.from_json(row.audience), row), previewed.asked()
    back = url_for(".index", programme_id=programme_id, month=_key(row.plan_day))
    at: dict[str, Any] = {"programme_id": programme_id, "requirement_id": requirement_id}
    drop = url_for("programmes.drop", **at)
    values = {**head_of(plan), "form": form, "title": title, "drop_url": drop, "back_url": back}
    if step in ("form", "edit"):
        return render_template("study/programmes/line.html", **values)
    if not form.validate():
        return render_template("study/programmes/line.html", **values), 422
    mondays = sorted({week_of(row.plan_day)[0], week_of(form.day.data)[0]})
    before = _loads(programme_id, mondays)
    nested = req.session().begin_nested()
    try:
        plan_calendar.change_line(caller, programme_id, requirement_id, _wish(form))
    except (RuleBroken, Conflict) as broken:
        nested.rollback()
        previewed.refused(form, broken)
        return render_template("study/programmes/line.html", **values), 422
    if step == "confirm":
        say(gettext("已改在草稿里；发布后生效。"), at="calendar")
        then = url_for(".index", programme_id=programme_id, month=_key(form.day.data))
        return redirect(then, 303)
    after = _loads(programme_id, mondays)
    nested.rollback()
    return _line_preview(values, before, after)


def _line_preview(
    values: dict[str, Any],
    before: dict[date, WeekLoad | None],
    after: dict[date, WeekLoad | None],
) -> str:
    """What the change does to the weeks concerned."""
    weeks = [
        {
            "week": f"{day_label(each)} – {day_label(each + timedelta(days=6))}",
            "before": load_label(before[each]),
            "after": load_label(load),
            "over": load is not None and load.over(USUAL),
        }
        for each, load in after.items()
    ]
    return render_template(
        "study/programmes/line_preview.html",
        title=values["title"],
        weeks=weeks,
        back_url=values["back_url"],
        carried=previewed.carried(),
    )


def _loads(programme_id: int, mondays: list[date]) -> dict[date, WeekLoad | None]:
    """What these weeks ask now."""
    found = plan_calendar.calendar(
        req.caller(), programme_id, mondays[0], mondays[-1] + timedelta(days=6)
    )
    loads = {each.days[0].day: each.load for each in found.weeks}
    return {each: loads[each] for each in mondays}


def _line_form(audience: Audience, row: Any) -> LineForm:
    units = sorted(audience.unit_ids)
    form = LineForm(
        data={
            "day": row.plan_day,
            "required": "1" if row.required else "0",
            "unit": units[0] if units else 0,
            "categories": sorted(audience.categories),
            "bases": sorted(audience.bases),
            "posts": sorted(audience.posts),
        }
    )
    offer_units(form.unit, Permission.PROGRAMME_EDIT)
    form.categories.choices = select_options([(str(c), label(Category, c)) for c in Category])
    form.bases.choices = select_options([(str(b), label(Basis, b)) for b in Basis])
    posts = plan_calendar.posts_to_choose(req.caller(), audience.posts)
    form.posts.choices = select_options([(each, each) for each in posts])
    return form


def _wish(form: LineForm) -> LineWish:
    audience = Audience(
        frozenset({form.unit.data}),
        frozenset(form.categories.data or ()),
        frozenset(form.bases.data or ()),
        frozenset(form.posts.data or ()),
    )
    return LineWish(form.day.data, form.required.data == "1", audience)


@blueprint.route("/programmes/<int:programme_id>/days/<day>", methods=["GET", "POST"])
@makes
@may(Permission.PROGRAMME_EDIT)
def declare(programme_id: int, day: str) -> str | Response | tuple[str, int]:
    """Declare a day to count, or not; what that does is said beside."""
    try:
        chosen = date.fromisoformat(day)
    except ValueError:
        abort(404)
    found = plan_calendar.calendar(req.caller(), programme_id, chosen, chosen)
    here = next(each for week in found.weeks for each in week.days if each.day == chosen)
    form = DayForm(data={"counts": "0" if here.counts else "1"})
    back = url_for(".index", programme_id=programme_id, month=_key(chosen))
    if request.method == "POST" and form.validate():
        programmes.override_day(
            req.caller(), programme_id, chosen, form.counts.data == "1", form.reason.data
        )
        say(gettext("已改 %(d)s；要改回来，再改一次即可。", d=day_label(chosen)), at="calendar")
        return redirect(back, 303)
    page = render_template(
        "study/programmes/day.html",
        **head_of(found.plans[0]),
        day=day_label(chosen),
        now=gettext("算学习日") if here.counts else gettext("不算学习日"),
        lines=[each.title for each in here.lines],
        stages=_counted_in(found, chosen),
        form=form,
        back_url=back,
    )
    return page if request.method == "GET" else (page, 422)


def _counted_in(found: plan_calendar.PlanCalendar, day: date) -> list[str]:
    """The stages that hold the day, each with its study days: their time share changes."""
    return [
        each.stage.name
        for each in found.plans
        if day in set(days(each.stage.first_day, each.stage.last_day))
    ]
