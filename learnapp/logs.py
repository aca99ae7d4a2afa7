"""What the log may hold: one line for each event with time, level and request id; never a person's data.

Exceptions carry the values they failed on (a name, an answer, a code), and databases repeat them in
their messages. So a failure is logged as its type, the places it passed and a message only where that
cannot hold a value.
"""

from __future__ import annotations

import json
import logging
import logging.config
import os
import secrets
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType
from typing import Any

_current: ContextVar[str] = ContextVar("request_id", default="-")

# The messages of these name types, attributes and modules of the code.
_ABOUT_CODE = (AttributeError, ImportError, NameError, TypeError)
_LONGEST = 200


@contextmanager
def request_id() -> Iterator[str]:
    """A new id that every line logged inside carries: 8 hexadecimal digits."""
    fresh = secrets.token_hex(4)
    mark = _current.set(fresh)
    try:
        yield fresh
    finally:
        _current.reset(mark)


def current_id() -> str:
    """The id of the request in hand, "-" outside of any."""
    return _current.get()


def summary(error: BaseException) -> str:
    """An exception in one line without the values it carries: its type, its code, its place."""
    kind = type(error).__name__
    text = str(error)
    original = getattr(error, "orig", None)
    if isinstance(original, BaseException):
        return f"{kind}: {summary(original).removeprefix(f'{kind}: ')}"
    for describe in (_of_postgresql, _of_sqlite, _of_connection, _of_domain, _of_system):
        if words := describe(error):
            return f"{kind}: {words}"
    if isinstance(error, _ABOUT_CODE) and text.isascii() and len(text) <= _LONGEST:
        return f"{kind}: {text}"
    return kind


def _of_postgresql(error: BaseException) -> str:
    """The state and the constraint; the message and its detail repeat values."""
    state, about = getattr(error, "sqlstate", None), getattr(error, "diag", None)
    names = (getattr(about, name, None) for name in ("table_name", "constraint_name"))
    return " ".join(str(each) for each in (state, *names) if each)


def _of_sqlite(error: BaseException) -> str:
    """SQLite's messages name tables and columns, and no values."""
    name = getattr(error, "sqlite_errorname", None)
    return f"{name} {error}" if name and str(error).isascii() else name or ""


def _of_connection(error: BaseException) -> str:
    """Why PostgreSQL could not be reached: what was tried, without the password."""
    if type(error).__name__ != "OperationalError" or getattr(error, "sqlstate", None):
        return ""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), "")[:_LONGEST]


def _of_domain(error: BaseException) -> str:
    code = getattr(error, "code", None)
    return code if isinstance(code, str) and code.isascii() and len(code) <= 60 else ""


def _of_system(error: BaseException) -> str:
    """The operating system's message, without the file's name."""
    return str(error.strerror or "") if isinstance(error, OSError) else ""


def places(error: BaseException) -> str:
    """The whole traceback, causes first, each exception by its summary."""
    chain, met = [error], {id(error)}
    while (below := _below(chain[-1])) is not None and id(below) not in met:
        chain.append(below)
        met.add(id(below))
    lines = []
    for each in reversed(chain):
        lines += traceback.format_tb(each.__traceback__)
        lines.append(summary(each))
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines).rstrip()


def _below(error: BaseException) -> BaseException | None:
    if getattr(error, "orig", None) is not None:
        return None  # the driver's error passed the same places and is in the summary
    if error.__cause__ is not None:
        return error.__cause__
    return None if error.__suppress_context__ else error.__context__


class Lines(logging.Formatter):
    """2026-11-23T09:00:00.123+0800 ERROR learnapp.web 1f9a3c02 what happened."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and under it the places a failure passed."""
        record.request_id = current_id()
        # Another handler's text of the same failure would hold what this one leaves out.
        record.exc_text = None
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Local time with milliseconds and the zone."""
        local = time.localtime(record.created)
        stamp, zone = time.strftime("%Y-%m-%dT%H:%M:%S", local), time.strftime("%z", local)
        return f"{stamp}.{int(record.msecs):03d}{zone}"

    def formatException(self, ei: Any) -> str:
        """The traceback without values."""
        return places(ei[1])


class JsonLines(Lines):
    """The same as one JSON object a line: time, level, logger, request, message, places."""

    def format(self, record: logging.LogRecord) -> str:
        """The object; a failure's places are one text in it."""
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "request": current_id(),
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["places"] = places(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


_HANDLER = {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stderr"}
_FORMATTER = {
    # LEARNAPP_LOG_FORMAT=json is for programs that gather logs.
    "()": f"learnapp.logs.{'JsonLines' if os.environ.get('LEARNAPP_LOG_FORMAT') == 'json' else 'Lines'}",
    "fmt": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
}
# For the web server, which sets its own loggers up by such a table in every process.
SERVER: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": _FORMATTER},
    "handlers": {"lines": _HANDLER},
    "loggers": {
        name: {"handlers": ["lines"], "level": "INFO", "propagate": False}
        for name in ("_granian", "granian.access")
    },
}


def configure() -> None:
    """Send all that this process says of itself to standard error in the one form; safe to repeat.

    Warnings of libraries and what ends a thread or the process would otherwise come as they are, with
    the values they met.
    """
    logging.captureWarnings(True)
    sys.excepthook = _ended
    threading.excepthook = lambda args: _ended(args.exc_type, args.exc_value, args.exc_traceback)
    logging.config.dictConfig(
        SERVER
        | {
            "root": {"handlers": ["lines"], "level": "WARNING"},
            "loggers": SERVER["loggers"]
            | {
                "learnapp": {"level": "INFO"},
                # It warns at every tick that one goes on; the health page says so once.
                "apscheduler": {"level": "ERROR"},
            },
        }
    )


def _ended(
    kind: type[BaseException], error: BaseException | None, _trace: TracebackType | None
) -> None:
    """What nothing caught."""
    if error is None or issubclass(kind, KeyboardInterrupt | SystemExit):
        return
    log = logging.getLogger("learnapp")
    log.critical("%s: %s", threading.current_thread().name, summary(error), exc_info=error)


class Failures:
    """Failures of work that is tried again: the traceback once, then a line a minute, then its end."""

    def __init__(self, log: logging.Logger, seconds: float = 60) -> None:
        self._log = log
        self._seconds = seconds
        self._known: dict[str, tuple[str, float, int]] = {}

    def note(self, what: str, error: BaseException) -> None:
        """`what` (a job and its period) failed by this."""
        described, now = summary(error), time.monotonic()
        before, at, times = self._known.get(what, ("", now, 0))
        if described != before:
            self._log.error("%s failed: %s", what, described, exc_info=error)
            times = 0
        elif now - at < self._seconds:
            self._known[what] = (described, at, times + 1)
            return
        else:
            self._log.error("%s still fails, %s times more: %s", what, times + 1, described)
            times = 0
        self._known[what] = (described, now, times)

    def well(self, what: str) -> None:
        """`what` succeeded."""
        if self._known.pop(what, None) is not None:
            self._log.warning("%s works again", what)
