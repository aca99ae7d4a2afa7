"""首次确认: an identity of outside is linked to the account of its login name, by its person."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField

from learnapp.db.core.caller import Caller
from learnapp.domain.accounts.outside import Proven
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.permissions import Actor
from learnapp.services.accounts import outside, sign_in
from learnapp.services.accounts.outside import AccountFound
from learnapp.services.accounts.passwords import verify_password
from learnapp.web.accounts import pending_identity
from learnapp.web.accounts.outside import confirmed_by_name, open_linked
from learnapp.web.accounts.pending_identity import Journey
from learnapp.web.accounts.providers import Provider, all_providers, title_of
from learnapp.web.accounts.sign_in import too_often, visitor
from learnapp.web.core import request_context as req
from learnapp.web.core.access import own_transactions, public, repeatable

blueprint = Blueprint("linking", __name__)


class LinkForm(FlaskForm):
    """What proves once that the account is one's own."""

    secret = PasswordField(_("本系统的密码，或启用码"))


@blueprint.get("/sign-in/link")
@public
def confirm() -> str | Response:
    """Whose account it would be."""
    journey, provider = _journey()
    found = None
    if journey is not None and journey.proven is not None:
        found = outside.candidate(req.session(), journey.proven, req.now())
    if provider is None or found is None:
        return _over()
    return _page(provider, found, LinkForm())


@blueprint.post("/sign-in/link")
@repeatable("an identity is linked once")
@own_transactions
@public
def link() -> str | Response | tuple[str, int]:
    """Link it, and sign in by it."""
    journey, provider = _journey()
    proven = journey.proven if journey is not None else None
    if journey is None or provider is None or proven is None:
        return _over()
    with req.reading() as opened:
        found = outside.candidate(opened, proven, req.now())
    if found is None:
        return _over()
    if confirmed_by_name(provider):
        return _linked(journey, proven, found)
    sheet = LinkForm()
    secret = sheet.secret.data or ""
    with req.writing() as opened:
        tried = sign_in.begin(opened, found.login, visitor(), req.now())
    if tried.wait is not None:
        sheet.secret.errors = [too_often(tried.wait)]
        return _again(provider, found, sheet, 429)
    is_right = verify_password(found.password_hash, secret, found.login)
    try:
        if not is_right:
            with req.writing() as opened:
                outside.link_by_code(opened, proven, secret, req.now())
    except (NotFound, Conflict):
        with req.writing() as opened:
            sign_in.note_refused(opened, tried, req.now())
        sheet.secret.errors = [gettext("密码或启用码不对。")]
        return _again(provider, found, sheet, 422)
    with req.writing() as opened:
        sign_in.was_right(opened, tried)
    return _linked(journey, proven, found)


def _linked(journey: Journey, proven: Proven, found: AccountFound) -> Response:
    """Link what was confirmed, and go in; the account must still be as it was when it was shown."""
    with req.writing() as opened:
        now = outside.candidate(opened, proven, req.now())
        if now is not None and now == found:
            outside.link(Caller(opened, Actor(found.person_id), req.now()), proven)
        reply = open_linked(opened, journey, proven)
    if reply is None:
        return _over()
    flash(gettext("已绑定，下次直接登录。"), "good")
    return reply


def _journey() -> tuple[Journey | None, Provider | None]:
    journey = pending_identity.under_way()
    return journey, all_providers().get(journey.provider) if journey is not None else None


def _over() -> Response:
    flash(gettext("登录没有完成，请再来一次。"), "due")
    return redirect(url_for("sign_in.form"), 303)


def _again(
    provider: Provider, found: AccountFound, sheet: LinkForm, status: int
) -> tuple[str, int]:
    with req.reading_page():
        return _page(provider, found, sheet), status


def _page(provider: Provider, found: AccountFound, sheet: LinkForm) -> str:
    return render_template(
        "accounts/outside/confirm.html",
        form=sheet,
        title=title_of(provider),
        by_name=confirmed_by_name(provider),
        account=[
            (gettext("姓名"), found.name),
            (gettext("登录名"), found.login),
            (gettext("单位"), gettext("、").join(found.units)),
        ],
    )
