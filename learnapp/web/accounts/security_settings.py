"""安全设置: the ways to sign in, where passwords of ours are closed, accounts for an emergency."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from learnapp.domain.accounts.outside import IdentityKind
from learnapp.domain.accounts.separation import THE_THREE
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission, Role
from learnapp.services.accounts import password_rules, separation
from learnapp.services.operations import record_access
from learnapp.services.people import choices
from learnapp.web.accounts.client_certificate import can_be_had
from learnapp.web.accounts.providers import all_providers, providers_here, title_of
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, repeatable, steps_up
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import label, moment_label, problem, with_note

blueprint = Blueprint("security", __name__)


class CloseForm(FlaskForm):
    """Whose passwords are closed."""

    unit = SelectField(_("单位（含以下各级）"), coerce=int)


class EmergencyForm(FlaskForm):
    """Who enters by password all the same, and why."""

    people = StringField(_("登录名或姓名"), [DataRequired(_("请填登录名或姓名"))])
    reason = StringField(_("理由"), [DataRequired(_("请写明理由。")), Length(max=lengths.LINE)])


class SeparationForm(FlaskForm):
    """Who becomes which of the three."""

    system_admin = StringField(_("系统管理员"), [DataRequired(_("请填登录名或姓名"))])
    security_admin = StringField(_("安全管理员"), [DataRequired(_("请填登录名或姓名"))])
    auditor = StringField(_("审计员"), [DataRequired(_("请填登录名或姓名"))])


@blueprint.get("/security")
@may(Permission.SECURITY_SET)
def index() -> str:
    """The settings as they are."""
    return _page()


def _page(
    close: CloseForm | None = None,
    emergency: EmergencyForm | None = None,
    three: SeparationForm | None = None,
) -> str:
    caller = req.caller()
    close = close or CloseForm(formdata=None)
    units = choices.units_within(caller, Permission.SECURITY_SET)
    names = {unit_id: name for unit_id, name, _depth in units}
    closed = password_rules.closed(caller)
    close.unit.choices = select_options(
        (unit_id, "　" * depth + name) for unit_id, name, depth in units if unit_id not in closed
    )
    return render_template(
        "accounts/security/index.html",
        ways=_ways(),
        separated=separation.is_on(caller.session),
        three=three or SeparationForm(formdata=None),
        asks_reasons=record_access.asks_for_reason(caller.session),
        confirms=caller.actor.may(Permission.ROLE_CONFIRM),
        close=close,
        closed=[{"id": each, "name": names.get(each, "")} for each in closed],
        emergency=emergency or EmergencyForm(formdata=None),
        accounts=[
            {
                "id": each.id,
                "title": with_note(each.name, each.login or "—"),
                "meta": gettext(
                    "%(reason)s，%(at)s 指定", reason=each.reason, at=moment_label(each.named_at)
                ),
                "faded": not each.can_enter,
            }
            for each in password_rules.emergency_accounts(caller)
        ],
    )


def _ways() -> list[dict[str, str]]:
    """Every way in with its kind; what cannot be used, with the reason."""
    good, bad = (gettext("可用"), "muted"), (gettext("不能用"), "lost")
    rows = [(gettext("本系统密码"), "", good)]
    if can_be_had():
        rows.append((gettext("证书登录"), "", good))
    for each in all_providers().values():
        rows.append((title_of(each), label(IdentityKind, each.kind) if each.title else "", good))
    rows += [(name, why, bad) for name, why in providers_here().faults().items()]
    return [
        {"title": title, "meta": meta, "state": state, "css": css}
        for title, meta, (state, css) in rows
    ]


@blueprint.post("/security/passwords/close")
@repeatable("what is closed stays")
@steps_up
@may(Permission.SECURITY_SET)
def close() -> Response | tuple[str, int]:
    """Close the passwords of a unit and all below."""
    form = CloseForm()
    caller = req.caller()
    units = choices.units_within(caller, Permission.SECURITY_SET)
    form.unit.choices = select_options((unit_id, name) for unit_id, name, _depth in units)
    if not form.validate():
        return _page(close=form), 422
    has_other_way = bool(all_providers()) or can_be_had()
    try:
        password_rules.close(caller, form.unit.data, has_other_way)
    except RuleBroken as broken:
        form.unit.errors = [problem(broken.code, **broken.params)]
        return _page(close=form), 422
    say(gettext("已停用本地密码，应急账号除外。"), at="passwords")
    return redirect(url_for("security.index"), 303)


@blueprint.post("/security/passwords/<int:unit_id>/open")
@repeatable("what is open stays")
@may(Permission.SECURITY_SET)
def open(unit_id: int) -> Response:
    """Let them hold again."""
    password_rules.open_again(req.caller(), unit_id)
    say(gettext("已恢复本地密码。"), at="passwords")
    return redirect(url_for("security.index"), 303)


@blueprint.post("/security/emergency")
@makes
@steps_up
@may(Permission.SECURITY_SET)
def name_emergency() -> Response | tuple[str, int]:
    """Name an account for an emergency."""
    form, caller = EmergencyForm(), req.caller()
    if not form.validate():
        return _page(emergency=form), 422
    try:
        people = choices.people_named(caller, Permission.SECURITY_SET, form.people.data or "")
        for person_id in people[:1]:
            password_rules.name_emergency(caller, person_id, form.reason.data or "")
    except RuleBroken as broken:
        form.people.errors = [problem(broken.code, **broken.params)]
        return _page(emergency=form), 422
    say(gettext("已指定应急账号。"), at="emergency")
    return redirect(url_for("security.index"), 303)


@blueprint.post("/security/emergency/<int:account_id>/end")
@repeatable("ends what is there")
@steps_up
@may(Permission.SECURITY_SET)
def end_emergency(account_id: int) -> Response:
    """End one."""
    try:
        ended = password_rules.end_emergency(req.caller(), account_id)
    except Conflict as refused:
        say(problem(refused.code), "due", at="emergency")
    else:
        if ended:
            say(gettext("已取消应急账号。"), at="emergency")
    return redirect(url_for("security.index"), 303)


@blueprint.post("/security/separation")
@repeatable("what is on stays on")
@steps_up
@may(Permission.SECURITY_SET)
def separate() -> Response | tuple[str, int]:
    """Switch 三员分立 on."""
    form, caller = SeparationForm(), req.caller()
    if not form.validate():
        return _page(three=form), 422
    chosen: dict[Role, int] = {}
    fields = (form.system_admin, form.security_admin, form.auditor)
    for role, field in zip(THE_THREE, fields, strict=True):
        try:
            (chosen[role],) = choices.people_named(caller, Permission.SECURITY_SET, field.data)[:1]
        except RuleBroken as broken:
            field.errors = [problem(broken.code, **broken.params)]
            return _page(three=form), 422
    try:
        with caller.session.begin_nested():
            separation.switch_on(caller, chosen)
    except (RuleBroken, Conflict) as refused:
        form.form_errors = [problem(refused.code, **refused.params)]
        return _page(three=form), 422
    say(gettext("三员分立已打开。您现在是业务管理员。"))
    return redirect("/", 303)
