"""The forms of an exam: what all have in common, and one exam with a window of its own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from learnapp.db.bank.banks import banks_in_reach
from learnapp.db.exams.reach import blueprint_in_reach
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.networks import parse_networks
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.bands import parse_bands
from learnapp.domain.exams.exams import (
    AVOID_DAYS,
    CountingRule,
    ExamKind,
    PaperMode,
    Release,
    WindowTimes,
)
from learnapp.domain.exams.recurring import DEFAULTS
from learnapp.services.exams import blueprints, exams
from learnapp.web.core import request_context as req
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import label, marks_label, with_note
from question_bank.blueprint import Blueprint as Plan
from question_bank.blueprint import Cell
from question_bank.model import QuestionType

_SECTIONS = {
    QuestionType.SINGLE: "单选题",
    QuestionType.MULTIPLE: "多选题",
    QuestionType.TRUE_FALSE: "判断题",
    QuestionType.FILL_BLANK: "填空题",
    QuestionType.SHORT_ANSWER: "简答题",
}
COUNTED = tuple(str(each) for each in _SECTIONS)  # the fields that count questions by type


class ExamRules(FlaskForm):
    """What exams have in common however many are made: length, marks, how many questions of each type."""

    title = StringField(_("考试名称"), [DataRequired(_("请填名称")), Length(max=200)])
    blueprint = SelectField(_("组卷方案"), coerce=int, default=0)
    bank = SelectField(_("题库"), coerce=int)
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
        default="all_or_nothing",
    )
    paper = SelectField(
        _("试卷"),
        choices=select_options(
            [
                ("each", _("每人一卷，难度相当")),
                ("one", _("所有人同一卷，题目和选项顺序各不相同")),
            ]
        ),
        default="each",
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
        default="1",
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


class ExamForm(ExamRules):
    """One exam with its window."""

    KINDS: ClassVar = {"weekly": _("周测"), "monthly": _("月考"), "stage": _("阶段测试")}
    kind = SelectField(_("种类"), choices=select_options(KINDS.items()))
    opens_at = DateTimeLocalField(_("开考时间"), [InputRequired(_("请填日期"))])
    closes_at = DateTimeLocalField(_("截止时间"), [InputRequired(_("请填日期"))])


def usual_values(kind: ExamKind) -> dict[str, Any]:
    """What the fields of an exam hold for its kind as long as nothing was typed."""
    usual = DEFAULTS[kind]
    return {
        **dict.fromkeys(COUNTED, 0),
        **{str(type_): number for type_, number in usual.questions.items()},
        "title": label(ExamKind, kind),
        "marks": usual.marks,
        "minutes": usual.minutes,
        "tries": usual.tries,
        "counts": str(usual.counts),
        "pass_percent": usual.pass_percent,
        "release": str(usual.release),
    }


def usual_exam(kind: ExamKind, window: WindowTimes | None) -> ExamForm:
    """The form of one exam of a kind, in the window that its kind would have next (None: none is left)."""
    times = {} if window is None else {"opens_at": window.opens_at, "closes_at": window.closes_at}
    local = {name: at.astimezone(ZONE).replace(tzinfo=None) for name, at in times.items()}
    return ExamForm(data={**usual_values(kind), "kind": str(kind), **local})


def offer_questions(form: ExamRules) -> None:
    """Give the form the banks and blueprints within reach."""
    form.bank.choices = select_options(
        (each.bank.id, with_note(each.bank.name, str(each.questions)))
        for each in banks_in_reach(req.caller())
    )
    plans: list[tuple[int, str]] = [(0, gettext("不用方案，按下面的题型数从题库抽题"))]
    form.blueprint.choices = select_options([*plans, *saved_blueprints()])


def saved_blueprints() -> list[tuple[int, str]]:
    """The blueprints within reach as choices."""
    if not req.actor().may(Permission.EXAM_EDIT):
        return []
    saved = blueprints.blueprints_of(req.caller())
    return [(row.id, _label(row.name, plan)) for row, plan, _n in saved]


def _label(name: str, plan: Plan) -> str:
    marks = marks_label(plan.total_marks)
    return gettext("%(name)s（%(n)s 题，%(m)s 分）", name=name, n=plan.questions, m=marks)


def blueprint_of(form: ExamRules) -> int:
    """The blueprint that was chosen, or a new one of the counts by type."""
    caller = req.caller()
    if form.blueprint.data:
        return blueprint_in_reach(caller, form.blueprint.data).id
    name = (form.title.data or "")[:200]
    return blueprints.add_blueprint(caller, form.bank.data, name, form.cells()).id


def exam_plan(form: ExamRules, kind: ExamKind, span: tuple[datetime, datetime]) -> exams.ExamPlan:
    """What the form says of an exam of a kind that opens and closes so."""
    return exams.ExamPlan(
        title=form.title.data,
        kind=kind,
        duration=timedelta(minutes=form.minutes.data),
        opens_at=span[0],
        closes_at=span[1],
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


def wrong_field(field: str, type_: str | None) -> str:
    """The field of the form at which a broken rule is shown."""
    if field == "cells":
        return type_ or "single"
    return field
