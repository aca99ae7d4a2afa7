"""证书登录: by the certificate that a trusted proxy has verified, once its person has linked it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.domain.accounts.certificates import label_of
from learnapp.domain.accounts.outside import IdentityKind, by_certificate
from learnapp.services.accounts import outside
from learnapp.web.accounts.client_certificate import subject_here
from learnapp.web.accounts.sign_in import device_here, entered, visitor
from learnapp.web.core import request_context as req
from learnapp.web.core.access import public, repeatable, signed_in, steps_up
from learnapp.web.core.messages import say
from learnapp.web.core.wording import label

blueprint = Blueprint("certificates", __name__)


@blueprint.post("/sign-in/certificate")
@repeatable("nobody is signed in yet; a further session at worst")
@public
def enter() -> Response:
    """Sign in by the certificate; who has not linked it yet signs in by password first."""
    subject = subject_here()
    if subject is None:
        flash(gettext("没有读到证书，请插好再试，或用密码登录。"), "due")
        return redirect(url_for("sign_in.form"), 303)
    session = req.session()
    found = outside.enter(session, by_certificate(subject), device_here(), req.now(), visitor())
    if found is None:
        flash(gettext("这个证书还没有绑定：请先用密码登录，在“设置”里绑定一次。"), "due")
        return redirect(url_for("sign_in.form"), 303)
    return entered(session, found[1], visitor())


@blueprint.get("/me/certificates")
@signed_in
def index() -> str:
    """One's certificates and accounts of providers, and the certificate at hand."""
    subject = subject_here()
    rows = [
        {"id": each.id, "label": each.label, "kind": label(IdentityKind, each.kind)}
        for each in outside.linked(req.own_caller())
    ]
    return render_template(
        "accounts/outside/index.html", rows=rows, at_hand=label_of(subject) if subject else ""
    )


@blueprint.post("/me/certificates/link")
@repeatable("what is linked stays")
@steps_up
@signed_in
def link() -> Response:
    """Link the certificate at hand."""
    subject = subject_here()
    if subject is None:
        say(gettext("没有读到证书，请插好再试。"), "due", at="certificates")
    else:
        outside.link(req.own_caller(), by_certificate(subject))
        say(gettext("已绑定，下次可用证书登录。"), at="certificates")
    return redirect(url_for("certificates.index"), 303)


@blueprint.post("/me/certificates/<int:identity_id>/end")
@repeatable("ends what is there")
@signed_in
def end(identity_id: int) -> Response:
    """No longer sign in by it."""
    outside.unlink(req.own_caller(), identity_id)
    say(gettext("已解除绑定。"), at="certificates")
    return redirect(url_for("certificates.index"), 303)
