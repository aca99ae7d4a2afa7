"""When something that a phone held back was made, as far as the server can bound it."""

from __future__ import annotations

from datetime import datetime, timedelta

LONGEST = timedelta(days=3)  # a weekend without a network


def made_at(served: datetime | None, waited: timedelta | None, received: datetime) -> datetime:
    """The instant by which it counts: `received` less what the phone says it waited, where that lies
    between the instant the server gave out its page and its arrival, and these are no more than three
    days apart. In every other case the arrival; a phone's clock alone moves nothing.

    `served` is None without a page of the server's own stamp, `waited` None where nothing was held back.
    """
    if served is None or waited is None or waited <= timedelta(0):
        return received
    if not timedelta(0) <= received - served <= LONGEST:
        return received
    claimed = received - waited
    return claimed if served <= claimed else received
