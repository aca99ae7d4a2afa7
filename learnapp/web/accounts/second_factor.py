"""动态码: the second factor asked for, set up, and removed by its person."""

from __future__ import annotations

from typing import Any

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired

from learnapp.db.core.caller import Caller
from learnapp.db.people.identity import login_names_of
from learnapp.domain.accounts.second_factor import PENDING, address_of
from learnapp.services.accounts import second_factor, sign_in
from learnapp.web.accounts import old_password
from learnapp.web.core import request_context as req
from learnapp.web.core.access import (
    before_second,
    own_transactions,
    repeatable,
    signed_in,
    steps_up,
)
from learnapp.web.core.layout import safe_next
from learnapp.web.core.local_path import local_path
from learnapp.web.core.messages import say

blueprint = Blueprint("second", __name__)

_ISSUER = "日学周测月考"


class FactorForm(FlaskForm):
    """A code of the phone, or one for its loss."""

    code = StringField(_("动态码"), [DataRequired(_("请填动态码"))])


class BeginForm(FlaskForm):
    """The password once more, where the sign-in is no longer new."""

    password = PasswordField(_("现在的密码"))


@blueprint.get("/second-factor")
@before_second
@signed_in
def form() -> str:
    """Ask for the code."""
    return _ask(FactorForm())


def _ask(sheet: FactorForm) -> str:
    pending = req.reader().second in PENDING
    return render_template("accounts/second_factor/form.html", form=sheet, pending=pending)


@blueprint.post("/second-factor")
@repeatable("proves what is proven")
@before_second
@signed_in
def prove() -> str | Response | tuple[str, int]:
    """Compare the code; tries are counted."""
    sheet = FactorForm()
    if not sheet.validate_on_submit():
        return _ask(sheet), 422
    caller = req.own_caller()
    wait = second_factor.wait_before(caller)
    if wait is not None:
        sheet.code.errors = [old_password.too_often(wait)]
        return _ask(sheet), 429
    sign_in_id = req.reader().sign_in_id
    if not second_factor.prove(caller, req.seal(), sign_in_id, sheet.code.data or ""):
        sheet.code.errors = [gettext("动态码不对，或已经用过；请等手机上的下一个。")]
        return _ask(sheet), 422
    return safe_next("/")


@blueprint.get("/me/second-factor")
@before_second
@signed_in
def index() -> str:
    """Whether it is set; while it is being set up, its picture."""
    return _page(FactorForm())


def _page(
    sheet: FactorForm, codes: list[str] | None = None, beginning: BeginForm | None = None
) -> str:
    who, caller = req.reader(), req.own_caller()
    status = second_factor.status(caller, req.seal())
    picture: dict[str, Any] = {}
    if status.secret:
        names = login_names_of(caller.session, who.person_id)
        address = address_of(status.secret, names[0] if names else who.name, _ISSUER)
        svg = segno.make(address, error="m").svg_inline(scale=5, border=3, light="white")
        groups = (status.secret[at : at + 4] for at in range(0, len(status.secret), 4))
        picture = {"svg": Markup(svg), "secret": " ".join(groups), "address": address}
    return render_template(
        "accounts/second_factor/index.html",
        form=sheet,
        beginning=beginning or BeginForm(formdata=None),
        is_new=second_factor.is_signed_in_lately(caller, who.sign_in_id),
        confirmed=status.confirmed,
        left=status.codes_left,
        picture=picture,
        codes=codes or [],
        required=who.second in PENDING,
        next=local_path(request.args.get("next")),
    )


@blueprint.post("/me/second-factor/begin")
@repeatable("a secret that waits stays")
@own_transactions
@before_second
@signed_in
def begin() -> Response | tuple[str, int]:
    """Make a secret, for who has just signed in or says the password once more."""
    sheet, who = BeginForm(), req.reader()
    with req.writing() as opened:
        caller = req.own_caller(opened)
        if second_factor.is_signed_in_lately(caller, who.sign_in_id):
            return _begun(caller)
        tried = sign_in.begin_old_password(opened, who.person_id, req.now())
    if (found := old_password.wrong(tried, sheet.password.data or "")) is not None:
        sheet.password.errors = [found[0]]
        with req.reading_page():
            return _page(FactorForm(formdata=None), beginning=sheet), found[1]
    with req.writing() as opened:
        sign_in.was_right(opened, tried)
        return _begun(req.own_caller(opened))


def _begun(caller: Caller) -> Response:
    second_factor.begin(caller, req.seal())
    return redirect(url_for("second.index", next=request.args.get("next")), 303)


@blueprint.post("/me/second-factor/confirm")
@repeatable("what is confirmed stays")
@before_second
@signed_in
def confirm() -> str | tuple[str, int]:
    """Confirm it by its first code, and show the codes for loss this once."""
    sheet = FactorForm()
    if not sheet.validate_on_submit():
        return _page(sheet), 422
    caller, who = req.own_caller(), req.reader()
    wait = second_factor.wait_before(caller)
    if wait is not None:
        sheet.code.errors = [old_password.too_often(wait)]
        return _page(sheet), 429
    codes = second_factor.confirm(caller, req.seal(), who.sign_in_id, sheet.code.data or "")
    if codes is None:
        sheet.code.errors = [gettext("动态码不对，请等手机上的下一个。")]
        return _page(sheet), 422
    return _page(FactorForm(formdata=None), codes)


@blueprint.post("/me/second-factor/codes")
@repeatable("older codes are replaced")
@steps_up
@signed_in
def codes() -> str:
    """Further codes for loss, instead of those there were."""
    return _page(FactorForm(formdata=None), second_factor.new_codes(req.own_caller()))


@blueprint.post("/me/second-factor/remove")
@repeatable("removes what is there")
@steps_up
@signed_in
def remove() -> Response:
    """Sign in by password alone from now on; who must have one is asked for a new one next time."""
    second_factor.remove(req.own_caller())
    say(gettext("已停用动态码。"), at="settings")
    return redirect(url_for("me.settings"), 303)
