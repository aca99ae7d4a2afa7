"""签到表: printed for signing, entered by one, verified by another."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask import Response as FileResponse
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.study_sessions import RollMark
from learnapp.reports import printed_table
from learnapp.services.study import roll_sheets
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.language import language
from learnapp.web.core.messages import say
from learnapp.web.core.wording import label, moment_label, problem

blueprint = Blueprint("roll_sheets", __name__)


@blueprint.get("/sessions/<int:session_id>/sheet.docx")
@may(Permission.SESSION_HOLD)
def blank(session_id: int) -> FileResponse:
    """The sheet to be signed."""
    table = roll_sheets.blank(req.caller(), session_id, language())
    return attachment(printed_table.document(table), f"{table.title}.docx")


@blueprint.get("/sessions/<int:session_id>/sheet")
@may(Permission.SESSION_HOLD)
def show(session_id: int) -> str:
    """What was entered and waits; else the form to enter a sheet."""
    return _page(session_id)


def _page(session_id: int, wrong: str = "") -> str:
    page = roll_sheets.show(req.caller(), session_id)
    sheet = page.sheet
    return render_template(
        "study/sessions/sheet.html",
        title=page.session.title,
        waits=page.waits,
        entered=""
        if sheet is None
        else gettext("%(n)s 于 %(t)s 录入", n=page.entered_by, t=moment_label(sheet.entered_at)),
        returned=sheet.remark if sheet is not None and sheet.agrees is False else "",
        verified=sheet is not None and sheet.agrees is True,
        may_decide=page.may_decide,
        mark=page.mark,
        wrong=wrong,
        marks=[{"value": str(each), "label": label(RollMark, each)} for each in RollMark],
        people=[
            {
                "id": person_id,
                "name": name,
                "unit": unit,
                "mark": str(page.marks.get(person_id, "")),
                "label": label(RollMark, page.marks[person_id]) if person_id in page.marks else "—",
            }
            for person_id, name, unit in page.people
        ],
        enter_url=url_for(".enter", session_id=session_id),
        decide_url=url_for(".decide", session_id=session_id),
        blank_url=url_for(".blank", session_id=session_id),
        back_url=url_for("sessions.show", session_id=session_id),
    )


@blueprint.post("/sessions/<int:session_id>/sheet")
@makes
@may(Permission.SESSION_HOLD)
def enter(session_id: int) -> str | Response | tuple[str, int]:
    """Enter what the signed sheet says."""
    marks = {
        int(name.removeprefix("mark-")): RollMark(value)
        for name, value in request.form.items()
        if name.startswith("mark-") and name[5:].isdecimal() and value in set(RollMark)
    }
    try:
        roll_sheets.enter(req.caller(), session_id, marks)
    except RuleBroken as broken:
        return _page(session_id, problem(broken.code, **broken.params)), 422
    say(gettext("已录入，等另一位组织者核对；核对后才算点名。"))
    return redirect(url_for(".show", session_id=session_id), 303)


@blueprint.post("/sessions/<int:session_id>/sheet/decide")
@repeatable("a sheet is decided once")
@may(Permission.SESSION_HOLD)
def decide(session_id: int) -> str | Response | tuple[str, int]:
    """Verify it, or return it."""
    agrees = request.form.get("agrees") == "1"
    remark, seen = request.form.get("remark", ""), request.form.get("seen", "")
    try:
        done = roll_sheets.decide(req.caller(), session_id, agrees, remark, seen)
    except RuleBroken as broken:
        return _page(session_id, problem(broken.code, **broken.params)), 422
    if not done:
        say(gettext("早已办过。"), "info")
    else:
        say(gettext("已核对，计入点名。") if agrees else gettext("已退回，请重新录入。"))
    return redirect(url_for(".show", session_id=session_id), 303)
