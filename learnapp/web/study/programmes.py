"""计划: the list of programmes, and one with its stages, its lines, and what can be added to them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length

from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import ZONE, CalendarKind, StudyCalendar, local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import ExamKind, WindowState
from learnapp.domain.exams.recurring import DEFAULTS
from learnapp.domain.study.programme import ItemKind, RevisionState
from learnapp.domain.study.stage_plan import usual_days
from learnapp.services.exams import exam_series, exams
from learnapp.services.study import programme_lines as lines_service
from learnapp.services.study import programmes, readings
from learnapp.services.study.programmes import Plan
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import TicksField
from learnapp.web.core.wording import day_label, label, moment_label, problem
from learnapp.web.people.unit_choice import offer_units
from learnapp.web.study.exam_form import (
    COUNTED,
    ExamForm,
    blueprint_of,
    exam_plan,
    offer_questions,
    usual_exam,
    wrong_field,
)

blueprint = Blueprint("programmes", __name__)


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


class ReadingsForm(FlaskForm):
    """What is to be read in a stage."""

    reading = TicksField(_("学习材料"), coerce=int)


def _with_units(form: ProgrammeForm) -> ProgrammeForm:
    offer_units(form.unit, Permission.PROGRAMME_EDIT)
    return form


@blueprint.get("/programmes")
@may(Permission.PROGRAMME_EDIT)
def index() -> str:
    """The programmes, and the form for a new one."""
    first, last = usual_days(local_day(req.now()))
    usual = {"stage_name": gettext("第 %(n)s 阶段", n=1), "first_day": first, "last_day": last}
    return _list(ProgrammeForm(data=usual))


def _list(form: ProgrammeForm) -> str:
    wanted = request.args.get("state", "")
    state = RevisionState(wanted) if wanted in set(RevisionState) else None
    page = asked_page()
    found, total = programmes.programmes_in_reach(req.caller(), state, ((page - 1) * SIZE, SIZE))
    return render_template(
        "study/programmes/index.html",
        plans=[_row(each) for each in found],
        total=total,
        filters=_filters(wanted if state else ""),
        page=pager("programmes.index", page, total, state=wanted or None),
        form=_with_units(form),
    )


def _filters(wanted: str) -> list[dict[str, Any]]:
    """The states by which the list can be narrowed."""
    states = [("", gettext("全部")), *((str(s), label(RevisionState, s)) for s in RevisionState)]
    return [
        {
            "label": text,
            "url": url_for("programmes.index", state=value or None),
            "current": value == wanted,
        }
        for value, text in states
    ]


def _row(each: programmes.ProgrammeRow) -> dict[str, Any]:
    span = f"{day_label(each.first_day)} – {day_label(each.last_day)}"
    return {
        "name": each.programme.name,
        "meta": gettext("%(n)s 个阶段 · %(span)s", n=each.stages, span=span),
        "state": label(RevisionState, each.revision.state),
        "url": url_for("programmes.show", programme_id=each.programme.id),
    }


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


def asked_stage() -> int | None:
    """The stage in the address, by its identity."""
    return whole(request.values, "stage")


def to_programme(plan: Plan) -> Response:
    """Back to a stage of the programme."""
    at = url_for("programmes.show", programme_id=plan.programme.id, stage=plan.identity)
    return redirect(at, 303)


@blueprint.get("/programmes/<int:programme_id>")
@may(Permission.PROGRAMME_EDIT)
def show(programme_id: int) -> str:
    """A stage's lines, and what can be added."""
    caller, session, now = req.caller(), req.session(), req.now()
    plan = programmes.plan_in_reach(caller, programme_id, asked_stage())
    fixed = lines_service.fixed_items(session, plan, local_day(now))
    lines, page = lines_service.lines_of(session, plan.stage.id), asked_page()
    shown = lines[(page - 1) * SIZE : page * SIZE]
    return render_template(
        "study/programmes/show.html",
        **head_of(plan),
        stages=stages_of(plan, "programmes.show"),
        lines=[_line(each, fixed) for each in shown],
        total=len(lines),
        page=pager(
            "programmes.show", page, len(lines), programme_id=programme_id, stage=plan.identity
        ),
        dropped=_dropped(plan),
        readings=_readings_to_ask(),
        exam_tasks=exam_tasks(plan),
    )


