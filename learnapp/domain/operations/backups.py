"""Backups: when one is due, when they are late, what an archive is called, and which archives stay."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from learnapp.domain.core.calendar import local_day, local_time

# Before retention removes anything, and when hardly anybody studies.
NIGHT_FROM, NIGHT_TO = time(1), time(2)
# A machine that is off at night does it by day, after so long without a good one.
CATCH_UP_AFTER = timedelta(hours=36)
RETRY_AFTER = timedelta(minutes=15)
LATE_AFTER = timedelta(hours=50)
# Of a cold spare: the archive of a night is a day old the next, and a few hours are left for its way.
SPARE_LATE_AFTER = timedelta(hours=30)
_NAME = re.compile(r"learnapp-(\d{8}T\d{6})Z\.tar\.gz(?:\.enc)?")


class BackupState(StrEnum):
    """What became of a backup."""

    GOOD = "good"
    FAILED = "failed"


class BackupFault(StrEnum):
    """Why a backup failed or an archive is refused."""

    NO_SPACE = "backup_no_space"
    UNWRITABLE = "backup_unwritable"
    PROGRAM_MISSING = "backup_program_missing"
    PROGRAM_FAILED = "backup_program_failed"
    UNREADABLE = "backup_unreadable"
    FAILED = "backup_failed"
    RUNNING = "backup_running"
    KEY = "backup_key"
    KEY_WRONG = "backup_key_wrong"
    DAMAGED = "backup_damaged"
    UNKNOWN = "backup_unknown"
    NOT_EMPTY = "restore_not_empty"
    OTHER_DATABASE = "restore_other_database"
    NO_ARCHIVE = "spare_no_archive"
    NO_COPY = "spare_no_copy"
    NO_SPARE = "spare_in_use"


@dataclass(frozen=True)
class Rotation:
    """How many archives stay: the newest of each of so many days, weeks and months that have one."""

    days: int = 7
    weeks: int = 4
    months: int = 6


@dataclass(frozen=True)
class BackupTarget:
    """Where archives go, the secret that encrypts them, and how many stay."""

    folder: Path
    secret: bytes | None
    rotation: Rotation


def archive_name(instant: datetime, sealed: bool) -> str:
    """The file name of an archive of that instant; `sealed` is encrypted."""
    stamp = instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"learnapp-{stamp}.tar.gz{'.enc' if sealed else ''}"


def instant_of(name: str) -> datetime | None:
    """The instant in the name of an archive; None for any other file."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    return datetime.strptime(found[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


def newest(names: Collection[str]) -> str | None:
    """The name of the newest archive among names of files; None where none is an archive."""
    dated = [(at, name) for name in names if (at := instant_of(name)) is not None]
    return max(dated)[1] if dated else None


def is_spare_late(now: datetime, instant: datetime) -> bool:
    """Whether what a cold spare holds is older than last night's archive."""
    return now - instant >= SPARE_LATE_AFTER


def retained(instants: Collection[datetime], rotation: Rotation) -> set[datetime]:
    """Which archives stay: of each of the last days, weeks and months the newest one.

    Days, weeks and months are those that have an archive, so that a machine that was off for a year
    does not lose its old ones for it.
    """
    newest_first = sorted(instants, reverse=True)
    return {
        *_newest_of_each(newest_first, rotation.days, _day),
        *_newest_of_each(newest_first, rotation.weeks, _week),
        *_newest_of_each(newest_first, rotation.months, _month),
    }


def _newest_of_each(
    newest_first: list[datetime], count: int, period: Callable[[datetime], str]
) -> list[datetime]:
    """The newest instant of each of the last `count` periods that have one."""
    found: dict[str, datetime] = {}
    for at in newest_first:
        if len(found) < count:
            found.setdefault(period(at), at)
    return list(found.values())


def _day(at: datetime) -> str:
    return local_day(at).isoformat()


def _week(at: datetime) -> str:
    year, week, _ = local_day(at).isocalendar()
    return f"{year}-{week}"


def _month(at: datetime) -> str:
    return local_day(at).isoformat()[:7]


@dataclass(frozen=True)
class BackupHistory:
    """What is known of backups: the last try, the last good one, and since when there is anything to
    back up; None where there is none."""

    last_try: datetime | None
    last_good: datetime | None
    begun: datetime | None

    @property
    def since(self) -> datetime | None:
        """From when on nothing is backed up."""
        return self.last_good or self.begun


def is_due(now: datetime, history: BackupHistory) -> bool:
    """Whether a backup is to be made now: once a night, or by day when the nights were missed."""
    if history.since is None:
        return False
    if history.last_try is not None and now - history.last_try < RETRY_AFTER:
        return False
    if now - history.since >= CATCH_UP_AFTER:
        return True
    done_today = history.last_good is not None and local_day(history.last_good) == local_day(now)
    return NIGHT_FROM <= local_time(now) < NIGHT_TO and not done_today


def days_late(now: datetime, history: BackupHistory) -> int:
    """For how many days there has been no good backup although there should be; 0 in time."""
    if history.since is None or now - history.since < LATE_AFTER:
        return 0
    return (now - history.since).days
