"""计划: a programme with its stage, readings spread over study days, a weekly exam, publishing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from learnapp.db.bank.banks import banks_in_reach
from learnapp.db.exams.reach import blueprint_in_reach
from learnapp.db.people.lines import default_line
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import ZONE, CalendarKind, StudyCalendar, local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.bands import parse_bands
from learnapp.domain.exams.exams import (
    AVOID_DAYS,
    CountingRule,
    ExamKind,
    PaperMode,
    Release,
    WindowState,
)
from learnapp.domain.exams.networks import parse_networks
from learnapp.domain.study.programme import ItemKind, RevisionState
from learnapp.services.exams import blueprints, exams
from learnapp.services.study import programme_lines as lines_service
from learnapp.services.study import programmes, readings
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, label, marks_label, moment_label, problem
from learnapp.web.people.unit_choice import offer_units
from question_bank.blueprint import Blueprint as Plan
from question_bank.blueprint import Cell
from question_bank.model import QuestionType

blueprint = Blueprint("programmes", __name__)
_SECTIONS = {
    QuestionType.SINGLE: "单选题",
    QuestionType.MULTIPLE: "多选题",
    QuestionType.TRUE_FALSE: "判断题",
    QuestionType.FILL_BLANK: "填空题",
    QuestionType.SHORT_ANSWER: "简答题",
}


class ProgrammeForm(FlaskForm):
    """A programme with its first stage."""

    name = StringField(_("计划名称"), [DataRequired(_("请填名称")), Length(max=200)])
    unit = SelectField(_("单位（含下级）"), coerce=int)
    calendar = SelectField(
        _("按什么日历"),
        choices=select_options([("working", _("工作日")), ("natural", _("自然日"))]),
    )
    stage_name = StringField(_("阶段名称"), [DataRequired(_("请填名称")), Length(max=200)])
    first_day = DateField(_("第一天"), [InputRequired(_("请填日期"))])
    last_day = DateField(_("最后一天"), [InputRequired(_("请填日期"))])


class ExamForm(FlaskForm):
    """A weekly exam: its window, its length, and how many questions of each type."""

    title = StringField(_("考试名称"), [DataRequired(_("请填名称")), Length(max=200)])
    kind = SelectField(
        _("种类"),
        choices=select_options(
            [("weekly", _("周测")), ("monthly", _("月考")), ("stage", _("阶段测试"))]
        ),
    )
    blueprint = SelectField(_("组卷方案"), coerce=int, default=0)
    bank = SelectField(_("题库"), coerce=int)
    opens_at = DateTimeLocalField(_("开考时间"), [InputRequired(_("请填日期"))])
    closes_at = DateTimeLocalField(_("截止时间"), [InputRequired(_("请填日期"))])
    minutes = IntegerField(_("时长（分钟）"), [NumberRange(1, 600, _("1 至 600"))], default=30)
    pass_percent = IntegerField(_("合格线（%）"), [NumberRange(0, 100, _("0 至 100"))], default=60)
    multiple_rule = SelectField(
        _("多选题计分"),
        choices=select_options(
            [
                ("all_or_nothing", _("全部选对才得分")),
                ("partial", _("少选得一半分，错选不得分")),
            ]
        ),
    )
    paper = SelectField(
        _("试卷"),
        choices=select_options(
            [
                ("each", _("每人一卷，难度相当")),
                ("one", _("所有人同一卷，题目和选项顺序各不相同")),
            ]
        ),
    )
    release = SelectField(
        _("成绩公布"),
        choices=select_options(
            [
                ("at_once", _("阅完即公布")),
                ("at_close", _("截止后公布")),
                ("by_hand", _("复核后由管理员公布")),
            ]
        ),
    )
    markers = SelectField(
        _("简答题阅卷"),
        choices=select_options(
            [
                ("1", _("一人阅")),
                ("2", _("两人各阅一遍，取平均；相差较大时由第三人裁定")),
            ]
        ),
    )
    counts = SelectField(
        _("多次作答"),
        choices=select_options([("best", _("取最好的一次")), ("last", _("取最后的一次"))]),
    )
    bands = StringField(
        _("等次"),
        [Length(max=200)],
        description=_("合格线以外的等次和分数线（%），如：优秀 90，良好 80；可不填"),
    )
    networks = StringField(
        _("限定网络"),
        [Length(max=lengths.LINE)],
        description=_("只能在这些网段开考，如：10.3.0.0/16；空着不限"),
    )
    avoid_days = IntegerField(
        _("避开近日答案"),
        [NumberRange(0, 365, _("0 至 365"))],
        default=AVOID_DAYS,
        description=_("考生这么多天内看过答案的题，题库够时不抽；0 为不避"),
    )
    way_back = IntegerField(
        _("补学天数"),
        [NumberRange(0, 365, _("0 至 365"))],
        default=0,
        description=_("不合格的人读完错题所依据的内容，再答不重复的试卷，合格为止；0 为不设"),
    )
    tries = IntegerField(_("可作答次数"), [NumberRange(1, 9, _("1 至 9"))], default=1)
    single = IntegerField(_("单选题数"), [NumberRange(0, 200)], default=5)
    multiple = IntegerField(_("多选题数"), [NumberRange(0, 200)], default=3)
    true_false = IntegerField(_("判断题数"), [NumberRange(0, 200)], default=4)
    fill_blank = IntegerField(_("填空题数"), [NumberRange(0, 200)], default=2)
    short_answer = IntegerField(_("简答题数"), [NumberRange(0, 50)], default=1)
    marks = IntegerField(_("每题分数"), [NumberRange(1, 100, _("1 至 100"))], default=5)

    def cells(self) -> list[Cell]:
        """The blueprint that the counts describe, in the usual order of types."""
        counts = [(type_, self[type_.value].data or 0) for type_ in _SECTIONS]
        wanted = [(type_, count) for type_, count in counts if count]
        return [
            Cell(n, _SECTIONS[type_], type_, None, None, count, (self.marks.data or 1) * 100)
            for n, (type_, count) in enumerate(wanted, 1)
        ]


def _with_units(form: ProgrammeForm) -> ProgrammeForm:
    offer_units(form.unit, Permission.PROGRAMME_EDIT)
    return form


@blueprint.get("/programmes")
@may(Permission.PROGRAMME_EDIT)
def index() -> str:
    """The programmes, and the form for a new one."""
    return _list(ProgrammeForm())


def _list(form: ProgrammeForm) -> str:
    plans = [
        {
            "name": plan.programme.name,
            "stage": plan.stage.name,
            "span": f"{day_label(plan.stage.first_day)} – {day_label(plan.stage.last_day)}",
            "state": label(RevisionState, plan.revision.state),
            "url": url_for("programmes.show", programme_id=plan.programme.id),
        }
        for plan in programmes.programmes_in_reach(req.caller())
    ]
    return render_template("study/programmes/index.html", plans=plans, form=_with_units(form))


@blueprint.post("/programmes")
@makes
@may(Permission.PROGRAMME_EDIT)
def create() -> str | Response | tuple[str, int]:
    """Make a programme with a draft."""
    form = _with_units(ProgrammeForm())
    if not form.validate_on_submit():
        return _list(form), 422
    stage = programmes.StagePlan(form.stage_name.data, form.first_day.data, form.last_day.data)
    try:
        programme, _stage = programmes.add_programme(
            req.caller(),
            programmes.NewProgramme(
                form.unit.data,
                default_line(req.session()).id,
                form.name.data,
                CalendarKind(form.calendar.data),
            ),
            stage,
        )
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _list(form), 422
    flash(gettext("已新建计划“%(name)s”。", name=programme.name), "good")
    return redirect(url_for("programmes.show", programme_id=programme.id), 303)


@blueprint.get("/programmes/<int:programme_id>")
@may(Permission.PROGRAMME_EDIT)
def show(programme_id: int) -> str:
    """The plan's lines, and what can be added while it is a draft."""
    return _show(programme_id, ExamForm())


