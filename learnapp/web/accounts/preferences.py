"""我的: what readers set for themselves, where they are signed in, and the managing pages on phones."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_login import logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo

from learnapp.db.accounts import sign_ins
from learnapp.db.accounts.models import SignIn
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.services.accounts import preferences, sign_in
from learnapp.services.accounts.passwords import against, hash_password, refuse_bad
from learnapp.services.people.identity import identity_of
from learnapp.web.accounts import old_password
from learnapp.web.accounts.client_certificate import can_be_had
from learnapp.web.accounts.devices import device_label
from learnapp.web.accounts.providers import all_providers
from learnapp.web.core import request_context as req
from learnapp.web.core.access import own_transactions, repeatable, signed_in
from learnapp.web.core.layout import SIZES, THEMES, pages_beyond_the_tabs
from learnapp.web.core.messages import say
from learnapp.web.core.wording import moment_label, problem

blueprint = Blueprint("me", __name__)
_NEXT = {"no": _("停下看解析"), "yes": _("自动到下一题")}


class PasswordForm(FlaskForm):
    """The old password, and the new one twice."""

    old = PasswordField(_("现在的密码"), [DataRequired(_("请填密码"))])
    password = PasswordField(_("新密码"), [DataRequired(_("请填密码"))])
    again = PasswordField(_("再输一次"), [EqualTo("password", _("两次输入不同"))])


@blueprint.get("/me")
@signed_in
def index() -> str:
    """Who one is, settings, sessions, and the managing pages."""
    who = req.reader()
    about = identity_of(req.session(), who.person_id, local_day(req.now()))
    rows = sign_ins.sessions_of(req.session(), who.person_id, req.now())
    # The session in use first.
    rows.sort(key=lambda row: row.id != who.sign_in_id)
    return render_template(
        "accounts/preferences/index.html",
        name=who.name,
        about=[
            (gettext("单位"), gettext("、").join(about.units) or gettext("未分配")),
            (gettext("登录名"), gettext("、").join(about.login_names)),
        ],
        sessions=[_session(row, row.id == who.sign_in_id) for row in rows],
        own_pages=[
            (gettext("我的学习档案"), url_for("record.index")),
            (gettext("我的成绩"), url_for("own_marks.index")),
            (gettext("资料库"), url_for("library.index")),
            (gettext("书签和笔记"), url_for("library.notes")),
            (gettext("集中学习签到"), url_for("roll_codes.here")),
            (gettext("离岗、值班报备"), url_for("leave.index")),
            (gettext("离线可用"), url_for("offline.index")),
            (gettext("设置"), url_for(".settings")),
            (gettext("帮助、意见箱"), url_for("help.index")),
        ],
        items=pages_beyond_the_tabs(),
    )


@blueprint.get("/me/settings")
@signed_in
def settings() -> str:
    """Look, size of type, language, and whether practice goes on by itself."""
    who = req.reader()
    by_itself = preferences.goes_on_by_itself(req.session(), who.person_id)
    return render_template(
        "accounts/preferences/settings.html",
        themes=_choices(THEMES, who.theme),
        sizes=_choices(SIZES, who.text_size),
        next_choices=_choices(_NEXT, "yes" if by_itself else "no"),
        from_outside=can_be_had() or bool(all_providers()),
    )


def _choices(labels: dict[str, Any], chosen: str) -> list[dict[str, Any]]:
    return [
        {"code": code, "label": str(text), "current": code == chosen}
        for code, text in labels.items()
    ]


@blueprint.post("/me/settings/theme")
@repeatable("sets a value")
@signed_in
def set_theme() -> Response:
    """Choose light, dark, or as the device does."""
    chosen = request.form.get("theme", "auto")
    chosen = chosen if chosen in THEMES else "auto"
    preferences.set_theme(req.session(), req.reader().person_id, chosen)
    say(gettext("外观已改为“%(t)s”。", t=str(THEMES[chosen])), at="settings")
    return redirect(url_for(".settings"), 303)


@blueprint.post("/me/settings/next")
@repeatable("sets a value")
@signed_in
def set_next() -> Response:
    """Choose whether practice goes to the next question by itself."""
    chosen = request.form.get("next_by_itself") == "yes"
    preferences.set_auto_next(req.session(), req.reader().person_id, chosen)
    text = gettext("单选题答对后自动到下一题。") if chosen else gettext("答完每题都停下看解析。")
    say(text, at="settings")
    return redirect(url_for(".settings"), 303)


def _session(row: SignIn, current: bool) -> dict[str, Any]:
    parts = [gettext("%(t)s 登录", t=moment_label(row.created_at))]
    # When it was last used is written down now and then: of the device at hand it would be stale.
    if row.last_used_at is not None and not current:
        parts.append(gettext("%(t)s 使用", t=moment_label(row.last_used_at)))
    if row.last_address:
        parts.append(row.last_address)
    return {
        "id": row.id,
        "device": device_label(row.device),
        "meta": " · ".join(parts),
        "current": current,
    }


@blueprint.post("/me/sessions/<int:sign_in_id>/end")
@repeatable("ends what is open")
@signed_in
def end_session(sign_in_id: int) -> Response:
    """Sign another device out at once."""
    sign_in.revoke(req.own_caller(), sign_in_id)
    say(gettext("已退出该设备。"), at="sessions")
    return redirect(url_for("me.index"), 303)


@blueprint.post("/me/sessions/end-others")
@repeatable("ends what is open")
@signed_in
def end_others() -> Response:
    """Sign every other device out at once."""
    who = req.reader()
    ended = sign_in.revoke_others(req.own_caller(), who.sign_in_id)
    say(ngettext("已退出 %(num)s 台设备。", "已退出 %(num)s 台设备。", ended), at="sessions")
    return redirect(url_for("me.index"), 303)


@blueprint.get("/me/password")
@signed_in
def password_form() -> str:
    """The page for a new password."""
    return render_template("accounts/preferences/password.html", form=PasswordForm())


@blueprint.post("/me/password")
@repeatable("sets a value")
@own_transactions
@signed_in
def change_password() -> str | Response | tuple[str, int]:
    """Change it; every session ends, this one too."""
    sheet, who = PasswordForm(), req.reader()
    if not sheet.validate_on_submit():
        return render_template("accounts/preferences/password.html", form=sheet), 422
    with req.writing() as opened:
        tried = sign_in.begin_old_password(opened, who.person_id, req.now())
        held = against(opened, who.person_id)
    if (found := old_password.wrong(tried, sheet.old.data or "")) is not None:
        sheet.old.errors = [found[0]]
        return render_template("accounts/preferences/password.html", form=sheet), found[1]
    try:
        refuse_bad(sheet.password.data or "", held)
        hashed = hash_password(sheet.password.data or "")
    except RuleBroken as broken:
        with req.writing() as opened:
            sign_in.was_right(opened, tried)
        sheet.password.errors = [problem(broken.code, **broken.params)]
        return render_template("accounts/preferences/password.html", form=sheet), 422
    with req.writing() as opened:
        preferences.change_password(req.own_caller(opened), tried, hashed)
    logout_user()
    session.clear()
    flash(gettext("密码已改，请用新密码登录。"), "good")
    return redirect(url_for("sign_in.form"), 303)
