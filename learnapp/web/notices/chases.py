"""督办: 提醒函 and 督办单 to units, from draft to closed; each as a page and as a document."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField, IntegerField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, Forbidden, RuleBroken
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.notices.chases import ChaseKind, ChaseState, Condition, ConditionKind
from learnapp.reports import official
from learnapp.services.notices import chasing
from learnapp.services.notices.chase_letter import letter
from learnapp.services.notices.chasing import ChaseLine, NewChase
from learnapp.services.progress.figures import stage_for
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.language import language
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import (
    chase_condition_text,
    chase_standing_text,
    day_label,
    label,
    moment_label,
    problem,
    with_note,
)

blueprint = Blueprint("chases", __name__)


class ChaseForm(FlaskForm):
    """A letter or an order: to whom, why, by when, and when it counts as done."""

    kind = RadioField(_("发什么"))
    owner = SelectField(_("责任人"), [InputRequired(_("请选责任人"))], coerce=int)
    reason = TextAreaField(
        _("事由和要求"), [InputRequired(_("请填写内容")), Length(max=lengths.PARAGRAPH)]
    )
    condition = SelectField(_("办结条件"))
    target = IntegerField(_("达到多少"), [InputRequired(_("请填一个数"))])
    due_on = DateField(_("办结期限"), [InputRequired(_("请填日期"))])


@blueprint.get("/chases")
@may(Permission.CHASE_DRAFT)
def index() -> str:
    """What runs, the first to fall due first, then what is closed."""
    page = asked_page()
    found = chasing.listed(req.caller(), PageSpan(page, SIZE))
    return render_template(
        "notices/chases.html",
        rows=[_row(each) for each in found.lines],
        orders=found.orders_this_month,
        page=pager("chases.index", page, found.total),
    )


def _kind(line: ChaseLine) -> str:
    return label(ChaseKind, ChaseKind(line.chase.kind))


def _state(line: ChaseLine) -> str:
    row = line.chase
    state = label(ChaseState, ChaseState(row.state))
    if row.state == ChaseState.ISSUED and row.escalated_at is not None:
        return gettext("%(s)s，逾期已上报", s=state)
    return state


def _row(line: ChaseLine) -> dict[str, str]:
    return {
        "title": f"{_kind(line)} · {line.unit}",
        "meta": gettext(
            "%(s)s · %(c)s · 期限 %(d)s",
            s=line.stage,
            c=chase_condition_text(line.condition),
            d=day_label(line.chase.due_on),
        ),
        "state": _state(line),
        "url": url_for("chases.show", chase_id=line.chase.id),
    }


@blueprint.get("/chases/stages/<int:stage_id>/units/<int:unit_id>/new")
@may(Permission.CHASE_DRAFT)
def new(stage_id: int, unit_id: int) -> str:
    """A form for a letter or an order to a unit."""
    form = _form(unit_id)
    if request.method == "GET":
        form.kind.data = str(ChaseKind.LETTER)
        form.target.data = 0
    return _form_page(stage_id, unit_id, form)


def _form(unit_id: int) -> ChaseForm:
    form = ChaseForm()
    form.kind.choices = select_options([(str(each), label(ChaseKind, each)) for each in ChaseKind])
    form.condition.choices = select_options(
        [(str(each), label(ConditionKind, each)) for each in ConditionKind]
    )
    form.owner.choices = select_options(chasing.owners_of(req.caller(), unit_id))
    return form


def _form_page(stage_id: int, unit_id: int, form: ChaseForm, wrong: str = "") -> str:
    stage = stage_for(req.session(), stage_id)
    return render_template(
        "notices/chase_new.html",
        stage=f"{stage.programme_name} · {stage.name}",
        form=form,
        wrong=wrong,
        url=url_for("chases.draft", stage_id=stage_id, unit_id=unit_id),
        back_url=url_for("progress.unit", stage_id=stage_id, unit_id=unit_id),
    )


@blueprint.post("/chases/stages/<int:stage_id>/units/<int:unit_id>/new")
@makes
@may(Permission.CHASE_DRAFT)
def draft(stage_id: int, unit_id: int) -> str | BaseResponse | tuple[str, int]:
    """Issue a letter, or draft an order for another's approval."""
    form = _form(unit_id)
    if not form.validate():
        return _form_page(stage_id, unit_id, form), 422
    asked = NewChase(
        ChaseKind(form.kind.data),
        stage_id,
        unit_id,
        form.owner.data,
        form.reason.data or "",
        Condition(ConditionKind(form.condition.data), form.target.data or 0),
        form.due_on.data,
    )
    try:
        row = chasing.draft(req.caller(), asked)
    except RuleBroken as broken:
        form[broken.field].errors = [problem(broken.code, **broken.params)]
        return _form_page(stage_id, unit_id, form), 422
    except (Conflict, Forbidden) as refused:
        wrong = problem(refused.code, **refused.params)
        return _form_page(stage_id, unit_id, form, wrong), 409
    sentence = (
        gettext("已发出。") if row.kind == ChaseKind.LETTER else gettext("已起草，等另一人批准。")
    )
    say(sentence)
    return redirect(url_for("chases.show", chase_id=row.id), 303)


