"""An exam at its height: 10,000 open attempts, each saving once in 30 seconds and asking for news once a
minute. That is 333 saves and 167 questions for news a second for a minute, sent when they are due.

`python -m tests.bench.many_open [ATTEMPTS] [sqlite|postgresql]`. The attempts are opened beforehand.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from pathlib import Path

from tests.bench.databases import databases
from tests.bench.open_loop import EARLY, Client, Seen, line_of, prepare, to_two_cores
from tests.server import Server

ATTEMPTS = 10_000
SECONDS = 60
SAVE_EVERY, NEWS_EVERY = 30.0, 60.0
_AT_ONCE = 40  # clients that open their attempts side by side, before anything is measured


async def _open(clients: list[Client], window_id: int) -> None:
    seen = Seen()
    for first in range(0, len(clients), _AT_ONCE):
        some = clients[first : first + _AT_ONCE]
        await asyncio.gather(*(each.arrive() for each in some))
        await asyncio.gather(*(each.start(window_id, seen) for each in some))
    if seen.errors:
        raise SystemExit(f"not all attempts could be opened: {seen.errors[:3]}")


async def _answering(client: Client, begun: float, seen: Seen) -> None:
    """A page for a minute: a save every half minute and one question for news, from moments of its own."""
    saves = [
        random.uniform(0, SAVE_EVERY) + SAVE_EVERY * n for n in range(int(SECONDS / SAVE_EVERY))
    ]
    deeds = [(at, seq) for seq, at in enumerate(saves, 1)] + [(random.uniform(0, NEWS_EVERY), 0)]
    for at, seq in sorted(deeds):
        await asyncio.sleep(max(0.0, begun + at - time.perf_counter()))
        if seq:
            await client.save(seq, seen)
        else:
            await client.ask_news(seen)


async def _height(port: int, cookies: list[str], window_id: int) -> Seen:
    clients = [Client(port, cookie) for cookie in cookies]
    await _open(clients, window_id)
    for each in clients:
        each.leave()
    seen, begun = Seen(), time.perf_counter() + 2
    await asyncio.gather(*(_answering(each, begun, seen) for each in clients))
    return seen


def run(folder: Path, url: str, attempts: int) -> Seen:
    """One database's minute."""
    server = Server(folder, now=EARLY, database_url=url, workers=2)
    window_id, cookies = prepare(url, server.home, attempts)
    server.start()
    try:
        to_two_cores(server)
        return asyncio.run(_height(server.port, cookies, window_id))
    finally:
        server.stop()


def main(attempts: int, only: str | None) -> None:
    """Print a line for each database."""
    print(f"{attempts} open attempts, {SECONDS} s; {os.cpu_count()} cores, shared with the clients")
    for folder, url, _pids in databases():
        if only in (None, folder.name):
            print(line_of(url.partition(":")[0], run(folder, url, attempts)), flush=True)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    words = [each for each in sys.argv[1:] if not each.isdigit()]
    main(numbers[0] if numbers else ATTEMPTS, words[0] if words else None)