def _with_banks(form: ExamForm) -> ExamForm:
    form.bank.choices = select_options(
        (each.bank.id, f"{each.bank.name}（{each.questions}）")
        for each in banks_in_reach(req.caller())
    )
    plans: list[tuple[int, str]] = [(0, gettext("不用方案，按下面的题型数从题库抽题"))]
    if req.actor().may(Permission.EXAM_EDIT):
        saved = blueprints.blueprints_of(req.caller())
        plans += [(row.id, _label(row.name, plan)) for row, plan, _n in saved]
    form.blueprint.choices = select_options(plans)
    return form


def _label(name: str, plan: Plan) -> str:
    marks = marks_label(plan.total_marks)
    return gettext("%(name)s（%(n)s 题，%(m)s 分）", name=name, n=plan.questions, m=marks)


def _dropped(plan: programmes.Plan) -> list[dict[str, Any]]:
    """The exams taken out of a draft, which can be put back."""
    caller, actor = req.caller(), req.actor()
    if plan.revision.state != "draft" or not actor.may(Permission.EXAM_EDIT):
        return []
    return [
        {
            "title": exam.title,
            "url": url_for(
                "programmes.bring_back", programme_id=plan.programme.id, exam_id=exam.id
            ),
        }
        for exam in lines_service.dropped_exams(caller, plan)
    ]


