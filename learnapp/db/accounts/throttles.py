"""Counters of wrong tries by slots of time, shared by all processes; the keys name nobody."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SignIn, Throttle
from learnapp.db.core.base import total
from learnapp.db.core.upsert import insert_if_new
from learnapp.domain.accounts.lockout import LONG_WINDOW, slot_of


def counted(
    session: Session, key: str, now: datetime, window: timedelta
) -> tuple[int, datetime | None]:
    """How many tries the key has in the window that ends now, and when the last of them was."""
    number, last_at = session.execute(
        select(total(Throttle.count), func.max(Throttle.last_at)).where(
            Throttle.key == key, Throttle.began_at > now - window
        )
    ).one()
    return number, last_at


def lock(session: Session, keys: Iterable[str], now: datetime) -> None:
    """Take the counters' rows of this slot, in one order, so that tries at once follow one another."""
    slot = slot_of(now)
    for key in sorted(keys):
        session.execute(insert_if_new(session, Throttle).values(key=key, began_at=slot, count=0))
        session.execute(
            update(Throttle)
            .where(Throttle.key == key, Throttle.began_at == slot)
            .values(count=Throttle.count)
        )


def count(session: Session, keys: Iterable[str], now: datetime) -> None:
    """One more try under each key, and no more rows than a day holds."""
    slot = slot_of(now)
    lock(session, keys, now)
    for key in keys:
        session.execute(
            update(Throttle)
            .where(Throttle.key == key, Throttle.began_at == slot)
            .values(count=Throttle.count + 1, last_at=now)
        )
    session.execute(delete(Throttle).where(Throttle.began_at < slot - LONG_WINDOW))


def give_back(session: Session, keys: Iterable[str], counted_at: datetime) -> None:
    """A try that was right was none."""
    for key in sorted(keys):
        session.execute(
            update(Throttle)
            .where(
                Throttle.key == key, Throttle.began_at == slot_of(counted_at), Throttle.count > 0
            )
            .values(count=Throttle.count - 1)
        )


def is_known(
    session: Session,
    person_id: int,
    since: datetime,
    *,
    address: bytes | None = None,
    device: bytes | None = None,
) -> bool:
    """Whether the person signed in from the address, or on the device, since then."""
    column, value = (
        (SignIn.device_sha256, device) if address is None else (SignIn.address_sha256, address)
    )
    if value is None:
        return False
    found = select(SignIn.id).where(
        SignIn.person_id == person_id, column == value, SignIn.created_at > since
    )
    return session.scalar(found.limit(1)) is not None
