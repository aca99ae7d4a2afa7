"""Requests to providers of sign-in: short, bounded, by TLS, without redirects, and few at once."""

from __future__ import annotations

import ipaddress
import json
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from learnapp.serving.rsgi import THREADS

TIMEOUT_S = 5
_MOST_REPLY = 262144
# Half of a process's threads may ask a provider at once, and one more waits a moment for its turn: with a
# provider that hangs there is still a thread that serves pages; with one that answers within 50 ms two
# turns carry forty sign-ins a second.
_AT_ONCE = threading.BoundedSemaphore(THREADS // 2)
_NEXT = threading.BoundedSemaphore(1)
NEXT_WITHIN_S = 1.0


class ProviderAway(Exception):
    """The provider did not answer as it should, or too many wait for it; nothing is known of anybody."""


class NotProven(Exception):
    """The provider answered, and did not prove who somebody is; the text is for the log alone."""


@contextmanager
def waiting() -> Iterator[None]:
    """A turn to ask a provider. No transaction may be open. Raises ProviderAway while too many ask."""
    if not (_AT_ONCE.acquire(blocking=False) or _next_turn()):
        raise ProviderAway("too many wait")
    try:
        yield
    finally:
        _AT_ONCE.release()


def _next_turn() -> bool:
    """Whether a turn came within a moment; one request waits for it, a further one does not."""
    if not _NEXT.acquire(blocking=False):
        return False
    try:
        return _AT_ONCE.acquire(timeout=NEXT_WITHIN_S)
    finally:
        _NEXT.release()


def must_be_private(url: str, schemes: tuple[str, str] = ("https", "http")) -> str:
    """The address, if it is of the first scheme, or of the second on this machine. Raises ValueError."""
    parts = urllib.parse.urlsplit(url)
    safe, plain = schemes
    if parts.hostname and (
        parts.scheme == safe or (parts.scheme == plain and is_this_machine(parts.hostname))
    ):
        return url
    raise ValueError(f"{url!r} must begin with {safe}://")


def is_private(url: object) -> bool:
    """Whether `must_be_private` would take it."""
    try:
        return bool(must_be_private(str(url)))
    except ValueError:
        return False


def is_this_machine(host: str) -> bool:
    """Whether the host is this machine by its loopback address."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """A provider that sends us elsewhere is not followed."""
        return None


def fetch_json(
    url: str,
    form: str | None = None,
    headers: Mapping[str, str] | None = None,
    ca_file: str = "",
) -> dict[str, Any]:
    """The JSON object that a GET, or a POST of a form, is answered with; also with a status of 4xx.

    Raises ProviderAway.
    """
    request = urllib.request.Request(  # noqa: S310
        must_be_private(url),
        data=None if form is None else form.encode(),
        headers={"Accept": "application/json", **(headers or {})},
    )
    context = ssl.create_default_context(cafile=ca_file or None)
    handlers = (urllib.request.HTTPSHandler(context=context), _NoRedirects())
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT_S) as reply:
            raw = reply.read(_MOST_REPLY)
    except urllib.error.HTTPError as error:
        if not 400 <= error.code < 500:
            raise ProviderAway(f"status {error.code}") from error
        raw = error.read(_MOST_REPLY)
    except (OSError, ValueError) as error:
        raise ProviderAway(type(error).__name__) from error
    try:
        found = json.loads(raw)
    except ValueError as error:
        raise ProviderAway("no JSON") from error
    if not isinstance(found, dict):
        raise ProviderAway("no JSON object")
    return found
