"""One person: the account, what is open, and the actions that shut somebody out or let them in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from learnapp.db.people.models import Grant
from learnapp.domain.accounts.codes import CODE_DAYS, READABLE_HOURS
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.permissions import Permission, Role
from learnapp.services.accounts import access
from learnapp.services.accounts.access import Account
from learnapp.web.accounts.devices import device_label
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.wording import day_label, label, moment_label, problem
from learnapp.web.people.person_sections import sections

blueprint = Blueprint("person", __name__)


@dataclass(frozen=True)
class AccountAction:
    """An action on an account: what its button says, and what will happen, a sentence each."""

    label: Any
    endpoint: str
    tells: tuple[Any, ...]
    fits: Callable[[Account], bool]
    kind: str = "primary"


ACTIONS = {
    "code": AccountAction(
        _("发新的启用码"),
        "people.issue",
        (
            _("现在的密码和没用过的启用码立即失效。"),
            _("所有设备立即退出登录。"),
            _(
                "新的启用码 %(d)s 天内有效，在结果页上可看、可打印 %(h)s 小时；本人凭它设新密码。",
                d=CODE_DAYS,
                h=READABLE_HOURS,
            ),
        ),
        lambda account: account.person.disabled_at is None,
    ),
    "sign-out": AccountAction(
        _("在所有设备上退出"),
        "person.sign_out",
        (
            _("所有设备立即退出登录，密码不变，可以马上重新登录。"),
            _("作答中的答卷不受影响，已送到的作答都在；本机未送出的，重新登录后补交。"),
        ),
        lambda account: bool(account.sessions),
    ),
    "disable": AccountAction(
        _("停用账号"),
        "person.disable",
        (
            _("此人不能再登录，也不能用启用码；所有设备立即退出。"),
            _("作答中的答卷照常到时收卷，已送到的作答算数。"),
            _("角色、任职、学习记录和成绩都不变；不再担任的角色请另行结束。"),
            _("停用可以撤销：重新启用后用原来的密码登录。"),
        ),
        lambda account: account.person.disabled_at is None,
        "danger",
    ),
    "enable": AccountAction(
        _("重新启用"),
        "person.enable",
        (_("此人可以用原来的密码登录；忘了密码，再发启用码。"),),
        lambda account: account.person.disabled_at is not None,
    ),
}


@blueprint.get("/people/<int:person_id>")
@may(Permission.PEOPLE_READ)
def show(person_id: int) -> str:
    """The account of one person, and what may be done with it."""
    account = access.account_of(req.caller(), person_id)
    refused = access.refusal_reason(req.caller(), person_id)
    actions = [
        {
            "label": str(action.label),
            "url": url_for(".confirm", person_id=person_id, action=name),
        }
        for name, action in ACTIONS.items()
        if refused is None and action.fits(account)
    ]
    return render_template(
        "people/person.html",
        **_account(account),
        **sections(person_id, refused is None and req.actor().may(Permission.ROSTER_IMPORT)),
        person_id=person_id,
        retired=_retired(account),
        actions=actions,
        refused=refused and problem(refused) if account.person.retired_at is None else None,
        grants=[_grant(account, each, unit, refused is None) for each, unit in account.grants],
    )


def _retired(account: Account) -> str:
    """Since when the person has left the service; empty for who has not."""
    at = account.person.retired_at
    return "" if at is None else gettext("%(d)s 起离退，不能登录，不计入数字。", d=day_label(at))


def _account(account: Account) -> dict[str, Any]:
    person = account.person
    if person.retired_at is not None:
        state = gettext("已离退")
    elif person.disabled_at is not None:
        state = gettext("%(t)s 起停用", t=moment_label(person.disabled_at))
    elif account.has_password:
        state = gettext("已启用")
    else:
        state = gettext("未启用，启用码未用") if account.has_code else gettext("未启用")
    return {
        "name": person.name,
        "disabled": person.disabled_at is not None,
        "facts": [
            (gettext("单位"), gettext("、").join(account.units) or "—"),
            (gettext("登录名"), gettext("、").join(account.login_names) or "—"),
            (gettext("账号"), state),
        ],
        "sessions": [
            gettext(
                "%(d)s，%(t)s 登录", d=device_label(each.device), t=moment_label(each.created_at)
            )
            for each in account.sessions
        ],
        "attempts": _attempts(account),
    }


def _attempts(account: Account) -> list[str]:
    return [
        gettext("%(e)s，%(t)s 开始", e=each.title, t=moment_label(each.started_at))
        for each in account.attempts
    ]


def _grant(account: Account, grant: Grant, unit: str, may_end: bool) -> dict[str, Any]:
    return {
        "label": f"{label(Role, grant.role)} · {unit}"
        + (gettext("及以下") if grant.line_id is not None else ""),
        "since": day_label(grant.valid_from),
        "until": day_label(grant.valid_to) if grant.valid_to else "",
        "url": url_for(".end_grant", person_id=account.person.id, grant_id=grant.id)
        if may_end
        else None,
    }


@blueprint.get("/people/<int:person_id>/confirm/<action>")
@may(Permission.PEOPLE_ACTIVATE)
def confirm(person_id: int, action: str) -> str:
    """What will happen, before it does."""
    if action not in ACTIONS:
        raise NotFound("person_unknown")
    caller = req.caller()
    access.may_change(caller, Permission.PEOPLE_ACTIVATE, person_id)
    account, found = access.account_of(caller, person_id), ACTIONS[action]
    return render_template(
        "people/confirm.html",
        title=gettext("%(d)s：%(n)s", d=found.label, n=account.person.name),
        label=str(found.label),
        kind=found.kind,
        tells=[str(each) for each in found.tells],
        login=gettext("、").join(account.login_names),
        attempts=_attempts(account),
        sessions=len(account.sessions),
        url=url_for(found.endpoint, person_id=person_id),
        back_url=url_for(".show", person_id=person_id),
    )


def _back(person_id: int, text: str, kind: str = "good", at: str = "account") -> Response:
    say(text, kind, at)
    return redirect(url_for(".show", person_id=person_id), 303)


@blueprint.post("/people/<int:person_id>/disable")
@repeatable("sets a state, and says that it was so already")
@may(Permission.PEOPLE_DISABLE)
def disable(person_id: int) -> Response:
    """The person may not sign in any more."""
    if access.disable(req.caller(), person_id):
        return _back(person_id, gettext("已停用，所有设备已退出。"))
    return _back(person_id, gettext("早已停用，没有再改动。"), "info")


@blueprint.post("/people/<int:person_id>/enable")
@repeatable("sets a state, and says that it was so already")
@may(Permission.PEOPLE_DISABLE)
def enable(person_id: int) -> Response:
    """The person may sign in again."""
    if access.enable(req.caller(), person_id):
        return _back(person_id, gettext("已重新启用。"))
    return _back(person_id, gettext("没有停用，没有再改动。"), "info")


@blueprint.post("/people/<int:person_id>/sign-out")
@repeatable("ends what is open")
@may(Permission.PEOPLE_ACTIVATE)
def sign_out(person_id: int) -> Response:
    """Signed out on every device."""
    ended = access.end_sessions(req.caller(), person_id)
    return _back(
        person_id, gettext("已在 %(n)s 台设备上退出。", n=ended), "good" if ended else "info"
    )


@blueprint.route("/people/<int:person_id>/grants/<int:grant_id>/end", methods=["GET", "POST"])
@repeatable("a role ends once, and the page says that it has ended")
@may(Permission.GRANT_END)
def end_grant(person_id: int, grant_id: int) -> str | Response | tuple[str, int]:
    """End a role: what will happen, then the action."""
    caller, now = req.caller(), req.now()
    if request.method == "GET":
        return _end_page(person_id, grant_id, local_day(now))
    try:
        ends_on = date.fromisoformat(request.form.get("ends_on", ""))
    except ValueError:
        return _end_page(person_id, grant_id, local_day(now), problem("date_needed")), 422
    try:
        ended = access.end_grant(caller, person_id, grant_id, ends_on)
    except RuleBroken as broken:
        return _end_page(person_id, grant_id, ends_on, problem(broken.code)), 422
    if ended:
        text = gettext("角色已结束，自 %(d)s 起没有这项权限。", d=day_label(ends_on))
        return _back(person_id, text, at="grants")
    return _back(person_id, gettext("这个角色早已结束，没有再改动。"), "info", at="grants")


def _end_page(person_id: int, grant_id: int, ends_on: date, wrong: str = "") -> str:
    caller, now = req.caller(), req.now()
    access.may_change(caller, Permission.GRANT_END, person_id)
    account = access.account_of(caller, person_id)
    found = next(((g, unit) for g, unit in account.grants if g.id == grant_id), None)
    if found is None:
        raise NotFound("grant_unknown")
    return render_template(
        "people/end_grant.html",
        name=account.person.name,
        login=gettext("、").join(account.login_names),
        role=_grant(account, *found, may_end=False)["label"],
        ends_on=ends_on.isoformat(),
        today=local_day(now).isoformat(),
        wrong=wrong,
        url=url_for(".end_grant", person_id=person_id, grant_id=grant_id),
        back_url=url_for(".show", person_id=person_id),
    )
