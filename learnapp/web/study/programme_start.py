"""A programme begun from a template, planned backward from its end, or as a copy of another year's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import CalendarKind, StudyCalendar, local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.stage_plan import StagePlan, Template, plan_backward, retitled
from learnapp.services.exams import programme_copies
from learnapp.services.exams.programme_copies import CopiedProgramme, CopyWish
from learnapp.services.study import programmes
from learnapp.services.study.programmes import NewProgramme
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label
from learnapp.web.people import previewed
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("programme_start", __name__)


class TemplateForm(FlaskForm):
    """A template with its end and the study days before it."""

    template = SelectField(
        _("模板"),
        choices=select_options(
            [
                (str(Template.CAMPAIGN), _("三个环节：学习教育、查纠整改、总结提升")),
                (str(Template.STANDING_YEAR), _("常态化一年：四个季度")),
            ]
        ),
    )
    name = StringField(_("计划名称"), [DataRequired(_("请填名称")), Length(max=200)])
    unit = SelectField(_("单位（含下级）"), coerce=int)
    calendar = SelectField(
        _("按什么日历"),
        choices=select_options([("working", _("工作日")), ("natural", _("自然日"))]),
    )
    last_day = DateField(_("最后一天"), [InputRequired(_("请填日期"))])
    study_days = IntegerField(
        _("共多少个学习日"),
        [InputRequired(_("请填天数")), NumberRange(1, 700, _("1 至 700"))],
        description=_("从最后一天往前排；各阶段按 4:4:2 或四等分"),
    )


class CopyForm(FlaskForm):
    """A copy: its name, its first day, what it takes along."""

    name = StringField(_("计划名称"), [DataRequired(_("请填名称")), Length(max=200)])
    first_day = DateField(_("第一天"), [InputRequired(_("请填日期"))])
    readings = BooleanField(_("带上学习材料，重新分到学习日"))
    exams = BooleanField(_("带上考试，按整周往后推"))


@blueprint.route("/programmes/from-template", methods=["GET", "POST"])
@makes
@may(Permission.PROGRAMME_EDIT)
def from_template() -> str | Response | tuple[str, int]:
    """The form, then the stages it comes to, then the programme."""
    form, step = TemplateForm(), previewed.asked()
    offer_units(form.unit, Permission.PROGRAMME_EDIT)
    if step in ("form", "edit"):
        return _page(form, gettext("从模板新建计划"), gettext("预览各阶段"))
    if not form.validate():
        return _page(form, gettext("从模板新建计划"), gettext("预览各阶段")), 422
    try:
        kind = CalendarKind(form.calendar.data)
        stages = plan_backward(
            Template(form.template.data),
            form.last_day.data,
            form.study_days.data,
            StudyCalendar(kind),
        )
        if step == "confirm":
            line = default_line(req.session()).id
            wanted = NewProgramme(form.unit.data, line, form.name.data, kind)
            programme, _stage = programmes.add_programme(req.caller(), wanted, *stages)
            flash(gettext("已新建计划“%(name)s”。", name=programme.name), "good")
            return redirect(url_for("programmes.show", programme_id=programme.id), 303)
    except RuleBroken as broken:
        previewed.refused(form, broken)
        return _page(form, gettext("从模板新建计划"), gettext("预览各阶段")), 422
    return _preview(gettext("从模板新建计划"), form.name.data, _rows(stages, kind), [])


def _rows(stages: list[StagePlan], kind: CalendarKind) -> list[tuple[str, str]]:
    calendar = StudyCalendar(kind)
    return [
        (
            each.name,
            gettext(
                "%(a)s – %(b)s，%(n)s 个学习日",
                a=day_label(each.first_day),
                b=day_label(each.last_day),
                n=len(calendar.study_days(each.first_day, each.last_day)),
            ),
        )
        for each in stages
    ]


@blueprint.route("/programmes/<int:programme_id>/copy", methods=["GET", "POST"])
@makes
@may(Permission.PROGRAMME_EDIT)
def copy(programme_id: int) -> str | Response | tuple[str, int]:
    """The form, then what the copy comes to, then the copy."""
    plans = programmes.plans_in_reach(req.caller(), programme_id)
    first = min(each.stage.first_day for each in plans)
    new = max(first + timedelta(days=364), local_day(req.now()))
    name = retitled(plans[0].programme.name, first, new)
    form, step = (
        CopyForm(data={"name": name, "first_day": new, "readings": True, "exams": True}),
        previewed.asked(),
    )
    title = gettext("复制为新计划")
    if step in ("form", "edit"):
        return _page(form, title, gettext("预览"), plans[0].programme.name)
    if not form.validate():
        return _page(form, title, gettext("预览"), plans[0].programme.name), 422
    wish = CopyWish(form.name.data, form.first_day.data, form.readings.data, form.exams.data)
    nested = req.session().begin_nested()
    try:
        found = programme_copies.roll_over(req.caller(), programme_id, wish)
    except RuleBroken as broken:
        nested.rollback()
        previewed.refused(form, broken)
        return _page(form, title, gettext("预览"), plans[0].programme.name), 422
    if step == "confirm":
        flash(gettext("已新建计划“%(name)s”，在草稿里。", name=found.programme.name), "good")
        return redirect(url_for("programmes.show", programme_id=found.programme.id), 303)
    rows, tells = _rows(found.stages, CalendarKind(found.programme.calendar)), _tells(found)
    nested.rollback()
    return _preview(title, form.name.data, rows, tells)


def _tells(found: CopiedProgramme) -> list[str]:
    """What the copy takes along, and what it cannot."""
    tells = [
        gettext("带上 %(n)s 个学习日的内容、%(m)s 场考试。", n=found.portions, m=found.exams),
        gettext("原来的计划和它的数字都不变。"),
    ]
    if found.portions:
        tells.append(gettext("以前学完过同一份材料的人，在新计划里算已完成（互认）。"))
    if found.left_out:
        names = gettext("、").join(found.left_out[:10])
        tells.append(gettext("落在新阶段以外或已过期，没带上：%(names)s", names=names))
    return tells


def _page(form: FlaskForm, title: str, button: str, about: str = "") -> str:
    return render_template(
        "study/programmes/start.html",
        form=form,
        title=title,
        about=about,
        button_label=button,
    )


def _preview(title: str, name: str, rows: list[tuple[str, str]], tells: list[str]) -> str:
    values: dict[str, Any] = {"title": title, "name": name, "rows": rows, "tells": tells}
    return render_template(
        "study/programmes/start_preview.html", **values, carried=previewed.carried()
    )
