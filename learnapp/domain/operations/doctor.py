"""What is looked at to say whether an installation is well, and from which figure on it is not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How a finding is to be taken, the least first."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


_ORDER = tuple(Level)

LEAST_FREE = 1024  # MB
LEAST_FREE_PERCENT = 5
MOST_WAL = 512  # MB: more is a reader that does not end
MOST_APART = timedelta(seconds=5)  # between the clocks of this machine and of the database's
LONG_STATEMENT = timedelta(seconds=30)
CERTIFICATE_DAYS = 30
LEAST_CERTIFICATE_DAYS = 7
OLDEST_SQLITE = (3, 37)
OLDEST_POSTGRESQL = 14


@dataclass(frozen=True)
class Finding:
    """A thing that was looked at, what was found, and the figures of the sentence about it."""

    check: str
    level: Level
    params: dict[str, Any] = field(default_factory=dict)


def worst(findings: Iterable[Finding]) -> Level:
    """The worst level among findings; good when there are none."""
    return max((each.level for each in findings), key=_ORDER.index, default=Level.GOOD)


def of_space(free: int, total: int) -> Finding:
    """The disk of the home folder, in MB."""
    short = free < LEAST_FREE or free * 100 < total * LEAST_FREE_PERCENT
    return Finding("space", Level.BAD if short else Level.GOOD, {"free": free, "total": total})


def of_clock(apart: timedelta, jumped: timedelta | None) -> list[Finding]:
    """The machine's clock beside the database's, and beside what it showed before."""
    seconds = abs(round(apart.total_seconds(), 1))
    found = [
        Finding("clock", Level.BAD if abs(apart) > MOST_APART else Level.GOOD, {"seconds": seconds})
    ]
    if jumped is not None:
        found.append(Finding("clock_jump", Level.BAD, {"seconds": round(jumped.total_seconds())}))
    return found


def of_certificate(days_left: float) -> Finding:
    """A certificate that is good for so many days still."""
    level = Level.GOOD
    if days_left < CERTIFICATE_DAYS:
        level = Level.BAD if days_left < LEAST_CERTIFICATE_DAYS else Level.WARNING
    return Finding("certificate", level, {"days": int(days_left)})


def of_backups(days_late: int, last: str | None, sealed: bool, same_disk: bool) -> list[Finding]:
    """Backups: late ones, none at all, ones that anybody can read, ones on the disk they are to outlive."""
    if days_late:
        return [Finding("backup_late", Level.BAD, {"days": days_late})]
    if last is None:
        return [Finding("backup_none", Level.WARNING)]
    found = [Finding("backup", Level.GOOD, {"at": last})]
    if not sealed:
        found.append(Finding("backup_plain", Level.WARNING))
    if same_disk:
        found.append(Finding("backup_same_disk", Level.WARNING))
    return found


def of_database_version(kind: str, version: tuple[int, ...]) -> Finding:
    """The version of the database: which, and whether it is one that is tested."""
    params = {"kind": kind, "version": ".".join(map(str, version))}
    least = OLDEST_SQLITE if kind == "SQLite" else (OLDEST_POSTGRESQL,)
    return Finding("database_version", Level.GOOD if version >= least else Level.BAD, params)
