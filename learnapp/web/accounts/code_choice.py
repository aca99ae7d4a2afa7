"""批量发启用码: choose by unit, by account or by ticking; what will happen; then the action."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from learnapp.domain.accounts.codes import CODE_DAYS, READABLE_HOURS
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.accounts import code_choice, code_sheets
from learnapp.services.accounts.code_choice import AccountState, RecipientChoice, ReissuePreview
from learnapp.services.accounts.code_sheets import PART, Origin
from learnapp.services.people import choices
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions
from learnapp.web.core.input import whole
from learnapp.web.core.paging import SIZE
from learnapp.web.core.wording import problem

blueprint = Blueprint("people_codes", __name__)


def _choice() -> RecipientChoice:
    """Who is meant, by the address or by the form that came from it."""
    asked = request.values
    ticked = [int(each) for each in asked.getlist("person") if each.isdecimal() and len(each) < 19]
    account = asked.get("account", "")
    return RecipientChoice(
        tuple(dict.fromkeys(ticked)),
        whole(asked, "unit") or None,
        AccountState(account) if account in set(AccountState) else AccountState.WITHOUT,
    )


def _page(choice: RecipientChoice, wrong: str = "") -> str:
    caller = req.caller()
    units = choices.units_within(caller, Permission.PEOPLE_ACTIVATE)
    asked = bool(choice.people) or "account" in request.values
    found = code_choice.preview(caller, choice) if asked else None
    names = {
        AccountState.WITHOUT: gettext("账号未启用的"),
        AccountState.UNUSED: gettext("发过启用码还没用的"),
        AccountState.ALL: gettext("所有人"),
    }
    return render_template(
        "accounts/code_choice.html",
        units=[
            {"id": unit_id, "label": "　" * depth + name, "chosen": unit_id == choice.unit_id}
            for unit_id, name, depth in units
        ],
        accounts=[
            {"code": str(code), "label": label, "chosen": code is choice.account}
            for code, label in names.items()
        ],
        ticked=choice.people,
        unit_id=choice.unit_id,
        account=str(choice.account),
        asked=asked,
        wrong=wrong,
        **_preview(found),
    )


def _preview(found: ReissuePreview | None) -> dict[str, object]:
    """The sentences of the preview: to whom, what ends, who is left out."""
    if found is None:
        return {"count": 0}
    count = len(found.people)
    return {
        "count": count,
        "tells": _consequences(sum(1 for each in found.people if each.has_password)),
        "left_out": [
            gettext("%(n)s 人不发：%(why)s", n=number, why=problem(code))
            for code, number in found.left_out.items()
        ],
        "rows": [
            {
                "name": each.name,
                "login": each.login_name,
                "state": gettext("已启用") if each.has_password else gettext("未启用"),
            }
            for each in found.people[:SIZE]
        ],
        "more": max(0, count - SIZE),
        "seen": found.fingerprint,
    }


def _consequences(with_password: int) -> list[str]:
    """What issuing does: to passwords, older codes, running attempts; how long the codes are good."""
    tells = []
    if with_password:
        tells.append(
            ngettext(
                "其中 %(num)s 人已有密码：密码立即失效，所有设备退出登录。",
                "其中 %(num)s 人已有密码：密码立即失效，所有设备退出登录。",
                with_password,
            )
        )
    tells.append(gettext("以前发的、还没用的启用码立即失效。"))
    tells.append(
        gettext(
            "新的启用码 %(d)s 天内有效；在结果页上可看、可打印 %(h)s 小时。",
            d=CODE_DAYS,
            h=READABLE_HOURS,
        )
    )
    tells.append(gettext("作答中的答卷不受影响，已送到的作答都在。"))
    return tells


@blueprint.get("/people/codes")
@may(Permission.PEOPLE_ACTIVATE)
def choose() -> str:
    """Whom to issue to, and what it would do."""
    choice = _choice()
    nobody = "ticked" in request.args and not choice.people
    return _page(
        choice, gettext("没有勾选人：回到名单里勾选，或在这里按单位选。") if nobody else ""
    )


@blueprint.post("/people/codes")
@makes
@own_transactions
@may(Permission.PEOPLE_ACTIVATE)
def issue() -> Response | tuple[str, int]:
    """Issue to those whom the preview showed, some in each transaction."""
    choice = _choice()
    try:
        with req.reading() as session:
            meant = code_choice.meant(req.caller(session), choice, request.form.get("seen", ""))
    except (RuleBroken, Conflict) as refused:
        with req.reading_page():
            return _page(choice, problem(refused.code, **refused.params)), 422
    return redirect(url_for("codes.show", sheet=_issued(meant)), 303)


def _issued(meant: Sequence[tuple[int, int | None]]) -> str:
    """A sheet with a code for each (person, unit): its address."""
    with req.writing() as session:
        sheet = code_sheets.begin_sheet(req.caller(session), Origin.BULK)
        sheet_id, address = sheet.id, sheet.public_id
    for start in range(0, len(meant), PART):
        some = meant[start : start + PART]
        with req.writing() as session:
            code_sheets.issue_part(req.caller(session), req.seal(), sheet_id, some, start)
    with req.writing() as session:
        code_sheets.end_issuing(req.caller(session), sheet_id, len(meant))
    return address
