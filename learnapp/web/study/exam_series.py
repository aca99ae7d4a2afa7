"""排考试: exams of a kind planned in one step, seen as a list of what they will be, then added."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response
from wtforms import DateField, IntegerField, SelectField, TimeField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import CountingRule, ExamKind, WindowTimes
from learnapp.domain.exams.recurring import DEFAULTS, Occurrence, Series, Timetable
from learnapp.domain.people.people import Category
from learnapp.domain.study.programme import Audience
from learnapp.services.exams import exam_series
from learnapp.services.exams.exam_series import PaperFor, SeriesPlan, title_of
from learnapp.services.study import programmes
from learnapp.services.study.programmes import Plan
from learnapp.services.study.publishing_reach import people_asked
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.ticks_field import SeveralField
from learnapp.web.core.wording import day_label, label, listed, marks_label, problem, span_label
from learnapp.web.people import previewed
from learnapp.web.study.exam_form import (
    COUNTED,
    ExamRules,
    blueprint_of,
    exam_plan,
    offer_questions,
    saved_blueprints,
    usual_values,
    wrong_field,
)
from learnapp.web.study.programmes import asked_stage, head_of, to_programme

blueprint = Blueprint("exam_series", __name__)
_WEEKDAYS = (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))


class SeriesForm(ExamRules):
    """Exams of a kind: between which days, when each opens and closes, in how many batches."""

    first_day = DateField(_("从哪天起"), [InputRequired(_("请填日期"))])
    last_day = DateField(_("到哪天止"), [InputRequired(_("请填日期"))])
    weekday = SelectField(
        _("每周几开考"), coerce=int, choices=select_options(enumerate(_WEEKDAYS)), default=3
    )
    opens = TimeField(_("开考时刻"), [InputRequired(_("请填时刻"))])
    days = IntegerField(_("几天后截止"), [NumberRange(0, 6, _("0 至 6"))], default=0)
    closes = TimeField(_("截止时刻"), [InputRequired(_("请填时刻"))])
    make_up_days = IntegerField(
        _("缺考补考天数"),
        [NumberRange(0, 60, _("0 至 60"))],
        default=0,
        description=_("截止后几天之内，缺考的人可以补考；0 为不设"),
    )
    batches = IntegerField(
        _("分几批"),
        [NumberRange(1, 6, _("1 至 6"))],
        default=1,
        description=_("每批在不同的日子，值班的人错开参加；每人参加一批"),
    )
    apart = IntegerField(_("两批相隔（学习日）"), [NumberRange(1, 10, _("1 至 10"))], default=1)
    categories = SeveralField(
        _("另设一卷的人员"),
        choices=select_options((str(each), str(each)) for each in Category),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    other_blueprint = SelectField(_("另一卷的组卷方案"), coerce=int, default=0)
    other_pass = IntegerField(
        _("另一卷的合格线（%）"), [NumberRange(0, 100, _("0 至 100"))], default=60
    )


def _form(kind: ExamKind, plan: Plan) -> SeriesForm:
    """The form of a kind, with what is usual for it as long as nothing was typed."""
    at = DEFAULTS[kind].timetable
    form = SeriesForm(
        data={
            **usual_values(kind),
            "weekday": at.weekday,
            "opens": at.opens,
            "closes": at.closes,
            "days": at.days,
            "make_up_days": at.make_up_days,
            "batches": at.batches,
            "apart": at.apart,
            "other_pass": DEFAULTS[kind].pass_percent,
            "first_day": max(plan.stage.first_day, local_day(req.now())),
            "last_day": plan.stage.last_day,
        }
    )
    offer_questions(form)
    none: list[tuple[int, str]] = [(0, gettext("不另设"))]
    form.other_blueprint.choices = select_options([*none, *saved_blueprints()])
    form.categories.choices = select_options(
        [(str(each), label(Category, each)) for each in Category]
    )
    return form


def _kind(kind: str) -> ExamKind:
    if kind not in set(DEFAULTS):
        abort(404)
    return ExamKind(kind)


@blueprint.route("/programmes/<int:programme_id>/series/<kind>", methods=["GET", "POST"])
@makes
@may(Permission.EXAM_EDIT)
def plan(programme_id: int, kind: str) -> str | Response | tuple[str, int]:
    """The form, then every exam it comes to, then the exams."""
    caller, chosen = req.caller(), _kind(kind)
    found = programmes.plan_in_reach(caller, programme_id, asked_stage())
    form, step = _form(chosen, found), previewed.asked()
    if step in ("form", "edit"):
        return _page(found, chosen, form)
    if not form.validate():
        return _page(found, chosen, form), 422
    try:
        if step == "confirm":
            with req.session().begin_nested():
                made = exam_series.add(caller, programme_id, _wanted(form, chosen), found.identity)
            say(
                gettext("已排 %(n)s 场考试，都在草稿里；发布后才布置下去。", n=len(made.exams)),
                at="exam",
            )
            return to_programme(made.plan)
        return _preview(found, chosen, form)
    except RuleBroken as broken:
        field = wrong_field(broken.field, broken.params.get("type"))
        wrong = getattr(form, field, form.title)
        wrong.errors = [problem(broken.code, **broken.params)]
        return _page(found, chosen, form), 422


def _wanted(form: SeriesForm, kind: ExamKind) -> SeriesPlan:
    opening = (req.now(), req.now())  # each exam of a series has times of its own
    papers = [PaperFor(blueprint_of(form), form.pass_percent.data * 10)]
    special = frozenset(Category(each) for each in form.categories.data or ())
    if special and form.other_blueprint.data:
        names = gettext("、").join(label(Category, each) for each in Category if each in special)
        other = form.other_blueprint.data
        papers.append(PaperFor(other, form.other_pass.data * 10, special, names))
    return SeriesPlan(
        exam_plan(form, kind, opening),
        _timetable(form),
        (form.first_day.data, form.last_day.data),
        tuple(papers),
    )


def _timetable(form: SeriesForm) -> Timetable:
    return Timetable(
        form.weekday.data,
        form.opens.data,
        form.days.data,
        form.closes.data,
        form.make_up_days.data,
        form.batches.data,
        form.apart.data,
    )


def _page(found: Plan, kind: ExamKind, form: SeriesForm) -> str:
    return render_template(
        "study/programmes/series.html",
        **head_of(found),
        form=form,
        kind=str(kind),
        kind_label=label(ExamKind, kind),
        counted=[form[each] for each in COUNTED],
    )


def _preview(found: Plan, kind: ExamKind, form: SeriesForm) -> str:
    """What would be made, by making it and taking it back."""
    nested = req.session().begin_nested()
    try:
        wanted = _wanted(form, kind)
        series = exam_series.preview(req.caller(), found.programme.id, wanted, found.identity)
        made = exam_series.add(req.caller(), found.programme.id, wanted, found.identity)
        drawn = made.exams[0].pass_mark
        count = len(made.exams)
    finally:
        nested.rollback()
    audience = Audience(frozenset({found.programme.owner_unit_id}))
    people = people_asked(req.session(), found.programme.line_id, req.now(), [audience])
    return render_template(
        "study/programmes/series_preview.html",
        **head_of(found),
        kind=str(kind),
        kind_label=label(ExamKind, kind),
        count=count,
        facts=_facts(form, people, drawn),
        tells=_tells(found, kind, form, series),
        rows=[_row(form, kind, each) for each in series.exams],
        carried=previewed.carried(),
    )


def _facts(form: SeriesForm, people: int, pass_mark: int) -> list[tuple[str, str]]:
    tries = ngettext("%(num)s 次", "%(num)s 次", form.tries.data)
    if form.tries.data > 1:
        tries = listed((tries, label(CountingRule, form.counts.data)))
    return [
        (gettext("考哪些人"), gettext("计划范围内的 %(n)s 人", n=people)),
        (gettext("时长"), gettext("%(n)s 分钟", n=form.minutes.data)),
        (gettext("可作答"), tries),
        (gettext("合格线"), gettext("%(n)s 分", n=marks_label(pass_mark))),
    ]


def _tells(found: Plan, kind: ExamKind, form: SeriesForm, series: Series) -> list[str]:
    """What is out of the ordinary, and what follows."""
    tells = []
    least, most = DEFAULTS[kind].usual
    asked = sum(form[each].data or 0 for each in COUNTED)
    if not form.blueprint.data and not least <= asked <= most:
        tells.append(
            gettext(
                "每场 %(n)s 题；%(kind)s通常 %(least)s 至 %(most)s 题。",
                n=asked,
                kind=label(ExamKind, kind),
                least=least,
                most=most,
            )
        )
    if series.without:
        weeks = gettext("、").join(day_label(each) for each in series.without)
        tells.append(gettext("这些周没有学习日，不排：%(weeks)s 起的一周。", weeks=weeks))
    if any(each.cut for each in series.exams):
        tells.append(gettext("最后一场的截止时间提前到阶段结束。"))
    if kind is ExamKind.TRIAL:
        tells.append(gettext("试考不计成绩：不进成绩册、进度和试题统计，合格也不算完成。"))
    if found.revision.state != "draft":
        tells.append(gettext("计划已发布：会另建草稿，发布以前原来的安排不变。"))
    tells.append(gettext("先放进草稿，发布以后才布置下去；发布前可以逐场移出。"))
    return tells


def _row(form: SeriesForm, kind: ExamKind, exam: Occurrence) -> dict[str, Any]:
    return {
        "title": title_of(form.title.data, kind, exam),
        "windows": [_span(each) for each in exam.windows],
        "make_up": None if exam.make_up is None else _span(exam.make_up),
    }


def _span(span: WindowTimes) -> str:
    return span_label(span.opens_at, span.closes_at)
