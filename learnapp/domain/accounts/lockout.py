"""How often a password may be tried: what strangers may do, and what keeps a way in for its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

SLOT = timedelta(minutes=5)  # tries are counted by slots, so that a window slides
WINDOW = timedelta(minutes=15)
LONG_WINDOW = timedelta(hours=24)

MOST_BY_KNOWN_DEVICE = 10  # wrong tries of one account from a device that it signed in on before
MOST_FROM_ONE_ADDRESS = 5  # wrong tries of one account from one address
FREE_FROM_ANYWHERE = 10  # wrong tries of one account in a day, before each further one costs a wait
LONGEST_WAIT = timedelta(minutes=15)
MOST_ACCOUNTS_AT_ADDRESS = 300  # accounts tried wrongly from one address: more than sit behind one
MOST_ACCOUNTS_IN_ALL = 3000
MOST_AT_OLD_PASSWORD = 5  # wrong tries of the old password by somebody signed in


@dataclass(frozen=True)
class Tries:
    """Wrong tries before this one, within their windows, and what is known of who tries.

    `here` of this account from this address, `anywhere` of it from addresses and devices that it
    never signed in from, the last of them at `last_at`; `at_address` and `in_all` count accounts.
    """

    known_device: bool
    known_address: bool
    by_device: int = 0
    here: int = 0
    anywhere: int = 0
    last_at: datetime | None = None
    at_address: int = 0
    in_all: int = 0


def wait_for(tries: Tries, now: datetime) -> timedelta | None:
    """How long until the next try is looked at; None when it may be made now. See ADR 0004.

    A device known from an earlier sign-in has tries of its own, which no stranger can use up. An
    account known at an address is let in there whatever happens to others at the address.
    """
    if tries.known_device:
        return WINDOW if tries.by_device >= MOST_BY_KNOWN_DEVICE else None
    if tries.here >= MOST_FROM_ONE_ADDRESS:
        return WINDOW
    if tries.known_address:
        return None
    if tries.here == 0 and (
        tries.at_address >= MOST_ACCOUNTS_AT_ADDRESS or tries.in_all >= MOST_ACCOUNTS_IN_ALL
    ):
        return WINDOW
    ends = (tries.last_at or now) + growing_wait(tries.anywhere)
    return ends - now if ends > now else None


def growing_wait(failures: int) -> timedelta:
    """The wait after so many wrong tries of an account by strangers: doubling, to a quarter hour.

    >>> [growing_wait(n).total_seconds() for n in (10, 11, 14, 30)]
    [0.0, 2.0, 16.0, 900.0]
    """
    over = failures - FREE_FROM_ANYWHERE
    if over <= 0:
        return timedelta(0)
    return min(LONGEST_WAIT, timedelta(seconds=2 ** min(over, 10)))


def slot_of(now: datetime) -> datetime:
    """When the slot that holds the instant began."""
    length = int(SLOT.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // length * length, tz=now.tzinfo)
