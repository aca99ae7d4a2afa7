"""阅卷: the short answers that wait, one at a time, without names."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DecimalField, StringField
from wtforms.validators import InputRequired, Length

from learnapp.domain.errors import Conflict, RuleBroken
from learnapp.domain.permissions import Permission
from learnapp.services import marking as service
from learnapp.web import request as req
from learnapp.web.language import marks_label, moment_label
from learnapp.web.problems import problem
from learnapp.web.rules import may

blueprint = Blueprint("marking", __name__)


class MarkForm(FlaskForm):  # type: ignore[misc]
    """Marks as people write them, and a word to the candidate."""

    awarded = DecimalField(_("得分"), [InputRequired(_("请填得分"))], places=2)
    comment = StringField(_("评语"), [Length(max=400)])


@blueprint.get("/marking")
@may(Permission.ANSWER_MARK)
def index() -> str:
    """The next answer that waits."""
    return _page(MarkForm())


def _page(form: MarkForm) -> str:
    session, actor, now = req.session(), req.actor(), req.now()
    found = service.waiting(session, actor, now, limit=1)
    if not found:
        return render_template("marking/none.html")
    each = found[0]
    return render_template(
        "marking/index.html",
        form=form,
        count=service.count_waiting(session, actor, now),
        exam=each.exam_title,
        handed_in=moment_label(each.submitted_at),
        full=marks_label(each.marks),
        stem=each.stem,
        answer=each.response.get("text", ""),
        reference=each.key.get("text", ""),
        points=each.key.get("points", []),
        url=url_for("marking.give", public_id=each.attempt, question=each.question),
    )


@blueprint.post("/marking/<public_id>/<int:question>")
@may(Permission.ANSWER_MARK)
def give(public_id: str, question: int) -> str | Response | tuple[str, int]:
    """Give the mark and go to the next."""
    form = MarkForm()
    if not form.validate_on_submit() or form.awarded.data is None:
        return _page(form), 422
    try:
        service.mark_by_person(
            req.session(),
            req.actor(),
            req.now(),
            public_id,
            question,
            round(form.awarded.data * 100),
            form.comment.data or "",
        )
    except RuleBroken as broken:
        form.awarded.errors = [problem(broken.code, **broken.params)]
        return _page(form), 422
    except Conflict as moved_on:
        flash(problem(moved_on.code), "info")
        return redirect(url_for("marking.index"), 303)
    flash(gettext("已阅一题。"), "good")
    return redirect(url_for("marking.index"), 303)