@blueprint.get("/chases/<int:chase_id>")
@may(Permission.CHASE_DRAFT)
def show(chase_id: int) -> str:
    """A chase: what was asked, how the figure is now, who did what."""
    line, counts = chasing.one(req.caller(), chase_id)
    row = line.chase
    at: dict[str, Any] = {"chase_id": chase_id}
    facts = [
        (gettext("状态"), _state(line)),
        (gettext("责任人"), line.owner),
        (gettext("办结期限"), day_label(row.due_on)),
        (
            gettext("办结条件"),
            with_note(
                chase_condition_text(line.condition), chase_standing_text(line.condition, counts)
            ),
        ),
        (gettext("起草"), f"{line.drafted_by} · {moment_label(row.drafted_at)}"),
        *((name, moment_label(at_)) for name, at_ in _moments(line) if at_ is not None),
    ]
    return render_template(
        "notices/chase.html",
        title=f"{_kind(line)} · {line.unit}",
        stage=line.stage,
        reason=row.reason,
        facts=facts,
        figures_url=None
        if counts is None
        else url_for("progress.unit", stage_id=row.stage_id, unit_id=row.unit_id),
        docx_url=url_for("chases.document", **at),
        approve_url=url_for("chases.approve", **at)
        if chasing.may_approve(req.caller(), row)
        else None,
        drop_url=url_for("chases.drop", **at) if chasing.may_drop(req.caller(), row) else None,
    )


def _moments(line: ChaseLine) -> list[tuple[str, Any]]:
    row = line.chase
    issued = gettext("发出")
    if line.approved_by:
        issued = gettext("批准发出（%(n)s）", n=line.approved_by)
    return [
        (issued, row.issued_at),
        (gettext("逾期上报"), row.escalated_at),
        (gettext("销号或作废"), row.ended_at),
    ]


@blueprint.get("/chases/<int:chase_id>/docx")
@may(Permission.CHASE_DRAFT)
def document(chase_id: int) -> Response:
    """The letter or order as a document; number, head and seal come from the office system."""
    line, counts = chasing.one(req.caller(), chase_id)
    text = letter(language(), line, counts)
    return attachment(official.document(text), f"{_kind(line)}-{line.unit}.docx")


@blueprint.post("/chases/<int:chase_id>/approve")
@repeatable("an order is issued once, and the page says that it was")
@may(Permission.CHASE_APPROVE)
def approve(chase_id: int) -> BaseResponse:
    """Approve an order and issue it."""
    issued = chasing.approve(req.caller(), chase_id)
    say(gettext("已批准并发出。") if issued else gettext("早已发出。"))
    return redirect(url_for("chases.show", chase_id=chase_id), 303)


@blueprint.post("/chases/<int:chase_id>/drop")
@repeatable("a draft is dropped once")
@may(Permission.CHASE_DRAFT)
def drop(chase_id: int) -> BaseResponse:
    """Drop a draft."""
    chasing.drop(req.caller(), chase_id)
    say(gettext("草稿已作废。"))
    return redirect(url_for("chases.show", chase_id=chase_id), 303)
