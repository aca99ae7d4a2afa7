"""启用码: what was issued, for a day: on the screen, as a table, as slips to cut, as a workbook."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Reply

from learnapp.db.accounts.code_sheets import PageOfCodes
from learnapp.domain.accounts.codes import CODE_DAYS, READABLE_HOURS
from learnapp.domain.core.permissions import Permission
from learnapp.reports.code_sheet import code_workbook
from learnapp.services.accounts import code_sheets
from learnapp.services.accounts.code_sheets import CodeLine, CodeState, Form, SheetPart, SheetView
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, own_transactions, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import moment_label

blueprint = Blueprint("codes", __name__)


def _read(sheet: str, form: Form, page: int = 1, size: int = 0) -> SheetView:
    """What is asked for, with the entry of the audit written before anything is shown."""
    wanted = SheetPart(form, PageOfCodes(whole(request.args, "unit"), page, size))
    with req.writing() as session:
        return code_sheets.read(req.caller(session), req.seal(), sheet, wanted)


def _state(line: CodeLine) -> str:
    """What is shown in place of a code that cannot be used any more."""
    return {
        CodeState.USED: gettext("已启用"),
        CodeState.REPLACED: gettext("已失效"),
        CodeState.UNREADABLE: gettext("无法读出，请重发"),
    }.get(line.state, "")


def _line(line: CodeLine) -> dict[str, str]:
    return {
        "name": line.name,
        "login": line.login_name,
        "unit": line.unit,
        "code": line.code,
        "state": _state(line),
        "until": moment_label(line.until),
    }


def page_of(sheet: str, endpoint: str, /, **at: Any) -> str:
    """The page of a sheet at the address of an endpoint."""
    page = asked_page()
    found = _read(sheet, Form.PAGE, page, SIZE)
    unit = whole(request.args, "unit")
    chosen = next((name for unit_id, name, _ in found.units if unit_id == unit), None)
    with req.reading_page():
        return render_template(
            "accounts/code_sheets/show.html",
            sheet=found.sheet.public_id,
            ended=_ended(found),
            days=CODE_DAYS,
            until=moment_label(found.sheet.expires_at),
            rows=[_line(each) for each in found.lines],
            total=found.total,
            unit=unit,
            unit_name=chosen,
            units=[
                {
                    "label": f"{name or gettext('没有单位')} {count}",
                    "url": url_for(endpoint, unit=unit_id, **at),
                    "current": unit_id == unit,
                }
                for unit_id, name, count in found.units
            ],
            all_url=url_for(endpoint, **at),
            page=pager(endpoint, page, found.total, unit=unit, **at),
            back=_back(found),
        )


def _ended(found: SheetView) -> str:
    """Why there are no codes any more; empty while there are."""
    if not found.ended:
        return ""
    sheet = found.sheet
    if sheet.ended_at is not None and sheet.ended_at < sheet.expires_at:
        return gettext("%(t)s 已销毁，不能再看。", t=moment_label(sheet.ended_at))
    return gettext("已过 %(h)s 小时，启用码不再保留。", h=READABLE_HOURS)


def _back(found: SheetView) -> dict[str, str]:
    if found.sheet.origin == code_sheets.Origin.ROSTER:
        return {"url": url_for("roster.index"), "label": gettext("名册")}
    return {"url": url_for("people.index"), "label": gettext("人员")}


@blueprint.get("/codes/<sheet>")
@own_transactions
@may(Permission.PEOPLE_ACTIVATE)
def show(sheet: str) -> str:
    """The codes of a sheet, a page at a time."""
    return page_of(sheet, "codes.show", sheet=sheet)


@blueprint.get("/codes/<sheet>/table")
@own_transactions
@may(Permission.PEOPLE_ACTIVATE)
def table(sheet: str) -> str | Reply:
    """The whole as tables by unit, to be printed."""
    return _printed(sheet, Form.TABLE, "accounts/code_sheets/table.html")


@blueprint.get("/codes/<sheet>/slips")
@own_transactions
@may(Permission.PEOPLE_ACTIVATE)
def slips(sheet: str) -> str | Reply:
    """The whole as slips to cut, one for each person."""
    return _printed(sheet, Form.SLIPS, "accounts/code_sheets/slips.html")


def _printed(sheet: str, form: Form, template: str) -> str | Reply:
    found = _read(sheet, form)
    if found.ended:
        return redirect(url_for(".show", sheet=sheet), 303)
    groups: dict[str, list[dict[str, str]]] = {}
    for each in found.lines:
        if each.code:
            groups.setdefault(each.unit, []).append(_line(each))
    with req.reading_page():
        return render_template(
            template,
            groups=[{"unit": unit, "rows": rows} for unit, rows in groups.items()],
            total=sum(map(len, groups.values())),
            until=moment_label(found.sheet.expires_at),
            activate_url=url_for("sign_in.activation_form", _external=True),
            back_url=url_for(".show", sheet=sheet, unit=whole(request.args, "unit")),
        )


@blueprint.get("/codes/<sheet>/codes.xlsx")
@own_transactions
@may(Permission.PEOPLE_ACTIVATE)
def workbook(sheet: str) -> Response | Reply:
    """The whole as a workbook."""
    found = _read(sheet, Form.XLSX)
    if found.ended:
        return redirect(url_for(".show", sheet=sheet), 303)
    columns = [
        gettext("单位"), gettext("姓名"), gettext("登录名"), gettext("启用码"), gettext("有效期至"),
    ]  # fmt: skip
    lines = [_line(each) for each in found.lines]
    rows = [(x["unit"], x["name"], x["login"], x["code"] or x["state"], x["until"]) for x in lines]
    name = gettext("启用码")
    return attachment(code_workbook(name, columns, rows), f"{name}.xlsx")


@blueprint.post("/codes/<sheet>/end")
@repeatable("what is destroyed is gone")
@may(Permission.PEOPLE_ACTIVATE)
def end(sheet: str) -> Reply:
    """They were handed out: nobody can read them any more."""
    gone = code_sheets.end(req.caller(), sheet)
    text = gettext("已销毁 %(n)s 个启用码，发出去的照常可用。", n=gone)
    say(text, "good" if gone else "info")
    return redirect(url_for(".show", sheet=sheet), 303)
