"""Processes that die are started again, but not for ever; the database is left in one file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from learnapp.cli import serving
from learnapp.db.core.engine import Database, make_engine


class Server:
    """A server whose processes die, or that is stopped on purpose."""

    def __init__(self, dies: bool, stopped: bool = False) -> None:
        self.dies, self.interrupt_signal, self.waits = dies, stopped, []
        self.main_loop_interrupt = self

    def serve(self) -> None:
        """Until it dies, or is stopped."""
        if self.dies:
            raise SystemExit(1)

    def clear(self) -> None:
        """No stop is asked for yet."""

    def wait(self, seconds: float) -> None:
        """Note the pause instead of taking it."""
        self.waits.append(seconds)


@pytest.fixture
def run(home: Path, monkeypatch) -> Iterator[Callable[..., int]]:
    """Serve by these servers, one after the other; the exit code."""
    database = Database(make_engine(f"sqlite:///{home / 'learnapp.sqlite3'}"))

    def served(*servers: Server) -> int:
        left = iter(servers)
        monkeypatch.setattr(serving, "_server", lambda *_: next(left))
        return serving.run(serving.Served("127.0.0.1", 1, 1), database)

    yield served
    database.engine.dispose()


def test_a_server_that_is_stopped_ends_well(run):
    assert run(Server(dies=False)) == 0
    assert run(Server(dies=True, stopped=True)) == 0


def test_processes_that_die_are_started_again_after_longer_and_longer_pauses(run):
    dying = [Server(dies=True) for _ in range(3)]
    assert run(*dying, Server(dies=False)) == 0
    assert [each.waits for each in dying] == [[1], [2], [3]]


def test_processes_that_die_again_and_again_are_given_up(run, capsys):
    dying = [Server(dies=True) for _ in range(serving.FAILURES)]
    assert run(*dying) == 1
    assert f"died {serving.FAILURES} times" in capsys.readouterr().err


def test_a_stop_during_a_pause_ends_well(run):
    server = Server(dies=True)
    server.wait = lambda _seconds: setattr(server, "interrupt_signal", True)  # type: ignore[method-assign]
    assert run(server) == 0


def test_a_database_that_another_program_keeps_open_is_named(run, home: Path, capsys):
    other = sqlite3.connect(home / "learnapp.sqlite3", isolation_level=None)
    writer = sqlite3.connect(home / "learnapp.sqlite3", isolation_level=None)
    for each in (other, writer):
        each.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN")
    other.execute("SELECT count(*) FROM people").fetchall()
    writer.execute("CREATE TABLE beside (a)")
    assert run(Server(dies=False)) == 0
    assert "another program has the database open" in capsys.readouterr().err
    other.close()
    writer.close()
    assert run(Server(dies=False)) == 0
    assert capsys.readouterr().err == ""
