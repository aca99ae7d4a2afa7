"""How long a sign-in holds: without use, and in all; how many at once. A test is never interrupted by it.

The usual limits follow 等保 level 3 (a session of staff ends when it is not used) and what officers bear
on their own phones; an office may set others within bounds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from learnapp.domain.core.errors import RuleBroken

# The least and the most that an office may set of each limit.
BOUNDS: Mapping[str, tuple[int, int]] = {
    "staff_idle_minutes": (5, 14 * 24 * 60),
    "staff_hours": (1, 14 * 24),
    "officer_days": (1, 90),
    "shared_idle_minutes": (2, 60),
    "shared_hours": (1, 12),
    "most_parallel": (1, 50),
}
# Use is written down now and then: how often at the least within the time that ends an idle session.
_NOTED_TIMES = 6
NOTED_EVERY = timedelta(minutes=10)
# A session that may be idle for days is noted by what is posted alone.
_SHORT = timedelta(days=1)


@dataclass(frozen=True)
class SessionLimits:
    """How long a session may be idle (None: as long as it lasts), and how long it lasts in all."""

    idle: timedelta | None
    length: timedelta


@dataclass(frozen=True)
class SessionPolicy:
    """The limits in force."""

    staff_idle_minutes: int = 30
    staff_hours: int = 12
    officer_days: int = 14
    shared_idle_minutes: int = 10
    shared_hours: int = 2
    most_parallel: int = 10

    def limits(self, is_staff: bool, shared: bool) -> SessionLimits:
        """The limits of a sign-in: of whoever has a role of staff, on a device that others use too."""
        staff = SessionLimits(
            timedelta(minutes=self.staff_idle_minutes), timedelta(hours=self.staff_hours)
        )
        if shared:
            idle, length = (
                timedelta(minutes=self.shared_idle_minutes),
                timedelta(hours=self.shared_hours),
            )
            if is_staff and staff.idle is not None:
                idle, length = min(idle, staff.idle), min(length, staff.length)
            return SessionLimits(idle, length)
        return staff if is_staff else SessionLimits(None, timedelta(days=self.officer_days))


def policy_of(stored: Mapping[str, Any] | None) -> SessionPolicy:
    """The policy as it is stored; what is not, is as usual."""
    known = {each.name for each in fields(SessionPolicy)}
    return SessionPolicy(**{key: value for key, value in (stored or {}).items() if key in known})


def changed(policy: SessionPolicy, name: str, value: int) -> SessionPolicy:
    """The policy with another limit. Raises RuleBroken("policy", "policy_unknown" or
    "policy_out_of_range", least, most)."""
    if name not in BOUNDS:
        raise RuleBroken("policy", "policy_unknown", name=name)
    least, most = BOUNDS[name]
    if not least <= value <= most:
        raise RuleBroken("policy", "policy_out_of_range", name=name, least=least, most=most)
    return replace(policy, **{name: value})


def stored(policy: SessionPolicy) -> dict[str, int]:
    """The policy as it is to be stored."""
    return asdict(policy)


@dataclass(frozen=True)
class SessionUse:
    """When a session was last used, how long it may be idle, and until when a test keeps it."""

    last_used_at: datetime | None
    idle: timedelta | None
    kept_until: datetime | None

    def ends_at(self) -> datetime | None:
        """When it ends if it is not used; None for one that may be idle."""
        if self.idle is None or self.last_used_at is None:
            return None
        kept = self.kept_until or self.last_used_at
        return max(self.last_used_at, kept) + self.idle

    def is_over(self, now: datetime) -> bool:
        """Whether it was idle for too long."""
        ends = self.ends_at()
        return ends is not None and now >= ends

    def wants_noting(self, now: datetime, posted: bool) -> bool:
        """Whether this use is to be written down: now and then, of pages only where idleness counts soon."""
        if self.last_used_at is None:
            return posted
        if self.idle is None or self.idle > _SHORT:
            return posted and now - self.last_used_at >= NOTED_EVERY
        return now - self.last_used_at >= min(NOTED_EVERY, self.idle / _NOTED_TIMES)