def _show(programme_id: int, form: ExamForm) -> str:
    caller, session, now = req.caller(), req.session(), req.now()
    plan = programmes.plan_in_reach(caller, programme_id)
    fixed = lines_service.fixed_items(session, plan, local_day(now))
    lines = [
        {
            "id": line.requirement_id,
            "title": line.title,
            "kind": label(ItemKind, line.kind),
            "day": day_label(line.plan_day),
            "due": label(WindowState, WindowState.CANCELLED)
            if line.cancelled
            else moment_label(line.due_at),
            "fixed": line.item_id in fixed,
        }
        for line in lines_service.lines_of(session, plan.stage.id)
    ]
    calendar = StudyCalendar(CalendarKind(plan.programme.calendar))
    choices = [
        {"id": each.reading.id, "title": each.version.title, "portions": each.portions}
        for each in readings.readings_in_reach(caller)
    ]
    return render_template(
        "study/programmes/show.html",
        programme_id=programme_id,
        name=plan.programme.name,
        stage=plan.stage.name,
        span=f"{day_label(plan.stage.first_day)} – {day_label(plan.stage.last_day)}",
        state=label(RevisionState, plan.revision.state),
        draft=plan.revision.state == "draft",
        calendar=label(CalendarKind, plan.programme.calendar),
        unknown_years=calendar.unknown_years(plan.stage.first_day, plan.stage.last_day),
        lines=lines,
        dropped=_dropped(plan),
        readings=choices,
        form=_with_banks(form),
    )


@blueprint.post("/programmes/<int:programme_id>/readings")
@makes
@may(Permission.PROGRAMME_EDIT)
def add_reading(programme_id: int) -> Response:
    """Ask a reading; its portions fall on study days."""
    count = lines_service.require_reading(
        req.caller(), programme_id, request.form.get("reading", 0, int)
    )
    say(gettext("已加入 %(n)s 个学习日的内容。", n=count), at="reading")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


@blueprint.post("/programmes/<int:programme_id>/exams")
@makes
@may(Permission.EXAM_EDIT)
def add_exam(programme_id: int) -> str | Response | tuple[str, int]:
    """Ask an exam drawn by a blueprint that the bank can fill."""
    form = _with_banks(ExamForm())
    if not form.validate_on_submit():
        return _show(programme_id, form), 422
    caller, session = req.caller(), req.session()
    try:
        with session.begin_nested():
            exam = exams.add_exam(caller, _blueprint(form), _plan(form))
            lines_service.require_exam(caller, programme_id, exam.id)
    except RuleBroken as broken:
        sentence = problem(broken.code, **broken.params)
        field = {"cells": broken.params.get("type", "single")}.get(broken.field, broken.field)
        form[field if field in form else "title"].errors = [sentence]
        return _show(programme_id, form), 422
    say(gettext("已加入考试“%(t)s”。", t=exam.title), at="exam")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


def _blueprint(form: ExamForm) -> int:
    """The blueprint that was chosen, or a new one of the counts by type."""
    caller = req.caller()
    if form.blueprint.data:
        chosen = blueprint_in_reach(caller, form.blueprint.data)
        return chosen.id
    made = blueprints.add_blueprint(caller, form.bank.data, form.title.data, form.cells())
    return made.id


def _plan(form: ExamForm) -> exams.ExamPlan:
    return exams.ExamPlan(
        title=form.title.data,
        kind=ExamKind(form.kind.data),
        duration=timedelta(minutes=form.minutes.data),
        opens_at=form.opens_at.data.replace(tzinfo=ZONE),
        closes_at=form.closes_at.data.replace(tzinfo=ZONE),
        pass_permille=form.pass_percent.data * 10,
        tries=form.tries.data,
        release=Release(form.release.data),
        multiple_rule=form.multiple_rule.data,
        paper=PaperMode(form.paper.data),
        markers=int(form.markers.data),
        counts=CountingRule(form.counts.data),
        bands=tuple(parse_bands(form.bands.data or "")),
        networks=tuple(parse_networks(form.networks.data or "")),
        avoid_days=form.avoid_days.data,
        way_back=timedelta(days=form.way_back.data) if form.way_back.data else None,
    )


@blueprint.post("/programmes/<int:programme_id>/lines/<int:requirement_id>/drop")
@makes
@may(Permission.PROGRAMME_EDIT)
def drop(programme_id: int, requirement_id: int) -> Response:
    """Take a line out of the draft."""
    lines_service.drop_requirement(req.caller(), programme_id, requirement_id)
    say(gettext("已移出一项。"), at="lines")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


@blueprint.post("/programmes/<int:programme_id>/exams/<int:exam_id>/back")
@repeatable("what is in the draft stays there")
@may(Permission.EXAM_EDIT)
def bring_back(programme_id: int, exam_id: int) -> Response:
    """Ask an exam again that was taken out of the draft."""
    lines_service.require_exam(req.caller(), programme_id, exam_id)
    say(gettext("已放回计划。"), at="lines")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)


@blueprint.post("/programmes/<int:programme_id>/revise")
@makes
@may(Permission.PROGRAMME_EDIT)
def revise(programme_id: int) -> Response:
    """Begin a new draft; what is published holds until the draft is."""
    programmes.revise(req.caller(), programme_id)
    flash(gettext("已另建草稿；发布以前，原来的计划照常有效。"), "good")
    return redirect(url_for("programmes.show", programme_id=programme_id), 303)
