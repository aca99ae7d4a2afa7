"""The watermark of what is internal: who reads it, by which login, of which unit, and when."""

from __future__ import annotations

from flask import g, request
from sqlalchemy.orm import Session

from learnapp.db.bank import classification
from learnapp.domain.core.calendar import ZONE, local_day
from learnapp.web.core import request_context as req

# Pages of questions of several banks: marked as soon as one of the banks there are is internal.
MIXED = frozenset(
    {
        "marking.index",
        "mocks.paper",
        "mocks.result",
        "mocks.submit",
        "notebook.index",
        "reports.report_list",
        "reviews.index",
        "sets.done",
        "sets.favourites",
        "sets.memorise",
        "reviews.judge",
        "reviews.submitted",
        "reviews.ticked",
        "readings.set_check",
        "readings.show",
        "rework.do",
        "rework.read",
    }
)


def of_page() -> str | None:
    """The watermark of the page that is drawn; None if it shows nothing internal."""
    if "session" not in g or req.signed_in_as() is None:
        return None
    named = request.view_args or {}
    session = req.session()
    shown = request.endpoint in MIXED and classification.any_internal(session)
    return line(session) if shown or classification.is_internal(session, named) else None


def line(session: Session) -> str:
    """Name, login name, unit and minute of anyone who asks now; empty for nobody."""
    who = req.signed_in_as()
    if who is None:
        return ""
    login, unit = classification.reader_of(session, who.person_id, local_day(req.now()))
    minute = f"{req.now().astimezone(ZONE):%Y-%m-%d %H:%M}"
    return " ".join(filter(None, (who.name, login, unit, minute)))
