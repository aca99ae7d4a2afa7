"""A sign-in lasts as long as the test that is answered by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import session
from sqlalchemy.orm import Session

from learnapp.services.accounts import sign_in
from learnapp.web.core import request_context as req

_NOT_ON_IDLE = timedelta(hours=23)


def keep_signed_in(opened: Session, until: datetime) -> None:
    """Let the reader's sign-in last until then at the least, and its cookie with it; `opened` is a
    transaction that writes."""
    who = req.reader()
    if who.idle_s is not None:  # staff, or a device that others use: an hour to sync, not a day
        until -= _NOT_ON_IDLE
    if sign_in.keep_until(opened, who, until):
        session.modified = True  # so that the cookie is sent again
