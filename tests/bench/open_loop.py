"""Open loop: attempts opened at a steady rate while others save, whatever the server manages.

68 starts a second for a minute is 4,000 officers in the minute after the opening; beside them 200
clients save once in five seconds each. A request that the server is slow to answer does not keep
the next from being sent, so a queue shows as time. The server is held to two cores.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import upgrade
from learnapp.services.accounts import sign_in
from tests.bench.databases import databases
from tests.server import Server
from tests.small_office import NOW, build, officers

STARTS_A_SECOND = 68
SAVERS = 200
SAVE_EVERY = 5.0
EARLY = NOW + timedelta(hours=2)


@dataclass
class Seen:
    """What the clients met, in milliseconds."""

    saves: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    news: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Client:
    """A signed-in officer's connection."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._cookie = cookie
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._last = 0.0
        self.token = ""
        self.path = ""
        self.places: list[tuple[int, str]] = []

    async def _ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple:
        # A phone that was quiet for seconds has to connect anew, and that counts.
        if self._streams is None or time.perf_counter() - self._last > 2:
            if self._streams is not None:
                self._streams[1].close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        self._last = time.perf_counter()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: learnapp={self._cookie}\r\n"
        head += f"Content-Length: {len(body)}\r\nX-CSRFToken: {self.token}\r\n"
        if kind:
            head += f"Content-Type: {kind}\r\n"
        writer.write(head.encode() + b"\r\n" + body)
        told = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.search(r"content-length: (\d+)", told, re.IGNORECASE).group(1))  # type: ignore[union-attr]
        text = (await reader.readexactly(length)).decode()
        return int(told.split(" ", 2)[1]), told, text

    def leave(self) -> None:
        """Close the connection; the next request opens one."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def arrive(self) -> None:
        """Load the week, which has the form token."""
        _, _, text = await self._ask("GET", "/week")
        self.token = re.search(r'name="csrf-token" content="([^"]+)"', text).group(1)  # type: ignore[union-attr]

    async def start(self, window_id: int, seen: Seen) -> None:
        """Open the attempt and its page."""
        before = time.perf_counter()
        body = urlencode({"csrf_token": self.token}).encode()
        kind = "application/x-www-form-urlencoded"
        status, told, text = await self._ask("POST", f"/windows/{window_id}/start", body, kind)
        if status != 303:
            seen.errors.append(f"start {status} {text[:200]}")
            return
        seen.starts.append((time.perf_counter() - before) * 1000)
        self.path = re.search(r"(?i)location: (\S+)", told).group(1)  # type: ignore[union-attr]
        before = time.perf_counter()
        status, _, text = await self._ask("GET", self.path)
        seen.pages.append((time.perf_counter() - before) * 1000)
        if status != 200:
            seen.errors.append(f"page {status}")
        found = re.findall(r'name="q(\d+)" value="([^"]+)"', text)
        self.places = [(int(number), value) for number, value in found]

    async def save(self, seq: int, seen: Seen) -> None:
        """One answer."""
        number, option = random.choice(self.places)
        event = {
            "event_id": str(uuid.uuid4()),
            "seq": seq,
            "question": number,
            "response": {"options": [option]},
            "flagged": False,
        }
        body = json.dumps({"events": [event]}).encode()
        before = time.perf_counter()
        status, _, text = await self._ask("POST", f"{self.path}/answers", body, "application/json")
        seen.saves.append((time.perf_counter() - before) * 1000)
        if status != 200:
            seen.errors.append(f"save {status} {text[:200]}")

    async def ask_news(self, seen: Seen) -> None:
        """What an open page asks once a minute."""
        before = time.perf_counter()
        status, _, text = await self._ask("GET", f"{self.path}/news")
        seen.news.append((time.perf_counter() - before) * 1000)
        if status != 200:
            seen.errors.append(f"news {status} {text[:200]}")


async def _saver(client: Client, until: float, offset: float, seen: Seen) -> None:
    """Saves once in five seconds until the end, from a moment of its own."""
    due, seq = time.perf_counter() + offset, 0
    while due < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        seq += 1
        await client.save(seq, seen)
        due += SAVE_EVERY


async def _minute(port: int, cookies: list[str], window_id: int, seconds: int) -> Seen:
    seen = Seen()
    clients = [Client(port, cookie) for cookie in cookies]
    for start in range(0, len(clients), 50):
        await asyncio.gather(*(each.arrive() for each in clients[start : start + 50]))
    savers, comers = clients[:SAVERS], clients[SAVERS:]
    for start in range(0, len(savers), 20):
        await asyncio.gather(
            *(each.start(window_id, Seen()) for each in savers[start : start + 20])
        )
    begun = time.perf_counter()
    until = begun + seconds
    tasks = [
        asyncio.create_task(_saver(each, until, random.uniform(0, SAVE_EVERY), seen))
        for each in savers
    ]
    for number, comer in enumerate(comers):
        await asyncio.sleep(max(0.0, begun + number / STARTS_A_SECOND - time.perf_counter()))
        tasks.append(asyncio.create_task(comer.start(window_id, seen)))
    await asyncio.gather(*tasks)
    return seen


def prepare(url: str, home: Path, count: int) -> tuple[int, list[str]]:
    """The small office with so many officers more; its window, and a cookie of each."""
    database = Database(make_engine(url))
    upgrade(database.engine)
    app = create_app(Config(home, url))
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookies = []
    with database.writing() as session:
        _staff, unit_id, window_id, _stage, _exam = build(session)
        for person_id in officers(session, unit_id, 500_000, count):
            token = sign_in.succeed(session, person_id, "bench", EARLY).token
            kept = {"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": "0" * 40}
            cookies.append(signer.dumps(kept))
    app.extensions["learnapp.database"].engine.dispose()
    database.engine.dispose()
    return window_id, cookies


def to_two_cores(server: Server) -> None:
    """Hold the server and its workers to the first two cores, where the system can."""
    assert server.program is not None
    group = server.program.process.pid
    found = subprocess.run(["pgrep", "-g", str(group)], capture_output=True, text=True)
    for pid in found.stdout.split():
        subprocess.run(["taskset", "-a", "-p", "-c", "0,1", pid], capture_output=True)


def run(folder: Path, url: str, seconds: int = 60) -> Seen:
    """One database's minute."""
    server = Server(folder, now=EARLY, database_url=url, workers=2)
    count = SAVERS + STARTS_A_SECOND * seconds
    window_id, cookies = prepare(url, server.home, count)
    server.start()
    try:
        to_two_cores(server)
        return asyncio.run(_minute(server.port, cookies, window_id, seconds))
    finally:
        server.stop()


def line_of(name: str, seen: Seen) -> str:
    """One line of what was seen."""
    parts = [f"{name}: {len(seen.errors)} errors", *sorted(set(seen.errors))[:3]]
    for what in ("saves", "starts", "pages", "news"):
        times = sorted(getattr(seen, what))
        if len(times) < 2:
            continue
        p99 = statistics.quantiles(times, n=100)[98]
        parts.append(
            f"{len(times)} {what}: median {statistics.median(times):.1f} ms, p99 {p99:.1f} ms"
        )
    return "; ".join(parts)


def main() -> None:
    """SQLite, then PostgreSQL where it can be had."""
    cores = os.cpu_count() or 1
    if cores > 2:
        os.sched_setaffinity(0, range(2, cores))
    print(
        f"open loop, {STARTS_A_SECOND} starts a second, {SAVERS} savers; {cores} cores"
        + (", shared with the clients" if cores <= 2 else ", two of them the server's")
    )
    for folder, url, _pids in databases():
        print(line_of(url.partition(":")[0], run(folder, url)))


if __name__ == "__main__":
    main()
