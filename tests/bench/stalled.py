"""`make bench`: what 200 stalled senders do to the saves of others, and what an empty request costs.

One process of four threads; 10 phones save as fast as they are answered, without and with the stalled
bodies, in interleaved rounds. Prints p50 and p99 of a save in ms and CPU ms of a request.
"""

from __future__ import annotations

import http.client
import socket
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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

STALLED, PHONES, SAVES, ROUNDS, EMPTY = 200, 10, 100, 5, 2000


class Phone:
    """An officer at the exam's page, who can save."""

    def __init__(self, port: int, login: str, password: str, window_id: int) -> None:
        self.client = Client(port)
        self.client.get("/sign-in")
        self.client.post("/sign-in", login_name=login, password=password)
        self.client.get("/week")
        self.path = self.client.post(f"/windows/{window_id}/start")
        self.client.get(self.path)
        self._seq = 0

    def save(self) -> float:
        """Send one answer until it is acknowledged; the seconds it took."""
        self._seq += 1
        event = {"event_id": str(uuid.uuid4()), "seq": self._seq, "question": 1, "response": None}
        begun = time.perf_counter()
        told = self.client.send(f"{self.path}/answers", events=[event | {"flagged": False}])
        taken = time.perf_counter() - begun
        if not told["acknowledged"]:
            raise RuntimeError(f"not saved: {told}")
        return taken

    @property
    def headers(self) -> str:
        """The header lines that say who it is."""
        return _said_by(self.client)


def _said_by(client: Client) -> str:
    return f"Cookie: {client.cookie}\r\nX-CSRFToken: {client.token}\r\n"


@contextmanager
def stall(port: int, what: str, phone: Phone, admin: Client) -> Iterator[socket.socket]:
    """A connection that has sent a request's head and a few bytes of its body, and no more."""
    form = "Content-Type: application/x-www-form-urlencoded\r\n"
    head = {
        "save": f"POST {phone.path}/answers HTTP/1.1\r\n{phone.headers}"
        "Content-Type: application/json\r\nContent-Length: 120\r\n",
        "form": f"POST /language HTTP/1.1\r\n{phone.headers}{form}Content-Length: 120\r\n",
        "sign-in": f"POST /sign-in HTTP/1.1\r\n{form}Content-Length: 120\r\n",
        "upload": f"POST /roster/import HTTP/1.1\r\n{_said_by(admin)}"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000000\r\n",
        "chunked": f"POST {phone.path}/answers HTTP/1.1\r\n{phone.headers}"
        "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
    }[what]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"{head}Host: test\r\n\r\n".encode() + b"1\r\n{\r\n")
        yield connection


def _saves(phones: list[Phone]) -> list[float]:
    """Seconds of every save, all phones at once."""
    taken: list[float] = []

    def work(phone: Phone) -> None:
        for _ in range(SAVES):
            taken.append(phone.save())

    crowd = [threading.Thread(target=work, args=(phone,)) for phone in phones]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    return taken


def _cost_of_nothing(folder: Path, interface: str, target: str) -> float:
    """CPU ms of the server for a request that asks for nothing, over one connection."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", interface, "--no-ws", "--http", "1"]
    command += ["--blocking-threads", "4"] if interface == "wsgi" else ["--factory"]
    program = Guarded([*command, "--port", str(port), target], folder / f"{interface}.log")
    try:
        address = f"http://127.0.0.1:{port}/"
        wait_until(lambda: fetch(address)[0] == 200, "it did not start", program, 30)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        costs = []
        for _ in range(ROUNDS + 1):
            before = cpu_seconds(program.process.pid)
            for _ in range(EMPTY):
                connection.request("GET", "/")
                connection.getresponse().read()
            costs.append((cpu_seconds(program.process.pid) - before) * 1000 / EMPTY)
        return statistics.median(costs[1:])
    finally:
        program.stop()


def _nothing() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for interface, name in (("wsgi", "nothing"), ("rsgi", "make_nothing")):
            cost = _cost_of_nothing(Path(folder), interface, f"tests.serving.echo:{name}")
            print(f"  an empty request by {interface}: {cost:.3f} CPU ms")


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


def _run(server: Server, window_id: int) -> None:
    phones = [Phone(server.port, f"{300000 + n}", PASSWORD, window_id) for n in range(PHONES)]
    _saves(phones)
    alone: list[float] = []
    beside: list[float] = []
    ratios = []
    for _ in range(ROUNDS):
        quiet = _saves(phones)
        with ExitStack() as stack:
            for _ in range(STALLED):
                stack.enter_context(stall(server.port, "save", phones[0], phones[0].client))
            crowded = _saves(phones)
        alone += quiet
        beside += crowded
        ratios.append(_quantiles(crowded)[1] / _quantiles(quiet)[1])
    for name, taken in (("alone", alone), (f"beside {STALLED} stalled bodies", beside)):
        p50, p99 = _quantiles(taken)
        print(f"  a save {name:28} p50 {p50:6.2f} ms  p99 {p99:6.2f} ms")
    print(f"  p99 beside / alone, median of {ROUNDS} rounds {statistics.median(ratios):6.2f}")


def main() -> None:
    """The server's own cost, then each database that can be had."""
    _nothing()
    for folder, url, _pids in databases():
        database = Database(make_engine(url))
        upgrade(database.engine)
        with database.writing() as session:
            _staff, unit_id, window_id, _stage, _exam = build(session)
            more_officers(session, unit_id, 300_000, PHONES)
        database.engine.dispose()
        now = NOW + timedelta(hours=2)
        server = Server(folder, now=now, database_url=url, workers=1).start()
        print(f"\n{url.partition(':')[0]}, {PHONES} phones at once, one process")
        try:
            _run(server, window_id)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
