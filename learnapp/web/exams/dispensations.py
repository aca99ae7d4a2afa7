"""缓考、免考: asked with a reason, approved or refused by another person, taken back in time."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from learnapp.db.exams.dispensations import DispensationFilter, DispensationRow
from learnapp.domain.core import lengths
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.dispensations import (
    DispensationKind,
    DispensationState,
    NewDispensation,
)
from learnapp.domain.exams.exams import WindowKind
from learnapp.services.exams import dispensations
from learnapp.services.people import choices
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import (
    day_label,
    label,
    moment_label,
    person_label,
    problem,
    with_note,
)
from learnapp.web.people import previewed
from learnapp.web.people.previewed import Refused

blueprint = Blueprint("dispensations", __name__)
Reply = str | Response | tuple[str, int]
_CSS = {
    DispensationState.ASKED: "due",
    DispensationState.APPROVED: "good",
    DispensationState.REFUSED: "lost",
}


class DispensationForm(FlaskForm):
    """In which window, for whom, which of the two, until when, and why."""

    window = SelectField(_("考试场次"), coerce=int)
    people = TextAreaField(
        _("给谁"),
        [DataRequired(_("请填名称"))],
        description=_("每行一人，写登录名、姓名或“姓名（登录名）”"),
    )
    kind = SelectField(_("缓考还是免考"))
    until = DateField(
        _("缓到哪天"), [Optional()], description=_("免考不填；过了这一天仍要考，补考时会列入")
    )
    reason = StringField(
        _("理由"),
        [DataRequired(_("请写明理由。")), Length(max=lengths.LINE)],
        description=_("只有申请人和审批人看得到"),
    )


def _form() -> DispensationForm:
    form, chosen = DispensationForm(), whole(request.values, "window")
    form.window.choices = select_options(
        (window.id, f"{title} · {label(WindowKind, window.kind)} · {moment_label(window.opens_at)}")
        for window, title in dispensations.windows_to_ask(req.caller(), chosen)
    )
    form.kind.choices = select_options(
        [(str(each), label(DispensationKind, each)) for each in DispensationKind]
    )
    if request.method == "GET":
        form.window.data = chosen
    return form


@blueprint.get("/dispensations")
@may(Permission.DISPENSATION_ASK)
def index() -> str:
    """Those within reach, the newest first; `state` and `window` in the address leave only those."""
    asked, page = request.args.get("state", ""), asked_page()
    state = DispensationState(asked) if asked in set(DispensationState) else None
    window_id = whole(request.args, "window")
    wanted = DispensationFilter(state, window_id)
    found, total = dispensations.listed(req.caller(), wanted, (page - 1) * SIZE, SIZE)
    return render_template(
        "exams/dispensations/index.html",
        rows=[_line(each) for each in found],
        states=[
            (str(each), label(DispensationState, each), each is state) for each in DispensationState
        ],
        window=window_id,
        page=pager(".index", page, total, state=state, window=window_id),
    )


def _line(each: DispensationRow) -> dict[str, Any]:
    row = each.row
    return {
        "name": each.person,
        "login": each.login_name,
        "what": _what(each),
        "exam": f"{each.exam} · {label(WindowKind, each.window.kind)}",
        "state": label(DispensationState, row.state),
        "css": _CSS.get(DispensationState(row.state), "muted"),
        "url": url_for(".show", dispensation_id=row.id),
    }


def _what(each: DispensationRow) -> str:
    kind = label(DispensationKind, each.row.kind)
    if each.row.until is None:
        return kind
    return gettext("%(k)s到 %(d)s", k=kind, d=day_label(each.row.until))


@blueprint.route("/dispensations/new", methods=["GET", "POST"])
@makes
@may(Permission.DISPENSATION_ASK)
def ask() -> Reply:
    """The form, then what it would do, then it is asked."""
    form, step = _form(), previewed.asked()
    if step in ("form", "edit"):
        return _ask_page(form)
    if not form.validate():
        return _ask_page(form), 422
    new = NewDispensation(DispensationKind(form.kind.data), form.until.data, form.reason.data or "")
    try:
        caller = req.caller()
        people = choices.people_named(caller, Permission.DISPENSATION_ASK, form.people.data or "")
        if step == "confirm":
            count = dispensations.ask(caller, form.window.data, people, new)
            say(gettext("已提交 %(n)s 人的申请，等另一人审批。", n=count), at="dispensations")
            return redirect(url_for(".index", state=DispensationState.ASKED), 303)
        dispensations.check(caller, form.window.data, people, new)
    except Refused as broken:
        previewed.refused(form, broken)
        return _ask_page(form), 422
    return _ask_page(form, _facts(form, len(people)))


def _facts(form: DispensationForm, count: int) -> list[tuple[str, str]]:
    window = next(each.label for each in form.window.choices if each.value == form.window.data)
    kind = DispensationKind(form.kind.data)
    facts = [
        (gettext("考试场次"), window),
        (gettext("给谁"), with_note(form.people.data or "", gettext("%(n)s 人", n=count))),
        (gettext("缓考还是免考"), label(DispensationKind, kind)),
        (gettext("理由"), form.reason.data or ""),
    ]
    if kind is DispensationKind.DEFERRAL:
        facts.insert(3, (gettext("缓到哪天"), day_label(form.until.data)))
    return facts


def _ask_page(form: DispensationForm, facts: list[tuple[str, str]] | None = None) -> str:
    return render_template(
        "exams/dispensations/ask.html",
        form=form,
        facts=facts,
        carried=previewed.carried() if facts else [],
        back_url=url_for(".index"),
    )


@blueprint.get("/dispensations/<int:dispensation_id>")
@may(Permission.DISPENSATION_ASK)
def show(dispensation_id: int) -> str:
    """One: who asked for what, what became of it, and what may be done."""
    return _show(dispensation_id)


def _show(dispensation_id: int, wrong: str | None = None) -> str:
    each = dispensations.one(req.caller(), dispensation_id)
    row, actor = each.row, req.actor()
    mine, own = row.recorded_by == actor.person_id, is_own(actor, row.person_id)
    asked, approved = (
        row.state == state for state in (DispensationState.ASKED, DispensationState.APPROVED)
    )
    decides = bool(each.decidable) and actor.may(Permission.DISPENSATION_DECIDE) and not own
    return render_template(
        "exams/dispensations/show.html",
        title=f"{_what(each)} · {person_label(each.person, each.login_name)}",
        facts=_all_facts(each, mine or decides),
        may_decide=decides and asked and not mine,
        asked_by_self=decides and asked and mine,
        may_withdraw=not own and ((asked and (mine or decides)) or (approved and decides)),
        wrong=wrong,
        urls={name: url_for(f".{name}", dispensation_id=row.id) for name in ("decide", "withdraw")},
        back_url=url_for(".index"),
    )


def _all_facts(each: DispensationRow, sees_reason: bool) -> list[tuple[str, str]]:
    row, window = each.row, each.window
    facts = [
        (
            gettext("考试"),
            f"{each.exam} · {label(WindowKind, window.kind)} · {moment_label(window.opens_at)}",
        ),
        (gettext("状态"), label(DispensationState, row.state)),
        (gettext("申请"), f"{each.asked_by} · {moment_label(row.recorded_at)}"),
    ]
    if sees_reason:
        facts.append((gettext("理由"), row.reason))
    if row.decided_at is not None:
        facts.append((gettext("审批"), f"{each.decided_by} · {moment_label(row.decided_at)}"))
        if row.remark and sees_reason:
            facts.append((gettext("审批意见"), row.remark))
    if row.withdrawn_at is not None:
        facts.append((gettext("撤回"), moment_label(row.withdrawn_at)))
        if sees_reason:
            facts.append((gettext("撤回的理由"), row.withdrawn_because))
    return facts


@blueprint.post("/dispensations/<int:dispensation_id>/decision")
@repeatable("what was decided so stays so")
@may(Permission.DISPENSATION_DECIDE)
def decide(dispensation_id: int) -> Reply:
    """Approve or refuse."""
    approves, remark = request.form.get("do") == "approve", request.form.get("remark", "")
    try:
        done = dispensations.decide(req.caller(), dispensation_id, approves, remark)
    except Refused as broken:
        return _show(dispensation_id, problem(broken.code, **broken.params)), 422
    text = gettext("已批准，本人会收到通知。") if approves else gettext("未批准，本人会收到通知。")
    say(
        text if done else gettext("早已办过，没有再改动。"),
        "good" if done else "info",
        at="dispensations",
    )
    return redirect(url_for(".index", state=DispensationState.ASKED), 303)


@blueprint.post("/dispensations/<int:dispensation_id>/withdrawal")
@repeatable("what is withdrawn stays withdrawn")
@may(Permission.DISPENSATION_ASK)
def withdraw(dispensation_id: int) -> Reply:
    """Take it back."""
    try:
        reason = request.form.get("remark", "")
        done = dispensations.withdraw(req.caller(), dispensation_id, reason)
    except Refused as broken:
        return _show(dispensation_id, problem(broken.code, **broken.params)), 422
    text = gettext("已撤回，这场考试照常要考。")
    say(
        text if done else gettext("早已办过，没有再改动。"),
        "good" if done else "info",
        at="dispensations",
    )
    return redirect(url_for(".index"), 303)
