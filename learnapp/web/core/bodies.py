"""How long a request's body may be, and taking it whole before any transaction opens."""

from __future__ import annotations

from typing import cast

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import parse_cookie

from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.services.accounts import sign_in
from learnapp.serving.bodies import SMALL, Allow, Allowed
from learnapp.serving.rsgi import REFUSED
from learnapp.web.core.access import Rule, rule_of
from learnapp.web.core.security import CookieInterface


def take_body(rule: Rule) -> None:
    """Read and parse the body here and now, whichever server handed it over.

    Views find it in `request.form`, `request.files` and `request.get_json()`. Ends the request with
    408, 413 or 503 when the server did not take the body, and with 413 when it is over the rule's
    length.
    """
    if refused := request.environ.get(REFUSED):
        abort(refused)
    request.max_content_length = min(rule.most_bytes, current_app.config["MAX_CONTENT_LENGTH"])
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        _ = request.form
    else:
        request.get_data()


def allowance_of(app: Flask) -> Allow:
    """A function of method, path and cookie header: what this caller may send there.

    More than a few kilobytes only from somebody who is signed in now and may call the route: nobody
    else takes one of the places for long bodies. They are counted by person, not by sign-in.
    """
    cookies = cast(CookieInterface, app.session_interface)
    routes = app.url_map.bind("")

    def allowed(method: str, path: str, cookie_header: str) -> Allowed:
        token = cookies.signed_in_token(app, cookies.raw_in(app, parse_cookie(cookie_header)))
        if not token:
            return Allowed(SMALL)
        try:
            endpoint, _ = routes.match(path, method)
        except HTTPException:
            return Allowed(SMALL)
        rule = rule_of(app.view_functions[endpoint])
        return _for(app, token, rule) if rule is not None else Allowed(SMALL)

    return allowed


def _for(app: Flask, token: str, rule: Rule) -> Allowed:
    """What a route takes of whom a session's token names, if its rule lets them call it now."""
    database, now = app.extensions["learnapp.database"], app.extensions["learnapp.clock"].now()
    with database.reading() as session:
        who = sign_in.who(session, token, now)
        if who is None:
            return Allowed(SMALL)
        actor = Actor(who.person_id, grants_of(session, who.person_id, local_day(now)))
    if rule.permission is not None and not actor.may(rule.permission):
        return Allowed(SMALL, str(who.person_id), beyond=403)
    return Allowed(rule.most_bytes, str(who.person_id))
