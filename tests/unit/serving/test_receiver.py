"""How many long bodies one process receives at a time, and whose."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from learnapp.serving.bodies import (
    LARGE_AT_ONCE,
    LARGE_EACH,
    SMALL,
    Aborted,
    Allowed,
    BodyRefused,
    Receiver,
)

LENGTH = 2 * SMALL


def run(work: Coroutine[None, None, None]) -> None:
    """Run it in a loop of a thread of its own: a browser beside these tests may have this one's."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


@dataclass
class Scope:
    """As much of a request's head as the receiver asks for."""

    headers: dict[str, str]
    method: str = "POST"
    path: str = "/"


@dataclass
class Sender:
    """A body whose last part comes when `rest` is set."""

    parts: tuple[bytes, ...] = (b"x" * SMALL, b"x" * SMALL)
    rest: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aiter__(self):
        self.begun.set()
        yield self.parts[0]
        await self.rest.wait()
        for part in self.parts[1:]:
            yield part
        yield b""


def _long(who: str) -> Scope:
    return Scope({"content-length": str(LENGTH), "cookie": who})


def _receiver(seconds: float = 60.0) -> Receiver:
    return Receiver(lambda _method, _path, cookie: Allowed(10 * SMALL, cookie), seconds)


async def _begun(receiver: Receiver, senders: list[tuple[str, Sender]]) -> list[asyncio.Task]:
    tasks = [asyncio.create_task(receiver.receive(_long(who), each)) for who, each in senders]
    await asyncio.gather(*(each.begun.wait() for _, each in senders))
    return tasks


async def _status(receiver: Receiver, who: str) -> int:
    with pytest.raises(BodyRefused) as refused:
        await receiver.receive(_long(who), Sender())
    return refused.value.status


def test_one_person_has_a_few_long_bodies_at_a_time_and_leaves_the_rest_to_others():
    async def go() -> None:
        receiver = _receiver()
        held = [("one", Sender()) for _ in range(LARGE_EACH)]
        tasks = await _begun(receiver, held)
        assert await _status(receiver, "one") == 503
        (other,) = await _begun(receiver, [("other", done := Sender())])
        done.rest.set()
        assert (await other).length == LENGTH
        for _, sender in held:
            sender.rest.set()
        assert [body.length for body in await asyncio.gather(*tasks)] == [LENGTH] * LARGE_EACH
        (again,) = await _begun(receiver, [("one", done)])
        assert (await again).length == LENGTH

    run(go())


def test_all_together_have_a_bounded_number_of_long_bodies_at_a_time():
    async def go() -> None:
        receiver = _receiver()
        held = [(f"person {number}", Sender()) for number in range(LARGE_AT_ONCE)]
        tasks = await _begun(receiver, held)
        assert await _status(receiver, "one more") == 503
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        (next_one,) = await _begun(receiver, [("one more", done := Sender())])
        done.rest.set()
        assert (await next_one).length == LENGTH

    run(go())


def test_a_silent_sender_is_given_up_and_what_broke_off_is_no_body():
    async def go() -> None:
        assert await _status(_receiver(seconds=0.05), "one") == 408
        short = Sender((b"x", b""))
        short.rest.set()
        with pytest.raises(Aborted):
            await _receiver().receive(_long("one"), short)

    run(go())


@pytest.mark.parametrize("text", ["-1", "1e3", "٣", "", "9" * 30])
def test_a_length_that_is_no_number_is_refused(text: str):
    async def go() -> None:
        with pytest.raises(BodyRefused) as refused:
            await _receiver().receive(Scope({"content-length": text}), Sender())
        assert refused.value.status == 400

    run(go())


def test_where_nobody_can_say_what_may_be_sent_nothing_long_is_taken():
    def away(_method: str, _path: str, _cookie: str) -> Allowed:
        raise OSError("the database is away")

    async def go() -> None:
        assert await _status(Receiver(away), "one") == 503

    run(go())