def _readings_to_ask() -> ReadingsForm:
    """The readings within reach, each with how many days it takes."""
    form = ReadingsForm(formdata=None)
    form.reading.choices = select_options(
        (each.reading.id, gettext("%(t)s（%(n)s 天）", t=each.version.title, n=each.portions))
        for each in readings.readings_in_reach(req.caller())
    )
    return form


def head_of(plan: Plan) -> dict[str, Any]:
    """What every page of a programme says of it."""
    calendar = StudyCalendar(CalendarKind(plan.programme.calendar))
    stage = plan.stage
    return {
        "programme_id": plan.programme.id,
        "stage_identity": plan.identity,
        "name": plan.programme.name,
        "stage": stage.name,
        "span": f"{day_label(stage.first_day)} – {day_label(stage.last_day)}",
        "state": label(RevisionState, plan.revision.state),
        "draft": plan.revision.state == RevisionState.DRAFT,
        "calendar": label(CalendarKind, plan.programme.calendar),
        "unknown_years": calendar.unknown_years(stage.first_day, stage.last_day),
        "views": _views(plan),
    }


def _views(plan: Plan) -> list[dict[str, Any]]:
    """The pages of a programme, each by its question."""
    at: dict[str, Any] = {"programme_id": plan.programme.id, "stage": plan.identity}
    pages = [("programmes.show", gettext("任务"))]
    if req.actor().may(Permission.EXAM_EDIT):
        pages.append(("exam_changes.index", gettext("考试")))
    pages.append(("plan_calendar.index", gettext("日历")))
    pages.append(("burden.show", gettext("负担")))
    pages.append(("stages.index", gettext("阶段")))
    return [
        {"label": text, "url": url_for(endpoint, **at), "current": request.endpoint == endpoint}
        for endpoint, text in pages
    ]


def stages_of(plan: Plan, endpoint: str) -> list[dict[str, Any]]:
    """The stages of a programme as links to the same page of each."""
    return [
        {
            "label": each.stage.name,
            "url": url_for(endpoint, programme_id=plan.programme.id, stage=each.identity),
            "current": each.identity == plan.identity,
        }
        for each in programmes.plans_in_reach(req.caller(), plan.programme.id)
    ]


def _line(line: lines_service.PlanLine, fixed: set[int]) -> dict[str, Any]:
    cancelled = label(WindowState, WindowState.CANCELLED)
    return {
        "id": line.requirement_id,
        "title": line.title,
        "kind": label(ItemKind, line.kind),
        "required": line.required,
        "day": day_label(line.plan_day),
        "due": cancelled if line.cancelled else moment_label(line.due_at),
        "fixed": line.item_id in fixed,
    }


def exam_tasks(plan: Plan) -> list[dict[str, str]]:
    """The ways to plan exams, each kind in one step; one by itself last."""
    if not req.actor().may(Permission.EXAM_EDIT):
        return []
    at: dict[str, Any] = {"programme_id": plan.programme.id, "stage": plan.identity}
    tells = {
        ExamKind.WEEKLY: gettext("每周四晚到周日晚，20 分钟，可答 3 次，缺考的周三前补"),
        ExamKind.MONTHLY: gettext("每月末，60 分钟，分两批，一人一次"),
        ExamKind.STAGE: gettext("阶段末，90 分钟，分两批"),
        ExamKind.TRIAL: gettext("让大家先熟悉一遍，不计成绩，也不算完成"),
    }
    tasks = [
        {
            "label": label(ExamKind, kind),
            "meta": tells[kind],
            "url": url_for("exam_series.plan", kind=str(kind), **at),
        }
        for kind in DEFAULTS
    ]
    single = url_for("programmes.new_exam", **at)
    return [*tasks, {"label": gettext("单独一场"), "meta": gettext("自定时间"), "url": single}]


def _dropped(plan: Plan) -> list[dict[str, Any]]:
    """The exams taken out of a draft, which can be put back."""
    caller, actor = req.caller(), req.actor()
    if plan.revision.state != RevisionState.DRAFT or not actor.may(Permission.EXAM_EDIT):
        return []
    return [
        {
            "title": exam.title,
            "url": url_for(
                "programmes.bring_back",
                programme_id=plan.programme.id,
                exam_id=exam.id,
                stage=plan.identity,
            ),
        }
        for exam in lines_service.dropped_exams(caller, plan)
    ]


