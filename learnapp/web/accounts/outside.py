"""外部登录: by a provider of the office; linked to an account once, with a confirmation."""

from __future__ import annotations

import hmac
import logging
from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import DataRequired

from learnapp.domain.accounts.outside import Confirmation, Proven
from learnapp.services.accounts import outside, sign_in
from learnapp.web.accounts import pending_identity
from learnapp.web.accounts.ldap_directory import LdapDirectory
from learnapp.web.accounts.oidc_provider import OidcProvider
from learnapp.web.accounts.pending_identity import Journey
from learnapp.web.accounts.provider_http import NotProven, ProviderAway
from learnapp.web.accounts.providers import Provider, all_providers, title_of
from learnapp.web.accounts.sign_in import (
    CAME_BY,
    arriving,
    device_here,
    entered,
    too_often,
    visitor,
)
from learnapp.web.core import request_context as req
from learnapp.web.core.access import own_transactions, public, repeatable
from learnapp.web.core.local_path import local_path

blueprint = Blueprint("outside", __name__)

_LONGEST_CODE = 2000
log = logging.getLogger("learnapp.web")


class DirectoryForm(FlaskForm):
    """Login name and password of the office's directory."""

    login_name = StringField(_("域账号"), [DataRequired(_("请填登录名"))])
    password = PasswordField(_("域密码"), [DataRequired(_("请填密码"))])
    shared = BooleanField(_("公用设备：用完自动退出"))


@blueprint.get("/sign-in/outside/<name>")
@own_transactions
@public
def begin(name: str) -> Response:
    """Send the visitor to the provider."""
    provider = _provider(name)
    if req.signed_in_as() is not None:
        return redirect("/", 303)
    if isinstance(provider, LdapDirectory):
        return redirect(url_for("outside.directory", name=name, next=request.args.get("next")), 303)
    try:
        if isinstance(provider, OidcProvider):
            # Its libraries take 4 MB, and not every office has a provider; so with the directory.
            from learnapp.web.accounts import oidc_sign_in

            address, asked = oidc_sign_in.ask(provider, req.now())
        else:
            address, asked = provider.ask("wxwork" in request.user_agent.string)
    except ProviderAway as away:
        return _away(provider, away)
    shared = request.args.get("shared") == "1"
    pending_identity.keep(Journey(name, local_path(request.args.get("next")) or "", shared, asked))
    return redirect(address, 303)


@blueprint.get("/sign-in/outside/<name>/back")
@own_transactions
@public
def back(name: str) -> Response:
    """Whoever comes back from the provider: signed in, or asked to confirm their account."""
    provider, journey = _provider(name), pending_identity.under_way()
    pending_identity.forget()
    code, state = request.args.get("code", ""), request.args.get("state", "")
    if (
        isinstance(provider, LdapDirectory)
        or journey is None
        or journey.asked is None
        or journey.provider != name
        or not hmac.compare_digest(journey.asked.state.encode(), state.encode())
        or not 0 < len(code) <= _LONGEST_CODE
    ):
        return _not_proven("state, code or a refusal there")
    try:
        if isinstance(provider, OidcProvider):
            # Another provider's answer is not taken for this one's (RFC 9207).
            if request.args.get("iss", provider.issuer) != provider.issuer:
                return _not_proven("another issuer")
            from learnapp.web.accounts import oidc_sign_in

            proven = oidc_sign_in.proven(provider, code, journey.asked, req.now())
        else:
            proven = provider.proven(code, req.now())
    except ProviderAway as away:
        return _away(provider, away)
    except NotProven as fault:
        return _not_proven(str(fault))
    return _go_on(replace(journey, asked=None), proven)


@blueprint.get("/sign-in/directory/<name>")
@public
def directory(name: str) -> str:
    """The form of the office's directory."""
    return _directory_page(_directory(name), DirectoryForm())


