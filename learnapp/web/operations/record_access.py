"""调阅台账: the reason before a record opens, the ledger for the auditor, and who read one's own."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField
from wtforms.validators import Length, Optional

from learnapp.db.operations.record_access import LedgerRow
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.record_access import RecordKind
from learnapp.services.operations import record_access
from learnapp.services.operations.record_access import OpenedRecord
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable, signed_in
from learnapp.web.core.input import whole
from learnapp.web.core.local_path import local_path
from learnapp.web.core.messages import say
from learnapp.web.core.record_access import opened_at
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import day_label, person_label, problem

blueprint = Blueprint("record_access", __name__)

_SIZE, _OWN = 50, 50
_REASONS = (
    (_("日常管理"), _("日常管理")),
    (_("督促补学"), _("督促补学")),
    (_("核对成绩"), _("核对成绩")),
    (_("本人申请或申诉"), _("本人申请或申诉")),
    (_("检查、审计"), _("检查、审计")),
)


class ReasonForm(FlaskForm):
    """Why the record is opened."""

    usual = RadioField(_("理由"), [Optional()])
    other = StringField(_("其他理由"), [Optional(), Length(max=lengths.LINE)])


@blueprint.get("/record-reasons")
@signed_in
def ask() -> str:
    """Ask why, before a record opens."""
    _record()
    return _page(_form())


def _form() -> ReasonForm:
    form = ReasonForm()
    form.usual.choices = select_options([(str(text), str(text)) for text, _same in _REASONS])
    return form


def _page(form: ReasonForm) -> str:
    return render_template("operations/record_access/ask.html", form=form)


@blueprint.post("/record-reasons")
@repeatable("a record is entered once a day")
@signed_in
def state() -> str | Response | tuple[str, int]:
    """Enter it, and open it."""
    opened, there = _record()
    form = _form()
    if not form.validate():
        return _page(form), 422
    try:
        record_access.state(req.caller(), opened, form.other.data or form.usual.data or "")
    except RuleBroken as broken:
        form.other.errors = [problem(broken.code, **broken.params)]
        return _page(form), 422
    return redirect(there, 303)


def _record() -> tuple[OpenedRecord, str]:
    """The record that the address leads to. Aborts with 404 for any other page."""
    there = local_path(request.args.get("next"))
    if there is None:
        abort(404)
    path = urlsplit(there).path
    try:
        endpoint, named = current_app.url_map.bind("").match(path, "GET")
    except HTTPException:
        abort(404)
    opened = opened_at(str(endpoint), dict(named))
    if opened is None:
        abort(404)
    return opened, there


@blueprint.get("/audit/records")
@may(Permission.AUDIT_READ)
def ledger() -> str:
    """The ledger within reach, the newest first."""
    found = record_access.ledger(req.caller(), whole(request.args, "before"), _SIZE + 1)
    older = url_for(".ledger", before=found[_SIZE - 1].id) if len(found) > _SIZE else None
    return render_template(
        "operations/record_access/ledger.html",
        rows=[_row(each) for each in found[:_SIZE]],
        page={"label": "", "previous_url": None, "next_url": older},
    )


def _row(each: LedgerRow) -> dict[str, str]:
    what = each.exam or ""
    if each.kind == RecordKind.PERSON:
        what = gettext("%(name)s 的学习和考试记录", name=each.person or "—")
    elif what:
        what = gettext("%(exam)s 的试卷和成绩", exam=what)
    reader = person_label(each.reader, each.reader_login or "")
    reason = each.reason or gettext("未要求写理由")
    return {"title": what, "meta": f"{day_label(each.on_day)} · {reader} · {reason}"}


@blueprint.get("/me/readers")
@signed_in
def own() -> str:
    """Who opened one's own record."""
    rows = [
        {"title": each.reader, "meta": f"{day_label(each.on_day)} · {each.reason or '—'}"}
        for each in record_access.own(req.own_caller(), _OWN)
    ]
    return render_template("operations/record_access/own.html", rows=rows)


@blueprint.post("/security/record-reasons/<int:asks>")
@repeatable("what is chosen stays")
@may(Permission.SECURITY_SET)
def choose(asks: int) -> Response:
    """Ask for reasons, or no longer."""
    record_access.choose(req.caller(), asks == 1)
    text = gettext("调阅前要写理由。") if asks == 1 else gettext("调阅不再要求写理由，仍然登记。")
    say(text, at="records")
    return redirect(url_for("security.index"), 303)
