"""A stop leaves one whole file, a second start is refused, a dead process is replaced, none outlives."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from learnapp.cli import port as listening
from learnapp.cli.home import check_home
from learnapp.db.core.engine import Database, make_engine
from tests.bench.client import Client
from tests.conftest import Migrated
from tests.guard import PATIENCE_S, holds_within
from tests.loopback import free_port
from tests.server import Server, fetch
from tests.small_office import PASSWORD, build

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory, sqlite: Migrated) -> Iterator[Server]:
    """An installation with a few people."""
    made = Server(tmp_path_factory.mktemp("serving"), workers=2)
    sqlite_url = sqlite.new_url()
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), made.home / "learnapp.sqlite3")
    database = Database(make_engine(f"sqlite:///{made.home / 'learnapp.sqlite3'}"))
    with database.writing() as session:
        build(session)
    database.engine.dispose()
    yield made
    made.stop()


@pytest.fixture
def server(installation: Server) -> Server:
    """The installation, running."""
    if installation.program is None:
        installation.start()
    return installation


def _pid(server: Server) -> int:
    assert server.program is not None
    return server.program.process.pid


def _children(pid: int) -> list[int]:
    """The server's processes below the main one; the guard's shell and `cat` are none of them."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text()
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        parent = int(stat.rpartition(")")[2].split()[1])
        if parent == pid and b"serve" in command and not command.startswith(b"/bin/sh"):
            found.append(int(folder.name))
    return found


def _sign_in(server: Server) -> None:
    client = Client(server.port)
    client.get("/sign-in")
    client.post("/sign-in", login_name="officer", password=PASSWORD)


def test_after_a_stop_the_database_file_alone_holds_everything(server: Server, tmp_path: Path):
    for _ in range(3):
        _sign_in(server)
    assert (server.home / "learnapp.sqlite3-wal").stat().st_size > 0
    assert server.stop() == 0
    copied = tmp_path / "copied.sqlite3"
    shutil.copyfile(server.home / "learnapp.sqlite3", copied)
    with sqlite3.connect(copied) as alone:
        assert alone.execute("SELECT count(*) FROM sign_ins").fetchone() == (3,)
    log = server.home / "learnapp.sqlite3-wal"
    assert not log.exists() or log.stat().st_size == 0


def test_a_second_installation_on_the_port_is_refused_by_one_sentence(
    server: Server, tmp_path: Path
):
    env = server.env | {"LEARNAPP_HOME": str(tmp_path / "other")}
    program = Path(sys.executable).with_name("learnapp")
    done = subprocess.run(
        [str(program), "serve", "--host", "localhost", "--port", str(server.port)],
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and f"port {server.port}" in done.stderr
    assert not (tmp_path / "other").exists(), "it was made before the port was asked for"
    assert fetch(f"{server.url}/healthz")[0] == 200


def test_a_process_that_dies_is_replaced_and_the_pages_stay(server: Server):
    first = set(_children(_pid(server)))
    assert len(first) == 2
    for pid in first:
        os.kill(pid, signal.SIGKILL)
        gone = pid

        def replaced(gone: int = gone) -> bool:
            now = set(_children(_pid(server)))
            return gone not in now and len(now) == 2

        assert holds_within(PATIENCE_S, replaced)
        assert holds_within(PATIENCE_S, lambda: fetch(f"{server.url}/healthz")[0] == 200)
    assert not first & set(_children(_pid(server)))


def test_processes_that_die_one_upon_the_other_do_not_end_the_server(server: Server):
    for _ in range(3):
        assert holds_within(PATIENCE_S, lambda: bool(_children(_pid(server))))
        for pid in _children(_pid(server)):
            os.kill(pid, signal.SIGKILL)
    assert holds_within(PATIENCE_S, lambda: fetch(f"{server.url}/healthz")[0] == 200)
    assert server.program is not None and server.program.running


def test_when_the_main_process_is_killed_port_and_scheduler_are_free_within_seconds(server: Server):
    children = _children(_pid(server))
    os.kill(_pid(server), signal.SIGKILL)
    assert holds_within(
        PATIENCE_S, lambda: not any(Path(f"/proc/{pid}").exists() for pid in children)
    )
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        plain.bind(("127.0.0.1", server.port))
    with (server.home / "scheduler.lock").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    server.kill()


def test_a_port_is_held_against_others_before_anybody_listens(monkeypatch):
    monkeypatch.setattr(listening, "PATIENCE_S", 0.0)
    port = free_port()
    with listening.held("127.0.0.1", port) as address:
        assert address == "127.0.0.1"
        for other in ("localhost", "0.0.0.0"):
            with pytest.raises(click.ClickException, match=str(port)), listening.held(other, port):
                pass
        with socket.socket() as worker:  # the server's own processes share it
            worker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            worker.bind(("127.0.0.1", port))
            worker.listen()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_a_host_that_is_not_this_machine_is_refused_by_a_sentence(host: str):
    with pytest.raises(click.ClickException, match=host), listening.held(host, 1):
        pass


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with what an installation keeps."""
    made = tmp_path / "var"
    (made / "files" / "ab").mkdir(parents=True)
    for name in ("learnapp.sqlite3", "learnapp.sqlite3-wal", "scheduler.lock", "secret.key"):
        (made / name).touch(0o600)
    return made


def test_a_home_folder_of_ones_own_is_accepted_and_so_is_one_to_be_made(home: Path):
    check_home(home)
    check_home(home / "further" / "var")


@pytest.mark.parametrize(
    "left", ["learnapp.sqlite3", "learnapp.sqlite3-wal", "scheduler.lock", "secret.key", "files/ab"]
)
def test_what_an_earlier_start_as_another_user_left_is_named(home: Path, left: str, monkeypatch):
    theirs = (home / left).stat().st_ino
    ordinary = Path.stat

    def stat(path: Path, **options):
        found = ordinary(path, **options)
        if found.st_ino != theirs:
            return found
        return os.stat_result((*found[:4], found.st_uid + 1, *found[5:10]))

    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() or 4321)
    if os.getuid() == 0:  # then all of it belongs to another than who asks
        left = ""
    with pytest.raises(click.ClickException, match=r"belongs to .* chown -R") as said:
        check_home(home)
    assert left in said.value.message


def test_root_does_not_start_in_the_home_folder_of_a_service_user(home: Path, monkeypatch):
    owner = home.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    if owner == 0:
        ordinary = Path.stat
        monkeypatch.setattr(
            Path,
            "stat",
            lambda path, **options: os.stat_result(
                (*ordinary(path, **options)[:4], 4321, *ordinary(path, **options)[5:10])
            ),
        )
    with pytest.raises(click.ClickException, match="not as root"):
        check_home(home)
