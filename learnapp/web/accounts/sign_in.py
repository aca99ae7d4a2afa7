"""Signing in and out, and using a one-time code."""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo

from learnapp.db.accounts.sign_in_facts import SignInFacts
from learnapp.domain.core.errors import DomainError, RuleBroken
from learnapp.services.accounts import activation, password_rules, sign_in
from learnapp.services.accounts.passwords import against, hash_password, refuse_bad, verify_password
from learnapp.services.accounts.sign_in import Visitor
from learnapp.web.accounts import demo_roles
from learnapp.web.accounts.client_certificate import subject_here
from learnapp.web.accounts.devices import device_label, device_of
from learnapp.web.accounts.providers import all_providers, title_of
from learnapp.web.core import request_context as req
from learnapp.web.core.access import before_second, own_transactions, public, repeatable, signed_in
from learnapp.web.core.cookies import set_cookie, value_of
from learnapp.web.core.layout import safe_next
from learnapp.web.core.wording import moment_label, problem

blueprint = Blueprint("sign_in", __name__)

_DEVICE = "learnapp_device"  # outlives the session: names nobody, the table of sign-ins knows whose
CAME_BY = "came_by"  # the provider that proved who somebody is, in their cookie
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


class SignInForm(FlaskForm):
    """Login name and password."""

    login_name = StringField(_("警号、工号或手机号"), [DataRequired(_("请填登录名"))])
    password = PasswordField(_("密码"), [DataRequired(_("请填密码"))])
    shared = BooleanField(_("公用设备：用完自动退出"))


class ActivateForm(FlaskForm):
    """A one-time code and a new password, twice."""

    code = StringField(_("启用码"), [DataRequired(_("请填启用码"))])
    password = PasswordField(_("新密码"), [DataRequired(_("请填密码"))])
    again = PasswordField(
        _("再输一次"), [DataRequired(_("请再输一次")), EqualTo("password", _("两次输入不同"))]
    )


@blueprint.get("/sign-in")
@public
def form() -> str | Response:
    """The sign-in page."""
    if req.signed_in_as() is not None:
        return safe_next("/")
    return _page(SignInForm())


def _page(sheet: SignInForm) -> str:
    """The form, with the other ways in, and the way out of the provider that somebody left by."""
    providers = all_providers()
    left = providers.get(request.args.get("left", ""))
    return render_template(
        "accounts/sign_in/form.html",
        form=sheet,
        by_certificate=subject_here() is not None,
        ways=[{"name": name, "title": title_of(each)} for name, each in providers.items()],
        left={"name": left.name, "title": title_of(left)} if left else None,
        demo_roles=demo_roles.roles(),
    )


@blueprint.post("/sign-in")
@repeatable("nobody is signed in yet; a further session at worst")
@own_transactions
@public
def enter() -> str | Response | tuple[str, int]:
    """Two transactions round one hash: no lock is held while it is checked."""
    sheet = SignInForm()
    if not sheet.validate_on_submit():
        return _page(sheet), 422
    with req.writing() as opened:
        tried = sign_in.begin(opened, sheet.login_name.data or "", visitor(), req.now())
    if tried.wait is not None:
        sheet.password.errors = [too_often(tried.wait)]
        return _page(sheet), 429
    right = verify_password(
        tried.password_hash, sheet.password.data or "", sheet.login_name.data or ""
    )
    if right:
        with req.writing() as opened:
            if tried.person_id is not None and sign_in.may_enter(opened, tried):
                sign_in.was_right(opened, tried)
                if not password_rules.is_closed_for(opened, tried.person_id, req.now()):
                    return _open_session(opened, tried.person_id, bool(sheet.shared.data))
                sign_in.note_closed(opened, tried.person_id, req.now())
                sheet.password.errors = [problem("password_closed")]
                return _page(sheet), 422
    with req.writing() as opened:
        sign_in.note_refused(opened, tried, req.now())
    sheet.password.errors = [gettext("登录名或密码不对。")]
    return _page(sheet), 422


