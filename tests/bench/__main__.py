"""`make bench`: what our page and save cost beside the limit's, on one machine in one run.

One process of four threads serves each; one client at a time, interleaved rounds, medians. CPU of
the server and the database is counted, the client's is not.
"""

from __future__ import annotations

import os
import re
import statistics
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import upgrade
from tests.bench.client import Client
from tests.bench.cpu import cpu_seconds
from tests.bench.databases import databases
from tests.guard import Guarded, wait_until
from tests.loopback import free_port
from tests.server import Server, fetch
from tests.small_office import NOW, PASSWORD, build
from tests.small_office import officers as more_officers

ROUNDS = 5
SAVES = 300  # of each kind in a round
PAGES = 150
ATTEMPTS = 4  # whole ones in a round
ANSWERS = 20  # in each


@dataclass
class Bench:
    """The two servers over one database, and an officer at work."""

    limit_port: int
    port: int
    pids: tuple[int, ...]
    window_id: int
    names: Iterator[str]

    def enter(self) -> Client:
        """The next officer, signed in."""
        client = Client(self.port)
        client.get("/sign-in")
        client.post("/sign-in", login_name=next(self.names), password=PASSWORD)
        client.get("/week")
        return client

    def cost(self, deed: Callable[[], object], times: int) -> float:
        """CPU milliseconds of one of `times` deeds."""
        before = cpu_seconds(*self.pids)
        for _ in range(times):
            deed()
        return (cpu_seconds(*self.pids) - before) * 1000 / times


def _prepare(url: str, officers: int) -> int:
    """The small office with officers who can sign in; the window's id."""
    database = Database(make_engine(url))
    upgrade(database.engine)
    with database.writing() as session:
        _staff, unit_id, window_id, _stage, _exam = build(session)
        more_officers(session, unit_id, 200_000, officers)
    database.engine.dispose()
    return window_id


@contextmanager
def _limit(folder: Path, url: str) -> Iterator[tuple[int, int]]:
    """The limit's server: its port and its process."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws"]
    command += ["--port", str(port), "--blocking-threads", "4", "tests.bench.limit:make_app"]
    env = os.environ | {"LIMIT_DATABASE_URL": url}
    program = Guarded(command, folder / "limit.log", env=env)
    try:
        address = f"http://127.0.0.1:{port}/page/1"
        wait_until(lambda: fetch(address)[0] == 200, "the limit did not start", program, 30)
        yield port, program.process.pid
    finally:
        program.stop()


def _events(client: Client, seq: int, places: list[tuple[int, str]]) -> list[dict]:
    question, option = places[seq % len(places)]
    response = {"options": [option]}
    made = {"event_id": str(uuid.uuid4()), "seq": seq, "question": question, "response": response}
    return [made | {"flagged": False}]


def _places(page: str) -> list[tuple[int, str]]:
    """A first option of each question that has any."""
    found: dict[int, str] = {}
    for name, value in re.findall(r'name="q(\d+)"[^>]*value="([^"]+)"', page):
        found.setdefault(int(name), value)
    return list(found.items())


def _attempt(bench: Bench, client: Client) -> None:
    """Home, open, the answers one by one, submit, result."""
    client.get("/week")
    path = client.post(f"/windows/{bench.window_id}/start")
    places = _places(client.get(path))
    for seq in range(1, ANSWERS + 1):
        client.send(f"{path}/answers", events=_events(client, seq, places))
    told = client.send(f"{path}/submit", events=[])
    client.get(told["result_url"])


def _measure(bench: Bench) -> dict[str, float]:
    """Medians in CPU milliseconds."""
    limit, officer = Client(bench.limit_port), bench.enter()
    path = officer.post(f"/windows/{bench.window_id}/start")
    places = _places(officer.get(path))
    counts = iter(range(1, 10**9))
    fresh = (bench.enter() for _ in iter(int, 1))

    def save() -> None:
        officer.send(f"{path}/answers", events=_events(officer, next(counts), places))

    deeds: dict[str, tuple[Callable[[], object], int]] = {
        "limit page": (lambda: limit.get("/page/1"), PAGES),
        "limit save": (lambda: limit.send(f"/save/{next(counts) % 100}", text="依法" * 20), SAVES),
        "save": (save, SAVES),
        "week page": (lambda: officer.get("/week"), PAGES),
        "exam page": (lambda: officer.get(path), PAGES),
    }
    found: dict[str, list[float]] = {name: [] for name in [*deeds, "whole attempt"]}
    for deed, _ in deeds.values():
        for _ in range(30):
            deed()
    for _ in range(ROUNDS):
        for name, (deed, times) in deeds.items():
            found[name].append(bench.cost(deed, times))
        clients = [next(fresh) for _ in range(ATTEMPTS)]
        sitting = iter(clients)
        cost = bench.cost(lambda: _attempt(bench, next(sitting)), ATTEMPTS)  # noqa: B023
        found["whole attempt"].append(cost)
    return {name: statistics.median(costs) for name, costs in found.items()}


def _run(folder: Path, url: str, database_pids: tuple[int, ...]) -> None:
    officers = ROUNDS * ATTEMPTS + 2
    window_id = _prepare(url, officers)
    server = Server(folder, now=NOW + timedelta(hours=2), database_url=url, workers=1).start()
    try:
        with _limit(folder, url) as (limit_port, limit_pid):
            assert server.program is not None
            pids = (server.program.process.pid, limit_pid, *database_pids)
            names = (f"{200000 + n}" for n in range(officers))
            bench = Bench(limit_port, server.port, pids, window_id, names)
            _print(url.partition(":")[0], _measure(bench))
    finally:
        server.stop()


def _print(database: str, costs: dict[str, float]) -> None:
    print(f"\n{database}: CPU of server and database, median of {ROUNDS} rounds")
    pages, save = costs["limit page"], costs["limit save"]
    for name, cost in costs.items():
        against = pages if name.endswith("page") else save
        unit = "the limit's page" if name.endswith("page") else "the limit's save"
        print(f"  {name:14} {cost:8.2f} ms  {cost / against:6.2f} x {unit}")


def main() -> None:
    """Each database that can be had."""
    for folder, url, pids in databases():
        _run(folder, url, pids)


if __name__ == "__main__":
    main()
