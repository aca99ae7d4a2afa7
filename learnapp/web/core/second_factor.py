"""Where a request goes instead, while its second factor is wanting or no longer fresh."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.accounts.sign_ins import SignedIn
from learnapp.domain.accounts.second_factor import PENDING, SecondState, is_fresh
from learnapp.web.core.access import Rule
from learnapp.web.core.local_path import local_path


def way_of(rule: Rule, who: SignedIn | None, now: datetime) -> Response | None:
    """The way to the page that asks for the second factor; None where the request may go on."""
    if who is None or not rule.signed_in:
        return None
    if who.second in PENDING and not rule.before_second:
        if request.is_json or request.accept_mimetypes.best == "application/json":
            abort(401)
        endpoint = "second.index" if who.second == SecondState.ENROL else "second.form"
        return redirect(url_for(endpoint, next=_here()), 303)
    if rule.steps_up and who.second == SecondState.DONE and not is_fresh(who.second_at, now):
        flash(gettext("这一步不能撤回：请再输一次动态码，然后重新提交。"), "due")
        return redirect(url_for("second.form", next=_here()), 303)
    return None


def _here() -> str | None:
    """The page to come back to: the one asked for, or the one whose form was posted."""
    if request.method in ("GET", "HEAD"):
        return request.full_path.rstrip("?")
    came = urlsplit(request.headers.get("Referer", ""))
    return local_path(came.path) if came.netloc == request.host else None
