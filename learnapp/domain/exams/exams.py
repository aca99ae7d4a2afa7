"""Exams in time: kinds and states of exams, windows and attempts, and when one may be started."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from learnapp.domain.core.errors import Conflict


class ExamKind(StrEnum):
    """周测, 月考, 阶段测试, 练习, 试考."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    STAGE = "stage"
    PRACTICE = "practice"
    TRIAL = "trial"


# Exams whose sittings are no part of statistics, and which somebody who knows the keys may sit. A trial
# counts nowhere at all: passing it completes nothing.
UNCOUNTED = (ExamKind.PRACTICE, ExamKind.TRIAL)


class WindowKind(StrEnum):
    """A batch for all, a make-up for the absent, a retake for the failed, a resit after a void.

    REMEDIAL is 补学: the way back for the failed, by reading, as often as it takes.
    """

    MAIN = "main"
    MAKE_UP = "make_up"
    RETAKE = "retake"
    RESIT = "resit"
    REMEDIAL = "remedial"


# A draw leaves out questions whose key the person was shown in so many days, where the bank allows.
AVOID_DAYS = 30


class WindowState(StrEnum):
    """What the scheduler has recorded of a window; the times themselves decide who may start."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class AttemptState(StrEnum):
    """open → submitted → (voided); open → voided."""

    OPEN = "open"
    SUBMITTED = "submitted"
    VOIDED = "voided"


class VoidCause(StrEnum):
    """Why an attempt was voided: 违纪, which ends the exam but for a resit, or anything else, after
    which it may be begun anew."""

    MISCONDUCT = "misconduct"
    OTHER = "other"


class Channel(StrEnum):
    """How an attempt or a completion came about."""

    ONLINE = "online"
    PAPER = "paper"
    SESSION = "session"


class SubmittedBy(StrEnum):
    """Who handed an attempt in: the person, the clock, or the staff who verified it from paper."""

    PERSON = "person"
    CLOCK = "clock"
    STAFF = "staff"


class Cause(StrEnum):
    """Why the time of an attempt grew, or what was given was withdrawn."""

    GIVEN = "given"
    EXTRA_TIME = "extra_time"
    REDUCED = "reduced"
    WINDOW_CORRECTED = "window_corrected"
    REOPENED = "reopened"


# What a proctor gave, and may take back before it is used.
REVOCABLE = (Cause.GIVEN, Cause.EXTRA_TIME, Cause.REDUCED)


class PaperMode(StrEnum):
    """A paper drawn for each person, or one for all; the order is each person's own."""

    EACH = "each"
    ONE = "one"


class Release(StrEnum):
    """When marks may be seen, once all is marked."""

    AT_ONCE = "at_once"
    AT_CLOSE = "at_close"
    BY_HAND = "by_hand"


class CountingRule(StrEnum):
    """Which of several attempts in an exam counts: passed once is passed, or the last one decides."""

    BEST = "best"
    LAST = "last"


@dataclass(frozen=True)
class WindowTimes:
    """A window's times, half-open."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether an attempt may be started now."""
        return self.opens_at <= now < self.closes_at


def check_start(span: WindowTimes, now: datetime, attempts_made: int, tries: int) -> None:
    """Raise Conflict unless a new attempt may be opened now."""
    if now < span.opens_at:
        raise Conflict("window_not_open", opens_at=span.opens_at)
    if now >= span.closes_at:
        raise Conflict("window_closed", closes_at=span.closes_at)
    if attempts_made >= tries:
        raise Conflict("no_tries_left", tries=tries)
