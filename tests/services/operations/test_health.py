"""Health is what it says: each part that fails is named, within two seconds, whatever is frozen."""

from __future__ import annotations

import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from learnapp.db.operations import heartbeat
from learnapp.services.operations import health
from learnapp.services.operations.health import PARTS, Health
from tests.guard import PATIENCE_S, holds_within
from tests.missing import not_tested
from tests.postgres import MISSING, Cluster, binaries

IN_TIME = health.DEADLINE_S + 15  # a busy machine wakes late; what is frozen never ends


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder whose scheduler has just done a round."""
    handle = os.open(tmp_path / "scheduler.lock", os.O_RDWR | os.O_CREAT, 0o600)
    heartbeat.beat(handle)
    os.close(handle)
    return tmp_path


def _ill(report: health.Report) -> dict[str, str]:
    return {name: state for name, state in report.parts.items() if state != "well"}


def _file(url: str) -> str:
    return url.removeprefix("sqlite:///")


def test_all_parts_are_well(database_url: str, home: Path):
    report = Health(database_url, home).report()
    assert report.parts == dict.fromkeys(PARTS, "well")
    assert report.ok


def test_a_scheduler_that_never_ran_or_stopped_is_named(sqlite_url: str, home: Path):
    lock = home / "scheduler.lock"
    lock.write_text(f"{time.monotonic() - heartbeat.LATE_S - 1:.3f}\n")
    late = Health(sqlite_url, home).report()
    lock.unlink()
    never = Health(sqlite_url, home).report()
    assert list(_ill(late)) == list(_ill(never)) == ["scheduler"]
    assert "s ago" in late.parts["scheduler"]


def test_little_free_space_is_named(sqlite_url: str, home: Path, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE", 2**60)
    assert list(_ill(Health(sqlite_url, home).report())) == ["space"]


def test_a_database_that_was_moved_away_is_ill_and_is_not_made_again(sqlite_url: str, home: Path):
    path = Path(_file(sqlite_url))
    path.unlink()
    assert set(_ill(Health(sqlite_url, home).report())) == {"database", "write"}
    assert not path.exists()


_FULL = """
import resource, signal, sqlite3, sys
from pathlib import Path
from learnapp.services.operations.health import Health
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
made = Health(sys.argv[1], Path(sys.argv[2]))
assert made.report().ok, made.report()
page = sqlite3.connect(sys.argv[1].removeprefix("sqlite:///"))  # as a page's, which stays open
page.execute("SELECT * FROM settings").fetchall()
resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))
made._begun = float("-inf")
Path(sys.argv[2], "health").write_bytes(b"")  # the findings of a moment ago
print(*[name for name, state in made.report().parts.items() if state != "well"])
"""


def test_a_disk_that_takes_no_more_is_named(sqlite_url: str, home: Path):
    """No file may grow past 2 kB: what a full disk or a quota does to a write."""
    done = subprocess.run(
        [sys.executable, "-c", _FULL, sqlite_url, str(home)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.split() == ["files", "write"], done.stderr


def test_a_database_that_refuses_a_row_is_named(sqlite_url: str, home: Path):
    connection = sqlite3.connect(_file(sqlite_url))
    connection.execute(
        "CREATE TRIGGER closed BEFORE INSERT ON settings BEGIN SELECT RAISE(ABORT, 'no'); END"
    )
    connection.close()
    assert list(_ill(Health(sqlite_url, home).report())) == ["write"]


@pytest.fixture
def held(sqlite_url: str) -> Iterator[None]:
    """The writers' queue and the write lock in the hands of somebody who does nothing."""
    queue = os.open(f"{_file(sqlite_url)}.queue", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(queue, fcntl.LOCK_EX)
    lock = sqlite3.connect(_file(sqlite_url), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    yield
    os.close(queue)
    lock.close()


def test_a_held_write_lock_is_named_in_time(sqlite_url: str, home: Path, held: None):
    begun = time.monotonic()
    report = Health(sqlite_url, home).report()
    assert time.monotonic() - begun < IN_TIME
    assert list(_ill(report)) == ["write"] and "queue" in report.parts["write"]


def test_a_queue_in_which_others_commit_is_well(sqlite_url: str, home: Path):
    """Under load the lock is taken all the time; the probe must not cry wolf, nor take a turn."""
    path, stop = _file(sqlite_url), threading.Event()

    def busy() -> None:
        queue = os.open(f"{path}.queue", os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(queue, fcntl.LOCK_EX)
        writer = sqlite3.connect(path, isolation_level=None)
        number = 0
        while not stop.is_set():
            number += 1
            writer.execute("INSERT OR REPLACE INTO settings VALUES ('busy', ?)", (number,))
        writer.close()
        os.close(queue)

    thread = threading.Thread(target=busy)
    thread.start()
    try:
        assert Health(sqlite_url, home).report().ok
    finally:
        stop.set()
        thread.join()


def test_one_write_in_five_seconds_for_all_callers_of_all_processes(sqlite_url: str, home: Path):
    watch = sqlite3.connect(_file(sqlite_url), isolation_level=None)

    def commits() -> int:
        return int(watch.execute("PRAGMA data_version").fetchone()[0])

    processes = [Health(sqlite_url, home) for _ in range(3)]
    assert processes[0].report().ok
    before = commits()
    threads = [threading.Thread(target=each.report) for each in processes * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert commits() == before
    assert all(each.report().ok for each in processes)


def _probing() -> int:
    return sum(thread.name == "health" for thread in threading.enumerate())


def test_a_frozen_postgresql_neither_holds_a_caller_nor_piles_up_threads(home: Path):
    if binaries() is None:
        not_tested(MISSING)
    cluster = Cluster()
    try:
        from tests.conftest import _migrate

        url = cluster.url(cluster.new_database())
        _migrate(url)
        made = Health(url, home)
        os.kill(cluster.server.process.pid, signal.SIGSTOP)
        begun = time.monotonic()
        assert list(_ill(made.report())) == ["database", "write"]
        assert time.monotonic() - begun < IN_TIME
        begun = time.monotonic()
        for _ in range(20):
            assert not made.report().ok
            assert _probing() <= 1
        assert time.monotonic() - begun < IN_TIME
        os.kill(cluster.server.process.pid, signal.SIGCONT)
        assert holds_within(PATIENCE_S, lambda: made.report().ok)
    finally:
        os.kill(cluster.server.process.pid, signal.SIGCONT)
        cluster.stop()
