"""What the scheduler does by itself, and when each is due next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from learnapp.domain.core.calendar import local_day, local_time, start_of
from learnapp.domain.operations.retention import QUIET_FROM

# So long before a window opens its pool is looked at, and its papers' pool is pinned.
CHECK_AHEAD = timedelta(days=1)
PREPARE_AHEAD = timedelta(minutes=10)


class ScheduledJob(StrEnum):
    """Work of the scheduler, as `job_runs` names it; the last two are recorded as `retention_runs` and
    `backup_runs`."""

    CHECK_WINDOW = "check_window"
    PREPARE_WINDOW = "prepare_window"
    OPEN_WINDOW = "open_window"
    SUBMIT_ATTEMPT = "submit_attempt"
    CLOSE_WINDOW = "close_window"
    SHOW_KEYS = "show_keys"
    EXPIRE_CODES = "expire_codes"
    CLEAR_DEEDS = "clear_deeds"
    ANALYSE = "analyse"
    RETENTION = "retention"
    BACKUP = "backup"


@dataclass(frozen=True)
class Ahead:
    """What is to come: when the next window opens and closes; None where none does."""

    opens_at: datetime | None
    closes_at: datetime | None


def next_at(job: ScheduledJob, ahead: Ahead, now: datetime) -> datetime | None:
    """When a job is due next; None for what follows from what people do, or when nothing is planned."""
    if job is ScheduledJob.OPEN_WINDOW:
        return ahead.opens_at
    if job is ScheduledJob.CLOSE_WINDOW:
        return ahead.closes_at
    if job in (ScheduledJob.CHECK_WINDOW, ScheduledJob.PREPARE_WINDOW):
        before = CHECK_AHEAD if job is ScheduledJob.CHECK_WINDOW else PREPARE_AHEAD
        return None if ahead.opens_at is None else max(now, ahead.opens_at - before)
    if job in (ScheduledJob.RETENTION, ScheduledJob.BACKUP):
        return _next_night(now)
    return None


def _next_night(now: datetime) -> datetime:
    """The next beginning of the quiet hours."""
    quiet = timedelta(hours=QUIET_FROM.hour, minutes=QUIET_FROM.minute)
    at = start_of(local_day(now)) + quiet
    return at if local_time(now) < QUIET_FROM else at + timedelta(days=1)
