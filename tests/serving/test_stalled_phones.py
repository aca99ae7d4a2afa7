"""A phone that stops in the middle of what it sends holds up nobody: `learnapp serve` with 200 of them."""

from __future__ import annotations

import contextlib
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from learnapp.db.core.engine import Database, make_engine
from learnapp.serving.bodies import SECONDS
from tests.bench.client import Client
from tests.bench.stalled import Phone, stall
from tests.conftest import Migrated
from tests.guard import wait_until
from tests.server import Server, fetch
from tests.small_office import NOW, PASSWORD, build

STALLED = 200

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, sqlite: Migrated
) -> Iterator[tuple[Server, int]]:
    """A running installation with an exam that is open, and the exam's window."""
    server = Server(tmp_path_factory.mktemp("stalled"), now=NOW + timedelta(hours=2), workers=2)
    path = server.home / "learnapp.sqlite3"
    shutil.copyfile(sqlite.new_url().removeprefix("sqlite:///"), path)
    database = Database(make_engine(f"sqlite:///{path}"))
    with database.writing() as session:
        _people, _unit, window, _stage, _exam = build(session)
    database.engine.dispose()
    yield server.start(), window
    server.stop()


@pytest.fixture(scope="module")
def phone(opened: tuple[Server, int]) -> Phone:
    """An officer's phone with the exam's page open."""
    server, window = opened
    return Phone(server.port, "officer", PASSWORD, window)


@pytest.mark.parametrize("what", ["save", "form", "sign-in", "upload", "chunked"])
def test_saves_and_pages_are_answered_while_200_bodies_are_stalled(
    opened: tuple[Server, int], phone: Phone, what: str
):
    server, _ = opened
    admin = Client(server.port)
    admin.get("/sign-in")
    admin.post("/sign-in", login_name="admin", password=PASSWORD)
    for _ in range(5):
        with ExitStack() as stack:
            begun = time.monotonic()
            for _ in range(STALLED):
                stack.enter_context(stall(server.port, what, phone, admin))
            for _ in range(20):
                phone.save()
            assert Client(server.port).get("/sign-in")
            if time.monotonic() - begun < SECONDS:
                break
        # On a very slow machine the first of them were given up meanwhile: that proves nothing.
    else:
        pytest.fail("saves and pages waited for bodies that were stalled")
    phone.save()
    assert server.program is not None
    wait_until(lambda: fetch(f"{server.url}/healthz")[0] == 200, "it is ill", server.program)


def test_saves_are_answered_while_200_downloads_are_left_unread(
    opened: tuple[Server, int], phone: Phone
):
    server, _ = opened
    with ExitStack() as stack:
        for _ in range(STALLED):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            reader.connect(("127.0.0.1", server.port))
            with contextlib.suppress(ConnectionError):
                for _ in range(4):
                    reader.sendall(b"GET /static/css/app.css HTTP/1.1\r\nHost: test\r\n\r\n")
        for _ in range(20):
            phone.save()
