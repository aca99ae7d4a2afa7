"""From which address the request in hand comes: set once by the entry point, read by the audit alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str | None] = ContextVar("address", default=None)
_LONGEST = 45  # an IPv6 address that has an IPv4 one in it


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """What is done inside is done for a request from this address."""
    mark = _address.set(address[:_LONGEST] if address else None)
    try:
        yield
    finally:
        _address.reset(mark)


def address() -> str | None:
    """The address of the request in hand; None outside of any: a command, or the scheduler."""
    return _address.get()
