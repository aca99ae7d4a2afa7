"""签到码: a short code on the organiser's screen, another every 30 s, of one session alone."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta

CODE_SECONDS = 30
OPENS_BEFORE = timedelta(minutes=30)
OPEN_FOR = timedelta(hours=4)
_DIGITS = 6


def _slot(now: datetime) -> int:
    return int(now.timestamp()) // CODE_SECONDS


def _of_slot(secret: bytes, session_id: int, slot: int) -> str:
    digest = hmac.new(secret, f"roll:{session_id}:{slot}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8]) % 10**_DIGITS:0{_DIGITS}d}"


def code_at(secret: bytes, session_id: int, now: datetime) -> str:
    """The six digits that the screen shows now; who knows the secret alone can tell them beforehand."""
    return _of_slot(secret, session_id, _slot(now))


def seconds_left(now: datetime) -> int:
    """For how many seconds more the screen shows the same code; at least one."""
    return CODE_SECONDS - int(now.timestamp()) % CODE_SECONDS


def fits(secret: bytes, session_id: int, code: str, now: datetime) -> bool:
    """Whether the code is the present one, or the last, which may still be on its way."""
    known = (_of_slot(secret, session_id, _slot(now) - back) for back in (0, 1))
    return any(hmac.compare_digest(each.encode(), code.strip().encode()) for each in known)


def is_open(starts_at: datetime, closed_at: datetime | None, now: datetime) -> bool:
    """Whether people can sign in: from half an hour before, for four hours, until the roll call is over."""
    return closed_at is None and starts_at - OPENS_BEFORE <= now <= starts_at + OPEN_FOR
