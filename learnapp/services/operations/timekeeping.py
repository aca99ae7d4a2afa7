"""The instants that are recorded, so that a jump of a clock is seen after a restart too, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.operations import installation as installation_queries
from learnapp.db.operations.models import Setting
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.operations.timekeeping import ClockReading, Recorded
from learnapp.services.operations import installation

# One row per start of a machine, so that several machines over one database keep their own.
_NAME = "clock:"
_KEEP_FOR = timedelta(days=60)


def recorded(session: Session, boot: str) -> Recorded | None:
    """What was recorded last in this start of the machine, or else the newest of any other."""
    own = installation.setting(session, _NAME + boot)
    if own is not None:
        return _from_row(own)
    rows = installation_queries.settings_under(session, _NAME)
    found = [_from_row(row.value) for row in rows]
    return max(found, key=lambda each: each.reading.wall, default=None)


def record(session: Session, reading: ClockReading, suspected: bool) -> None:
    """Record the installation's time; old records are deleted."""
    installation.set_setting(session, _NAME + reading.boot, _to_row(Recorded(reading, suspected)))
    old = [
        row.name
        for row in installation_queries.settings_under(session, _NAME)
        if _from_row(row.value).reading.wall < reading.wall - _KEEP_FOR
    ]
    session.execute(delete(Setting).where(Setting.name.in_(old)))


def confirm(session: Session, actor: Actor, reading: ClockReading, ahead: timedelta) -> None:
    """The machine's clock is right as it is now: go by it from here on. Audited."""
    actor.must(Permission.CLOCK_CONFIRM)
    record(session, reading, suspected=False)
    seconds = round(ahead.total_seconds())
    audit_log.record(
        Caller(session, actor, reading.wall), "clock.confirmed", ("house", None), seconds=seconds
    )


def _to_row(what: Recorded) -> dict[str, object]:
    reading = what.reading
    return {
        "wall": reading.wall.isoformat(),
        "steady": reading.steady,
        "boot": reading.boot,
        "suspected": what.suspected,
    }


def _from_row(row: dict[str, object]) -> Recorded:
    reading = ClockReading(
        datetime.fromisoformat(str(row["wall"])), float(str(row["steady"])), str(row["boot"])
    )
    return Recorded(reading, bool(row["suspected"]))
