"""Exams in time: windows, attempts and their states, deadlines, and when results may be seen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network

from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.exams.answers import GRACE


class ExamKind(StrEnum):
    """周测, 月考, 阶段测试, 练习."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    STAGE = "stage"
    PRACTICE = "practice"


class WindowKind(StrEnum):
    """A batch for all, a make-up for the absent, a retake for the failed, a resit after a void.

    REMEDIAL is 补学: the way back for the failed, by reading, as often as it takes.
    """

    MAIN = "main"
    MAKE_UP = "make_up"
    RETAKE = "retake"
    RESIT = "resit"
    REMEDIAL = "remedial"


# For whom has failed; their tries are counted apart from those of the exam itself.
SECOND_CHANCES = (WindowKind.RETAKE, WindowKind.REMEDIAL)


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
TAKEN_BACK = (Cause.GIVEN, Cause.EXTRA_TIME, Cause.REDUCED)


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
class Band:
    """等次: the name of a result from so many thousandths of the full marks on."""

    name: str
    permille: int


_BAND = re.compile(r"\s*([^\d\s,，;；、]{1,20})\s*(\d{1,3})\s*[%％]?\s*")


def parse_bands(text: str) -> list[Band]:
    """优秀 90，良好 80 as bands, the highest first; raises RuleBroken("bands", …)."""
    found = []
    for part in re.split(r"[,，;；、\n]", text):
        if not part.strip():
            continue
        read = _BAND.fullmatch(part)
        if read is None or int(read[2]) > 100:
            raise RuleBroken("bands", "band_unread", value=part.strip())
        found.append(Band(read[1], int(read[2]) * 10))
    if len({each.permille for each in found}) < len(found):
        raise RuleBroken("bands", "bands_alike")
    return sorted(found, key=lambda each: -each.permille)


def band_of(bands: Iterable[Band], awarded: int, full: int) -> str | None:
    """The name of the highest band that a result reaches, if any."""
    if full <= 0:
        return None
    reached = [each for each in bands if awarded * 1000 >= each.permille * full]
    return max(reached, key=lambda each: each.permille).name if reached else None


def parse_networks(text: str) -> list[str]:
    """10.3.0.0/16，10.4.1.7 as networks, one a line or a comma; raises RuleBroken("networks", …)."""
    found = []
    for part in re.split(r"[\s,，;；、]+", text.strip()):
        if not part:
            continue
        try:
            found.append(str(ip_network(part, strict=False)))
        except ValueError:
            raise RuleBroken("networks", "network_unread", value=part) from None
    return found


def within(networks: Collection[str], address: str | None) -> bool:
    """Whether an address is in one of the networks; any does where none is asked for."""
    if not networks:
        return True
    try:
        at = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(at, "ipv4_mapped", None) or at
    return any(mapped in ip_network(each) for each in networks)


@dataclass(frozen=True)
class WindowTimes:
    """A window's times, half-open."""

    opens_at: datetime
    closes_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether an attempt may be started now."""
        return self.opens_at <= now < self.closes_at


def base_deadline(started_at: datetime, duration: timedelta, closes_at: datetime) -> datetime:
    """Fixed at the start: the duration, but never past the window's close."""
    return min(started_at + duration, closes_at)


def deadline(base: datetime, extra_s: int) -> datetime:
    """Return until when an attempt may be answered: its first deadline and all allowances.

    `extra_s` is the sum of the attempt's allowances in seconds; taken-back time counts negative.
    """
    return base + timedelta(seconds=extra_s)


def ran_out(deadline_at: datetime, now: datetime) -> bool:
    """Whether an open attempt is to be submitted by the clock: nothing more can count."""
    return now > deadline_at + GRACE


def check_start(span: WindowTimes, now: datetime, attempts_made: int, tries: int) -> None:
    """Raise Conflict unless a new attempt may be opened now."""
    if now < span.opens_at:
        raise Conflict("window_not_open", opens_at=span.opens_at)
    if now >= span.closes_at:
        raise Conflict("window_closed", closes_at=span.closes_at)
    if attempts_made >= tries:
        raise Conflict("no_tries_left", tries=tries)


@dataclass(frozen=True)
class PriorAttempt:
    """An attempt of a person in an exam that counts; `passed` is None while it is not marked."""

    window_id: int
    submitted: bool
    passed: bool | None = None


def ineligibility_reason(kind: WindowKind, made: Iterable[PriorAttempt]) -> str | None:
    """Why a window of this kind is not for anyone who made these attempts; None if it is.

    补考（缺考）is for the absent, 补考（不合格）and 补学 for the failed; the others are for everybody.
    """
    submitted = [each for each in made if each.submitted]
    if kind is WindowKind.MAKE_UP and submitted:
        return "already_sat"
    if kind not in SECOND_CHANCES:
        return None
    if any(each.passed for each in submitted):
        return "already_passed"
    if not submitted:
        return "nothing_to_retake"
    return "not_marked_yet" if any(each.passed is None for each in submitted) else None


def tries_made(kind: WindowKind, window_id: int, made: Iterable[PriorAttempt]) -> int:
    """How many attempts count against the tries: those of the window alone where it is a retake,
    none of 补学, which ends with passing."""
    if kind is WindowKind.REMEDIAL:
        return 0
    if kind is WindowKind.RETAKE:
        made = [each for each in made if each.window_id == window_id]
    return len(list(made))


def release_of(release: Release, kind: WindowKind) -> Release:
    """When marks of a window are released: those of 补学 at once, for it goes on from them."""
    return Release.AT_ONCE if kind is WindowKind.REMEDIAL else release


def marks_visible(
    release: Release,
    all_marked: bool,
    window_closes_at: datetime,
    released_at: datetime | None,
    now: datetime,
) -> bool:
    """House rule 5, marks: once all is marked, at once, at the window's close, or by hand."""
    if not all_marked:
        return False
    if release is Release.AT_ONCE:
        return True
    if release is Release.AT_CLOSE:
        return now >= window_closes_at
    return released_at is not None and released_at <= now
