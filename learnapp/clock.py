"""The one clock that entrances read; in tests it stands in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Tells the instant."""

    def now(self) -> datetime:
        """Now, aware, in UTC."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)


class FileClock:
    """A clock set by a file: its instant, plus what has passed since the file was written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The file's instant run on to now."""
        instant = datetime.fromisoformat(self._path.read_text().strip())
        written = datetime.fromtimestamp(self._path.stat().st_mtime, UTC)
        return (instant + (datetime.now(UTC) - written)).astimezone(UTC)


class FixedClock:
    """A clock that stands until it is set; for tests of entrances."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant


def make_clock(clock_file: Path | None) -> Clock:
    """The machine's clock, or the one in a file."""
    return FileClock(clock_file) if clock_file else SystemClock()
