"""阅卷: the short answers that wait, one at a time, without names, point by point."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DecimalField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from learnapp.db.exams.answers_to_mark import MOST_COUNTED
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.exams import grading
from learnapp.services.exams.grading import Answer, GivenGrade
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.input import hundredths
from learnapp.web.core.messages import say
from learnapp.web.core.wording import day_label, marks_label, problem, questions_label

blueprint = Blueprint("marking", __name__)


class MarkForm(FlaskForm):
    """Marks as people write them, and a word to the candidate."""

    awarded = DecimalField(
        _("得分"),
        [InputRequired(_("请填得分")), NumberRange(0, 999999, _("请填数字。"))],
        places=2,
    )
    comment = StringField(_("评语"), [Length(max=lengths.LINE)])


class PointsForm(FlaskForm):
    """The same where there are points: the whole is their sum."""

    awarded = StringField(_("得分"))
    comment = StringField(_("评语"), [Length(max=lengths.LINE)])


@blueprint.get("/marking")
@may(Permission.ANSWER_MARK)
def index() -> str:
    """The next answer that waits."""
    found = grading.grading_queue(req.caller(), limit=1)
    if not found:
        return render_template("exams/grading/none.html", again=_again())
    return _page(found[0])


def _again() -> str | None:
    """The way back to the mark given last, for a second thought."""
    last = grading.last_given(req.caller())
    return url_for("marking.one", marking_id=last[0], question=last[1]) if last else None


@blueprint.get("/marking/<marking_id>/<int:question>")
@may(Permission.ANSWER_MARK)
def one(marking_id: str, question: int) -> str:
    """An answer again, with the mark that was given."""
    found = grading.load_answer(req.caller(), marking_id, question)
    return _page(found)


def _page(each: Answer, form: FlaskForm | None = None, given: list[str] | None = None) -> str:
    if form is None:
        form = PointsForm(formdata=None) if each.points else MarkForm(formdata=None)
        if each.mine is not None:
            form.comment.data = each.mine.comment
            if not each.points:
                form.awarded.data = Decimal(each.mine.awarded) / 100
    return render_template(
        "exams/grading/index.html",
        form=form,
        count=_counted(grading.count_waiting(req.caller())),
        exam=each.exam_title,
        handed_in=day_label(local_day(each.submitted_at)),
        full=marks_label(each.marks),
        stem=each.stem,
        answer=each.response.get("text", ""),
        reference=each.key.get("text", ""),
        points=_points(each, given),
        others=[_opinion(n, other) for n, other in enumerate(each.others, 1)],
        again=None if each.mine is not None else _again(),
        is_again=each.mine is not None,
        url=url_for("marking.give", marking_id=each.attempt, question=each.question),
    )


def _counted(count: int) -> str:
    """How many answers wait; of very many only that they are."""
    if count > MOST_COUNTED:
        return gettext("%(n)s 题以上", n=MOST_COUNTED)
    return questions_label(count)


def _points(each: Answer, given: list[str] | None) -> list[dict[str, str]]:
    before = each.mine.points if each.mine is not None else []
    shown = given or [marks_label(value) for value in before] or [""] * len(each.points)
    return [
        {"text": text, "full": marks_label(full), "value": value}
        for (text, full), value in zip(each.points, shown, strict=True)
    ]


def _opinion(number: int, opinion: Any) -> dict[str, Any]:
    return {
        "title": gettext("第 %(n)s 位阅卷人", n=number),
        "marks": marks_label(opinion.awarded),
        "comment": opinion.comment,
    }


@blueprint.post("/marking/<marking_id>/<int:question>")
@makes
@may(Permission.ANSWER_MARK)
def give(marking_id: str, question: int) -> str | Response | tuple[str, int]:
    """Give the mark and go to the next."""
    caller = req.caller()
    try:
        each = grading.load_answer(caller, marking_id, question)
    except Conflict as moved_on:
        return _moved_on(moved_on)
    given = request.form.getlist("point") if each.points else None
    form = PointsForm() if each.points else MarkForm()
    awarded = _read(each, form, given)
    if awarded is None:
        return _page(each, form, _as_many(each, given)), 422
    points, total = awarded
    try:
        grade = GivenGrade(total, form.comment.data or "", points)
        grading.submit_grade(caller, marking_id, question, grade)
    except RuleBroken as broken:
        form.awarded.errors = [_refusal(broken)]
        return _page(each, form, _as_many(each, given)), 422
    except Conflict as moved_on:
        return _moved_on(moved_on)
    say(gettext("已阅一题。"), at="mark")
    return redirect(url_for("marking.index"), 303)


def _moved_on(conflict: Conflict) -> Response:
    say(problem(conflict.code), "info", at="mark")
    return redirect(url_for("marking.index"), 303)


def _refusal(broken: RuleBroken) -> str:
    params = {name: marks_label(value) for name, value in broken.params.items()}
    return problem(broken.code, **params)


def _as_many(each: Answer, given: list[str] | None) -> list[str] | None:
    """What was typed beside the points, as many as there are."""
    if given is None:
        return None
    return (given + [""] * len(each.points))[: len(each.points)]


def _read(each: Answer, form: FlaskForm, given: list[str] | None) -> tuple[list[int], int] | None:
    """(hundredths per point, their sum), or None with the errors beside the fields."""
    if not form.validate_on_submit():
        return None
    if given is None:
        return [], round(form.awarded.data * 100)
    points = []
    for text, (_point, full) in zip(_as_many(each, given) or [], each.points, strict=True):
        value = hundredths(text or "0")
        if value is None or value > full:
            form.awarded.errors = [gettext("每个要点的得分应在 0 与该要点的分值之间。")]
            return None
        points.append(value)
    return points, sum(points)
