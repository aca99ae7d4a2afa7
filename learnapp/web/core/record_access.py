"""Records that staff open: a reason is asked for first where the office wants one; each is entered."""

from __future__ import annotations

import logging

from flask import Flask, Response, current_app, g, redirect, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from learnapp import logs
from learnapp.domain.operations.record_access import PAGES
from learnapp.services.operations import record_access
from learnapp.services.operations.record_access import OpenedRecord
from learnapp.web.core import request_context as req
from learnapp.web.core.access import rule_of

log = logging.getLogger("learnapp.web")


def install_before(app: Flask) -> None:
    """Enter what was opened once the page's transaction is over; before the request's own end."""
    app.after_request(_enter)


def install(app: Flask) -> None:
    """Ask for the reason, after the request's own beginning."""
    app.before_request(_ask)


def opened_at(endpoint: str | None, named: dict[str, object] | None) -> OpenedRecord | None:
    """The record that a page shows; None for any other page."""
    if endpoint is None or endpoint not in PAGES or not named:
        return None
    kind, argument = PAGES[endpoint]
    rule = rule_of(current_app.view_functions[endpoint])
    subject = named.get(argument)
    if rule is None or rule.permission is None or not isinstance(subject, int):
        return None
    return OpenedRecord(kind, subject, rule.permission)


def _ask() -> BaseResponse | None:
    opened = _opened()
    if opened is None:
        return None
    if "session" in g:
        asks = record_access.must_state(req.caller(), opened)
    else:
        with req.reading() as session:
            asks = record_access.must_state(req.caller(session), opened)
    if not asks:
        return None
    return redirect(url_for("record_access.ask", next=request.full_path.rstrip("?")), 303)


def _enter(response: Response) -> Response:
    opened = _opened() if response.status_code == 200 else None
    if opened is None:
        return response
    try:
        with req.reading() as session:
            is_entered = record_access.is_entered(req.caller(session), opened)
        if not is_entered:
            with req.writing() as session:
                record_access.note(req.caller(session), opened)
    except SQLAlchemyError as error:
        log.error("the opening of a record could not be entered: %s", logs.summary(error))
    return response


def _opened() -> OpenedRecord | None:
    if request.method != "GET" or req.signed_in_as() is None:
        return None
    return opened_at(request.endpoint, request.view_args)
