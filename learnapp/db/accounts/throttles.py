"""Counters of wrong tries by slots of time, shared by all processes; the keys name nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Integer,
    LargeBinary,
    String,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from learnapp.db.accounts.models import SignIn, Throttle
from learnapp.db.core.base import Instant, total
from learnapp.db.core.compiled_statements import Prepared, PreparedChange
from learnapp.domain.accounts.lockout import LONG_WINDOW, WINDOW, slot_of


@dataclass(frozen=True)
class Counted:
    """The tries of a key: of the short window, of the long one, and when the last of those was."""

    lately: int = 0
    in_a_day: int = 0
    last_at: datetime | None = None


class _Row(NamedTuple):
    key: str
    lately: int
    in_a_day: int
    last_at: datetime | None


def _at(name: str) -> Any:
    return bindparam(name, type_=Instant())


def _named(keys: Iterable[str]) -> dict[str, str]:
    """The keys by the names that they have in statements."""
    return {f"key{n}": key for n, key in enumerate(keys)}


@lru_cache
def _counted(keys: int) -> Prepared[_Row]:
    of_window = case((Throttle.began_at > _at("short"), Throttle.count), else_=0)
    return Prepared(
        _Row,
        lambda _: (
            select(
                Throttle.key,
                total(of_window).label("lately"),
                total(Throttle.count).label("in_a_day"),
                func.max(Throttle.last_at, type_=Instant()).label("last_at"),
            )
            .where(
                Throttle.key.in_([bindparam(name, type_=String()) for name in _named("?" * keys)]),
                Throttle.began_at > _at("long"),
            )
            .group_by(Throttle.key)
        ),
    )


def counted(session: Session, keys: Iterable[str], now: datetime) -> dict[str, Counted]:
    """The tries of each key in the windows that end now. One statement."""
    wanted = sorted(set(keys))
    rows = _counted(len(wanted)).rows(
        session, **_named(wanted), short=now - WINDOW, long=now - LONG_WINDOW
    )
    found = {key: Counted(lately, in_a_day, last_at) for key, lately, in_a_day, last_at in rows}
    return {key: found.get(key, Counted()) for key in wanted}


# What is done to the counters of a slot: looked after, one more, one less.
_CHANGES: Mapping[str, Any] = {
    "lock": lambda fresh: {"count": Throttle.count},
    "count": lambda fresh: {"count": Throttle.count + 1, "last_at": fresh.last_at},
    "give back": lambda fresh: {"count": case((Throttle.count > 0, Throttle.count - 1), else_=0)},
}


@lru_cache
def _change(what: str, keys: int) -> PreparedChange:
    """The counters of so many keys, made where there are none; their rows are locked in this order."""
    row = {
        "began_at": _at("slot"),
        "count": bindparam("first", type_=Integer()),
        "last_at": _at("last_at"),
    }
    rows = [row | {"key": bindparam(name, type_=String())} for name in _named("?" * keys)]

    def make(insert: Any) -> Any:
        statement = insert(Throttle).values(rows)
        return statement.on_conflict_do_update(
            index_elements=["key", "began_at"], set_=_CHANGES[what](statement.excluded)
        )

    return PreparedChange(make)


def _alter(session: Session, what: str, keys: Iterable[str], slot: datetime, **first: Any) -> None:
    wanted = sorted(keys)
    if wanted:
        values = {"first": 0, "last_at": None} | first
        _change(what, len(wanted)).run(session, **_named(wanted), slot=slot, **values)


def lock(session: Session, keys: Iterable[str], now: datetime) -> None:
    """Take the counters' rows of this slot, in one order, so that tries at once follow one another."""
    _alter(session, "lock", keys, slot_of(now))


_CLEAR = PreparedChange(lambda _: delete(Throttle).where(Throttle.began_at < _at("before")))


def count(session: Session, keys: Iterable[str], now: datetime) -> None:
    """One more try under each key, and no more rows than a day holds."""
    _alter(session, "count", keys, slot_of(now), first=1, last_at=now)
    _CLEAR.run(session, before=slot_of(now) - LONG_WINDOW)


def give_back(session: Session, keys: Iterable[str], counted_at: datetime) -> None:
    """A try that was right was none."""
    _alter(session, "give back", keys, slot_of(counted_at))


class _Known(NamedTuple):
    device: int
    address: int


def _known() -> Prepared[_Known]:
    device = SignIn.device_sha256 == bindparam("device", type_=LargeBinary(32))
    address = SignIn.address_sha256 == bindparam("address", type_=LargeBinary(32))
    return Prepared(
        _Known,
        lambda _: select(
            total(case((device, 1), else_=0)).label("device"),
            total(case((address, 1), else_=0)).label("address"),
        ).where(
            SignIn.person_id == bindparam("person_id", type_=BigInteger()),
            SignIn.created_at > _at("since"),
            or_(device, address),
        ),
    )


_KNOWN = _known()


def known(
    session: Session, person_id: int, since: datetime, device: bytes | None, address: bytes
) -> tuple[bool, bool]:
    """Whether the person signed in on the device, and from the address, since then. One statement."""
    values = {"device": device, "address": address}
    (found,) = _KNOWN.rows(session, person_id=person_id, since=since, **values)
    return found.device > 0, found.address > 0
