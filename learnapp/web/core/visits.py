"""Pages that members of guidance groups open by this right: noted after the page is drawn, each time."""

from __future__ import annotations

import gzip
import html
import logging
import re

from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from learnapp import logs
from learnapp.domain.core.permissions import ROLES, Role
from learnapp.services.notices import finding_work
from learnapp.web.core import request_context as req
from learnapp.web.core.access import rule_of

log = logging.getLogger("learnapp.web")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)


def install(app: Flask) -> None:
    """Note visits once the page's transaction is over; to be installed before the request's end."""
    app.after_request(_note)


def _note(response: Response) -> Response:
    if not _is_visit(response):
        return response
    try:
        with req.writing() as opened:
            finding_work.note_visit(
                req.caller(opened), _title(response), request.full_path.rstrip("?")
            )
    except SQLAlchemyError as error:
        log.error("a visit could not be noted: %s", logs.summary(error))
    return response


def _is_visit(response: Response) -> bool:
    """Whether the page was opened by the right of a guidance group."""
    if request.method != "GET" or response.status_code != 200 or request.endpoint is None:
        return False
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None or rule.permission is None or Role.INSPECTOR not in ROLES[rule.permission]:
        return False
    return any(each.role is Role.INSPECTOR for each in req.actor().grants)


def _title(response: Response) -> str:
    """The page's title, or the name of the file that was taken out."""
    disposition = response.headers.get("Content-Disposition", "")
    if disposition:
        return request.path.rpartition("/")[2]
    page = response.get_data()
    if response.content_encoding == "gzip":
        page = gzip.decompress(page)
    found = _TITLE.search(page.decode())
    return html.unescape(found[1]).rpartition(" · ")[0].strip() if found else request.path
