"""Receiving a request's whole body within a deadline and a size, before any thread is taken for it."""

from __future__ import annotations

import asyncio
import io
import logging
import tempfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

SMALL = 64 * 1024  # bytes anybody may send to any address; kept in memory
IN_MEMORY = 256 * 1024  # a longer body goes on in a temporary file
# A phone on a poor network sends an answer of a few hundred bytes; see ADR 0010 for the figures.
SECONDS = 20.0
SLOWEST = 32 * 1024  # bytes a second that a longer body must come by
LARGE_AT_ONCE = 32  # bodies over SMALL that one process receives at a time
LARGE_EACH = 4  # of them by one person
ASKING = 2  # threads that ask what somebody may send
DROPPED = 256 * 1024 * 1024  # what is read on and dropped, so that a browser sees the refusal


log = logging.getLogger("learnapp.server")


@dataclass(frozen=True)
class Allowed:
    """The most bytes that a caller may send to an address, and whose they count as ("" for nobody's).

    `beyond` is the status that a longer body is answered with.
    """

    most: int
    who: str = ""
    beyond: int = 413


# Of method, path and cookie header. It may ask the database: a thread calls it, for long bodies and files.
Allow = Callable[[str, str, str], Allowed]


class BodyRefused(Exception):
    """A body that is not taken; `status` is what the sender is answered with."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Aborted(Exception):
    """The sender went away before the end: nobody waits for an answer."""


@dataclass(frozen=True)
class Body:
    """A whole body and its length in bytes."""

    stream: BinaryIO
    length: int


def no_body() -> Body:
    """The body of a request that has none."""
    return Body(io.BytesIO(), 0)


class Receiver:
    """Receives bodies in the event loop of one process."""

    def __init__(self, allow: Allow, seconds: float = SECONDS) -> None:
        self._allow = allow
        self._seconds = seconds
        self._large: Counter[str] = Counter()
        self._asking = ThreadPoolExecutor(ASKING, "allowances")

    async def allowed(self, scope: Any) -> Allowed:
        """What this caller may send there.

        Raises BodyRefused (503) when that is not known in time, or cannot be asked.
        """
        loop, cookie = asyncio.get_running_loop(), scope.headers.get("cookie") or ""
        try:
            async with asyncio.timeout(self._seconds):
                return await loop.run_in_executor(
                    self._asking, self._allow, scope.method, scope.path, cookie
                )
        except TimeoutError:
            raise BodyRefused(503) from None
        except Exception as error:  # the database is away: whatever its driver raises
            log.warning("what may be sent could not be asked: %s", type(error).__name__)
            raise BodyRefused(503) from error

    async def receive(self, scope: Any, proto: Any) -> Body:
        """The whole body. Raises BodyRefused (400, 403, 408, 413, 503) and Aborted."""
        headers = scope.headers
        declared = _declared(headers)
        if declared is not None and declared <= SMALL:
            return await self._small(proto, declared)
        allowed = await self.allowed(scope)
        if declared is not None and declared > allowed.most:
            if allowed.who:
                await self._drop(proto, declared)
            raise BodyRefused(allowed.beyond)
        if not allowed.who:  # no length given, and no more than SMALL: as a short one
            return await self._long(proto, declared, allowed.most)
        if self._large[allowed.who] >= LARGE_EACH or self._large.total() >= LARGE_AT_ONCE:
            raise BodyRefused(503)
        self._large[allowed.who] += 1
        try:
            return await self._long(proto, declared, allowed.most)
        finally:
            self._large[allowed.who] -= 1
            if not self._large[allowed.who]:
                del self._large[allowed.who]

    async def _small(self, proto: Any, declared: int) -> Body:
        try:
            async with asyncio.timeout(self._seconds):
                data = await proto()
        except TimeoutError:
            raise BodyRefused(408) from None
        except RuntimeError as error:  # the server's own error for a body that broke off
            raise Aborted from error
        if len(data) != declared:
            raise Aborted
        return Body(io.BytesIO(data), declared)

    async def _long(self, proto: Any, declared: int | None, most: int) -> Body:
        """Chunk by chunk; slow senders and silent ones are given up."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the request's
        length = empty = 0
        try:
            async with asyncio.timeout(self._seconds) as limit:
                async for chunk in proto:
                    length += len(chunk)
                    # The server ends a whole body by one empty chunk, a broken one by two.
                    empty = 0 if chunk else empty + 1
                    if length > most:
                        raise BodyRefused(413)
                    spool.write(chunk)
                    silent, slow = loop.time(), begun + length / SLOWEST
                    limit.reschedule(min(silent, slow) + self._seconds)
            if empty > 1 or (declared is not None and length != declared):
                raise Aborted
        except BaseException as error:
            spool.close()
            if isinstance(error, TimeoutError):
                raise BodyRefused(408) from None
            raise
        spool.seek(0)
        return Body(cast("BinaryIO", spool), length)

    async def _drop(self, proto: Any, declared: int) -> None:
        """Read on without keeping: a browser that is cut off while it sends shows no page."""
        if declared > DROPPED:
            return
        try:
            async with asyncio.timeout(self._seconds):
                async for _ in proto:
                    pass
        except TimeoutError:
            return


def _declared(headers: Any) -> int | None:
    """The length that the sender declared, or None. Raises BodyRefused for one that is no number."""
    if "transfer-encoding" in headers:  # whatever length is given beside it: the chunks say another
        return None
    text = headers.get("content-length", "0")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise BodyRefused(400)
    return int(text)
