"""Failures of the system itself: which mean that it is away for a while, and the page that needs nothing."""

from __future__ import annotations

import errno

from flask import Flask
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from learnapp import logs

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}


def is_unavailable(error: BaseException) -> bool:
    """Whether the database or the disk is away, full or busy, so that the same may succeed later."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return isinstance(error, OperationalError | InterfaceError | NoConnection)


def plain_page(app: Flask) -> str:
    """The page of a failure, with the request's id; without database, session or frame."""
    template = app.jinja_env.get_template("core/errors/plain.html")
    # The template's own render: Flask's would ask for the values of the frame.
    return template.render(reference=logs.current_id(), static=app.static_url_path)