@blueprint.post("/sign-in/directory/<name>")
@repeatable("nobody is signed in yet; a further session at worst")
@own_transactions
@public
def enter_by_directory(name: str) -> str | Response | tuple[str, int]:
    """Ask the directory, between two transactions; tries are counted as those of our own passwords."""
    provider, sheet = _directory(name), DirectoryForm()
    if not sheet.validate_on_submit():
        return _directory_page(provider, sheet), 422
    login = sheet.login_name.data or ""
    with req.writing() as opened:
        tried = sign_in.begin(opened, login, visitor(), req.now())
    if tried.wait is not None:
        sheet.password.errors = [too_often(tried.wait)]
        return _directory_page(provider, sheet), 429
    try:
        from learnapp.web.accounts import ldap_bind

        proven = ldap_bind.proven(provider, login, sheet.password.data or "")
    except ProviderAway as away:
        with req.writing() as opened:
            sign_in.was_right(opened, tried)
        return _away(provider, away)
    except NotProven:
        with req.writing() as opened:
            sign_in.note_refused(opened, tried, req.now())
        sheet.password.errors = [gettext("登录名或密码不对。")]
        return _directory_page(provider, sheet), 422
    with req.writing() as opened:
        sign_in.was_right(opened, tried)
    then = local_path(request.args.get("next")) or ""
    return _go_on(Journey(name, then, bool(sheet.shared.data)), proven)


@blueprint.get("/sign-in/outside/<name>/leave")
@own_transactions
@public
def leave(name: str) -> Response:
    """Sign out at the provider too."""
    provider = _provider(name)
    address = None
    if isinstance(provider, OidcProvider):
        try:
            address = provider.logout_url(req.now())
        except ProviderAway as away:
            return _away(provider, away)
    return redirect(address or url_for("sign_in.form"), 303)


def _go_on(journey: Journey, proven: Proven) -> Response:
    """In, where the identity is linked; to the confirmation, where an account has its login name."""
    with req.writing() as opened:
        reply = open_linked(opened, journey, proven)
        if reply is not None:
            return reply
        found = outside.candidate(opened, proven, req.now())
        if found is None:
            outside.note_unknown(opened, proven.kind, req.now())
    if found is None:
        text = gettext(
            "已认出您是 %(who)s，但本系统没有这个登录名的账号，或账号已停用。请找本单位管理员。",
            who=proven.label,
        )
        flash(text, "due")
        return redirect(url_for("sign_in.form"), 303)
    pending_identity.keep(replace(journey, proven=proven))
    return redirect(url_for("linking.confirm"), 303)


def open_linked(opened: Session, journey: Journey, proven: Proven) -> Response | None:
    """Open the session of whoever has linked the identity; None for nobody."""
    here = arriving(journey.shared)
    found = outside.enter(opened, proven, device_here(), req.now(), here)
    if found is None:
        return None
    reply = entered(opened, found[1], here)
    session[CAME_BY] = journey.provider
    if journey.next:
        reply.location = journey.next
    return reply


def confirmed_by_name(provider: Provider) -> bool:
    """Whether the login name alone links an account: the office assigns those of the provider."""
    return provider.confirm == Confirmation.NAME


def _provider(name: str) -> Provider:
    return all_providers().get(name) or abort(404)


def _directory(name: str) -> LdapDirectory:
    provider = _provider(name)
    return provider if isinstance(provider, LdapDirectory) else abort(404)


def _directory_page(provider: LdapDirectory, sheet: DirectoryForm) -> str:
    return render_template("accounts/outside/directory.html", form=sheet, title=title_of(provider))


def _away(provider: Provider, away: ProviderAway) -> Response:
    log.warning("the provider %s is away: %s", provider.name, away)
    text = gettext(
        "%(title)s暂时连不上，请稍后再试。应急账号可用密码登录。", title=title_of(provider)
    )
    flash(text, "lost")
    return redirect(url_for("sign_in.form"), 303)


def _not_proven(why: str) -> Response:
    log.info("nobody was proven: %s", why)
    flash(gettext("登录没有完成，请再来一次。"), "due")
    return redirect(url_for("sign_in.form"), 303)
