"""Named queries of the displays of wall charts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from learnapp.db.people.models import Unit
from learnapp.db.progress.models import WallDisplay


def by_token(session: Session, token_sha256: str) -> WallDisplay | None:
    """The display of an address by its hash, while it is not revoked."""
    return session.scalar(
        select(WallDisplay).where(
            WallDisplay.token_sha256 == token_sha256, WallDisplay.revoked_at.is_(None)
        )
    )


def within(session: Session, units: Select[int]) -> Sequence[tuple[WallDisplay, str]]:
    """The displays of these units that are not revoked, each with the unit's name, the newest first."""
    rows = session.execute(
        select(WallDisplay, Unit.name)
        .join(Unit, Unit.id == WallDisplay.unit_id)
        .where(WallDisplay.unit_id.in_(units), WallDisplay.revoked_at.is_(None))
        .order_by(WallDisplay.id.desc())
    )
    return [(row, name) for row, name in rows]


def of_units(session: Session, display_id: int, units: Select[int]) -> WallDisplay | None:
    """A display of these units, locked."""
    return session.scalar(
        select(WallDisplay)
        .where(WallDisplay.id == display_id, WallDisplay.unit_id.in_(units))
        .with_for_update()
    )
