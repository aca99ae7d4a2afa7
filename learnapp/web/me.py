"""我的: what readers set for themselves, where they are signed in, and the managing pages on phones."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_login import logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo

from learnapp.domain.errors import RuleBroken
from learnapp.services import me as service
from learnapp.services import sign_in
from learnapp.services.passwords import against, hash_password, refuse_bad, verify_password
from learnapp.web import request as req
from learnapp.web.frame import SIZES, manage_nav
from learnapp.web.language import moment_label
from learnapp.web.messages import say
from learnapp.web.problems import problem
from learnapp.web.rules import own_transactions, signed_in

blueprint = Blueprint("me", __name__)


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The old password, and the new one twice."""

    old = PasswordField(_("现在的密码"), [DataRequired(_("请填密码"))])
    password = PasswordField(_("新密码"), [DataRequired(_("请填密码"))])
    again = PasswordField(_("再输一次"), [EqualTo("password", _("两次输入不同"))])


@blueprint.get("/me")
@signed_in
def index() -> str:
    """Settings, sessions, and the managing pages."""
    who = req.reader()
    sessions = [
        {
            "id": row.id,
            "device": row.device,
            "since": moment_label(row.created_at),
            "current": row.id == who.sign_in_id,
        }
        for row in sign_in.sessions_of(req.session(), who.person_id, req.now())
    ]
    sizes = [
        {"code": code, "label": str(label), "current": who.text_size == code}
        for code, label in SIZES.items()
    ]
    return render_template(
        "me/index.html", name=who.name, sessions=sessions, sizes=sizes, items=manage_nav()
    )


@blueprint.post("/me/sessions/<int:sign_in_id>/end")
@signed_in
def end_session(sign_in_id: int) -> Response:
    """Sign another device out at once."""
    sign_in.revoke(req.session(), req.own(), req.now(), sign_in_id)
    say(gettext("已退出该设备。"), at="sessions")
    return redirect(url_for("me.index"), 303)


@blueprint.get("/me/password")
@signed_in
def password_form() -> str:
    """The page for a new password."""
    return render_template("me/password.html", form=PasswordForm())


@blueprint.post("/me/password")
@own_transactions
@signed_in
def change_password() -> str | Response | tuple[str, int]:
    """Change it; every session ends, this one too."""
    sheet, who = PasswordForm(), req.reader()
    if not sheet.validate_on_submit():
        return render_template("me/password.html", form=sheet), 422
    with req.writing() as opened:
        tried = sign_in.begin_old_password(opened, who.person_id, req.now())
        held = against(opened, who.person_id)
    if tried.wait is not None:
        sheet.old.errors = [gettext("输错次数太多，请 15 分钟后再试。")]
        return render_template("me/password.html", form=sheet), 429
    if not verify_password(tried.password_hash, sheet.old.data or ""):
        sheet.old.errors = [gettext("现在的密码不对。")]
        return render_template("me/password.html", form=sheet), 422
    try:
        refuse_bad(sheet.password.data or "", held)
        hashed = hash_password(sheet.password.data or "")
    except RuleBroken as broken:
        with req.writing() as opened:
            sign_in.was_right(opened, tried)
        sheet.password.errors = [problem(broken.code, **broken.params)]
        return render_template("me/password.html", form=sheet), 422
    with req.writing() as opened:
        service.change_password(opened, req.own(), req.now(), tried, hashed)
    logout_user()
    session.clear()
    flash(gettext("密码已改，请用新密码登录。"), "good")
    return redirect(url_for("sign_in.form"), 303)