@blueprint.post("/programmes/<int:programme_id>/readings")
@makes
@may(Permission.PROGRAMME_EDIT)
def add_reading(programme_id: int) -> Response:
    """Ask readings; their portions fall on study days."""
    caller, stage = req.caller(), asked_stage()
    required = request.form.get("required", "1") != "0"
    chosen = request.form.getlist("reading", int)
    if chosen:
        count = lines_service.require_readings(caller, programme_id, chosen, required, stage)
        say(gettext("已加入 %(n)s 个学习日的内容。", n=count), at="reading")
    else:
        say(gettext("请先勾选要加的学习材料。"), "error", at="reading")
    return to_programme(programmes.plan_in_reach(caller, programme_id, stage))


@blueprint.get("/programmes/<int:programme_id>/exams/new")
@may(Permission.EXAM_EDIT)
def new_exam(programme_id: int) -> str:
    """The form of one exam with a window of its own, as its kind usually is."""
    plan = programmes.plan_in_reach(req.caller(), programme_id, asked_stage())
    asked = request.args.get("kind", ExamKind.WEEKLY.value)
    kind = ExamKind(asked) if asked in ExamForm.KINDS else ExamKind.WEEKLY
    return _exam_page(
        programme_id, usual_exam(kind, exam_series.next_window(req.caller(), plan, kind))
    )


def _exam_page(programme_id: int, form: ExamForm) -> str:
    offer_questions(form)
    plan = programmes.plan_in_reach(req.caller(), programme_id, asked_stage())
    at: dict[str, Any] = {"programme_id": programme_id, "stage": plan.identity}
    kinds = [
        {
            "label": text,
            "url": url_for(".new_exam", kind=kind, **at),
            "current": kind == form.kind.data,
        }
        for kind, text in ExamForm.KINDS.items()
    ]
    counted = [form[each] for each in COUNTED]
    return render_template(
        "study/programmes/exam.html", **head_of(plan), form=form, kinds=kinds, counted=counted
    )


@blueprint.post("/programmes/<int:programme_id>/exams")
@makes
@may(Permission.EXAM_EDIT)
def add_exam(programme_id: int) -> str | Response | tuple[str, int]:
    """Ask an exam drawn by a blueprint that the bank can fill."""
    form = ExamForm()
    offer_questions(form)
    if not form.validate_on_submit():
        return _exam_page(programme_id, form), 422
    caller, session, stage = req.caller(), req.session(), asked_stage()
    span = (form.opens_at.data.replace(tzinfo=ZONE), form.closes_at.data.replace(tzinfo=ZONE))
    try:
        with session.begin_nested():
            programmes.revise(caller, programme_id)
            plan = exam_plan(form, ExamKind(form.kind.data), span)
            exam = exams.add_exam(caller, blueprint_of(form), plan)
            lines_service.require_exam(caller, programme_id, exam.id, stage)
    except RuleBroken as broken:
        sentence = problem(broken.code, **broken.params)
        field = wrong_field(broken.field, broken.params.get("type"))
        form[field if field in form else "title"].errors = [sentence]
        return _exam_page(programme_id, form), 422
    say(gettext("已加入考试“%(t)s”。", t=exam.title), at="exam")
    return to_programme(programmes.plan_in_reach(caller, programme_id, stage))


@blueprint.post("/programmes/<int:programme_id>/lines/<int:requirement_id>/drop")
@makes
@may(Permission.PROGRAMME_EDIT)
def drop(programme_id: int, requirement_id: int) -> Response:
    """Take a line out of the draft."""
    caller = req.caller()
    plan = lines_service.stage_of_line(caller, programme_id, requirement_id)
    lines_service.drop_requirement(caller, programme_id, requirement_id)
    say(gettext("已移出一项。"), at="lines")
    return to_programme(plan)


@blueprint.post("/programmes/<int:programme_id>/exams/<int:exam_id>/back")
@repeatable("what is in the draft stays there")
@may(Permission.EXAM_EDIT)
def bring_back(programme_id: int, exam_id: int) -> Response:
    """Ask an exam again that was taken out of the draft."""
    caller, stage = req.caller(), asked_stage()
    lines_service.require_exam(caller, programme_id, exam_id, stage)
    say(gettext("已放回计划。"), at="lines")
    return to_programme(programmes.plan_in_reach(caller, programme_id, stage))


@blueprint.post("/programmes/<int:programme_id>/revise")
@makes
@may(Permission.PROGRAMME_EDIT)
def revise(programme_id: int) -> Response:
    """Begin a new draft; what is published holds until the draft is."""
    plan = programmes.revise(req.caller(), programme_id)
    flash(gettext("已另建草稿；发布以前，原来的计划照常有效。"), "good")
    return to_programme(plan)