def too_often(wait: timedelta) -> str:
    """The message to somebody who must wait, with the ways to sign in that stay open."""
    minutes = -(-int(wait.total_seconds()) // 60)
    return gettext(
        "输错次数太多，请约 %(n)s 分钟后再试。以前登录过的设备不受他人影响；急用可向管理员要新的启用码。",
        n=minutes,
    )


def visitor() -> Visitor:
    """Where the request comes from; of an IPv6 address the network, for one has thousands."""
    raw = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(raw)
        if address.version == 6:
            raw = str(ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        pass
    device = value_of(_DEVICE)
    return Visitor(raw, device if _TOKEN.fullmatch(device) else None, request.remote_addr)


def arriving(shared: bool) -> Visitor:
    """The visitor whose session is opened: known by a device from now on, unless others use it too."""
    here = replace(visitor(), shared=shared)
    return here if shared else replace(here, device=here.device or secrets.token_urlsafe(24))


def _open_session(opened: Session, person_id: int, shared: bool = False) -> Response:
    """A session of its own, opened by the right password."""
    here = arriving(shared)
    made = sign_in.succeed(opened, person_id, device_here(), req.now(), here)
    return entered(opened, made, here)


def entered(opened: Session, made: sign_in.Opened, here: Visitor) -> Response:
    """Go on with a session that was opened, with a new form token; the device is known from now on,
    unless others use it too: then the browser forgets the session when it is closed."""
    who = sign_in.who(opened, made.token, req.now())
    if who is None:  # retired or shut out in this very moment
        return redirect(url_for("sign_in.form"), 303)
    session.clear()
    session.permanent = not here.shared
    login_user(req.User(made.token, who))
    _say_last(made.facts)
    reply = safe_next("/")
    if here.device is not None and not here.shared:
        set_cookie(reply, _DEVICE, here.device, int(sign_in.KNOWN_FOR.total_seconds()))
    return reply


def _say_last(facts: SignInFacts) -> None:
    """Where the last sign-in was, and how often a wrong password was tried since: to staff each time,
    to officers when there was such a try."""
    if facts.last_at is None or not (facts.is_staff or facts.failures):
        return
    device, at = device_label(facts.last_device or ""), moment_label(facts.last_at)
    text = gettext("上次登录：%(at)s，%(device)s。", at=at, device=device)
    if facts.failures:
        text += gettext("此后输错密码 %(n)s 次；不是您本人，请改密码。", n=facts.failures)
    flash(text, "due" if facts.failures else "info")


def device_here() -> str:
    """Words for the list of sessions; no fingerprint."""
    return device_of(request.user_agent.string)


@blueprint.post("/sign-out")
@repeatable("ends what is open")
@before_second
@signed_in
def leave() -> Response:
    """End this session at once, everywhere."""
    who, came_by = req.reader(), session.get(CAME_BY)
    sign_in.revoke(req.caller(), who.sign_in_id)
    logout_user()
    session.clear()  # the form token too: what was open here belonged to another session
    return redirect(url_for("sign_in.form", left=came_by), 303)


@blueprint.get("/activate")
@public
def activation_form() -> str:
    """The page for a one-time code."""
    return render_template(
        "accounts/sign_in/activate.html", form=ActivateForm(code=request.args.get("code"))
    )


@blueprint.post("/activate")
@repeatable("a code is used once")
@own_transactions
@public
def activate() -> str | Response | tuple[str, int]:
    """Use the code up, set the password, sign in."""
    sheet = ActivateForm()
    if not sheet.validate_on_submit():
        return render_template("accounts/sign_in/activate.html", form=sheet), 422
    code, password = sheet.code.data or "", sheet.password.data or ""
    try:
        with req.reading() as opened:
            holder_id, _, _ = activation.holder(opened, code, req.now())
            held = against(opened, holder_id)
        refuse_bad(password, held)
        hashed = hash_password(password)
        with req.writing() as opened:
            person_id = activation.activate(opened, req.now(), code, password, hashed)
            return _open_session(opened, person_id)
    except DomainError as error:
        field = sheet.password if isinstance(error, RuleBroken) else sheet.code
        field.errors = [problem(error.code, **error.params)]
        return render_template("accounts/sign_in/activate.html", form=sheet), 422
