"""Signing in and out, and using a one-time code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo

from learnapp.domain.errors import DomainError, RuleBroken
from learnapp.domain.people import check_password
from learnapp.services import activation
from learnapp.services import sign_in as service
from learnapp.services.passwords import hash_password, verify_password
from learnapp.web import request as req
from learnapp.web.devices import device_of
from learnapp.web.frame import safe_next
from learnapp.web.problems import problem
from learnapp.web.rules import own_transactions, public, signed_in

blueprint = Blueprint("sign_in", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login name and password."""

    login_name = StringField(_("警号、工号或手机号"), [DataRequired(_("请填登录名"))])
    password = PasswordField(_("密码"), [DataRequired(_("请填密码"))])


class ActivateForm(FlaskForm):  # type: ignore[misc]
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
    return render_template("sign_in/form.html", form=SignInForm())


@blueprint.post("/sign-in")
@own_transactions
@public
def enter() -> str | Response | tuple[str, int]:
    """Two transactions round one hash: no lock is held while it is checked."""
    sheet = SignInForm()
    if not sheet.validate_on_submit():
        return render_template("sign_in/form.html", form=sheet), 422
    login, address = sheet.login_name.data or "", request.remote_addr or ""
    with req.reading() as opened:
        found = service.find(opened, login, address, req.now())
    if found.locked:
        sheet.password.errors = [gettext("连续输错，请 15 分钟后再试，或向管理员要新的启用码。")]
        return render_template("sign_in/form.html", form=sheet), 429
    right = verify_password(found.password_hash, sheet.password.data or "")
    with req.writing() as opened:
        if not right or found.person_id is None:
            service.fail(opened, login, address, req.now())
            sheet.password.errors = [gettext("登录名或密码不对。")]
            return render_template("sign_in/form.html", form=sheet), 422
        return _open_session(opened, found.person_id)


def _open_session(opened, person_id: int) -> Response:  # type: ignore[no-untyped-def]
    token = service.succeed(opened, person_id, _device(), req.now())
    who = service.who(opened, token, req.now())
    assert who is not None
    kept = session.get("csrf_token")
    session.clear()
    if kept:
        session["csrf_token"] = kept
    session.permanent = True
    service.used(opened, who.sign_in_id, req.now(), request.remote_addr or "")
    login_user(req.User(token, who))
    return safe_next("/")


def _device() -> str:
    """Words for the list of sessions; no fingerprint."""
    return device_of(request.user_agent.string)


@blueprint.post("/sign-out")
@signed_in
def leave() -> Response:
    """End this session at once, everywhere."""
    who = req.signed_in_as()
    assert who is not None
    service.revoke(req.session(), req.actor(), req.now(), who.sign_in_id)
    logout_user()
    return redirect(url_for("sign_in.form"), 303)


@blueprint.get("/activate")
@public
def activation_form() -> str:
    """The page for a one-time code."""
    return render_template("sign_in/activate.html", form=ActivateForm(code=request.args.get("code")))


@blueprint.post("/activate")
@own_transactions
@public
def activate() -> str | Response | tuple[str, int]:
    """Use the code up, set the password, sign in."""
    sheet = ActivateForm()
    if not sheet.validate_on_submit():
        return render_template("sign_in/activate.html", form=sheet), 422
    code, password = sheet.code.data or "", sheet.password.data or ""
    try:
        with req.reading() as opened:
            _, _, names = activation.holder(opened, code, req.now())
        check_password(password, names)
        hashed = hash_password(password)
        with req.writing() as opened:
            person_id = activation.activate(opened, req.now(), code, password, hashed)
            return _open_session(opened, person_id)
    except DomainError as error:
        field = sheet.password if isinstance(error, RuleBroken) else sheet.code
        field.errors = [problem(error.code, **error.params)]
        return render_template("sign_in/activate.html", form=sheet), 422
