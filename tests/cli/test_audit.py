"""`learnapp audit` proves the audit, prints its anchor, and exports it to a file or a log server."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from learnapp.db.core.engine import Database, make_engine
from learnapp.jobs.audit import Sealing
from tests.cli.commands import refused, run
from tests.small_office import NOW


@pytest.fixture
def lived_in(home: Path) -> Path:
    """An installation with an admin and a sealed audit."""
    run(home, "admin", "create", "--unit", "政法委", "--name", "管理员", "--login", "root")
    database = Database(make_engine(f"sqlite:///{home / 'learnapp.sqlite3'}"))
    assert Sealing(database, lambda: NOW).round() == 1
    database.engine.dispose()
    return home


def test_the_audit_is_proven_with_and_against_an_anchor(lived_in: Path):
    anchor = run(lived_in, "audit", "anchor").stdout.split()[1]
    done = run(lived_in, "audit", "verify", "--anchor", anchor)
    assert done.exit_code == 0 and "1 blocks" in done.stdout and "0 faults" in done.stdout
    other = anchor[:-1] + ("0" if anchor[-1] != "0" else "1")
    done = run(lived_in, "audit", "verify", "--anchor", other)
    assert done.exit_code == 1 and "not the block of the anchor" in done.stdout
    assert run(lived_in, "audit", "verify", "--anchor", "x").exit_code == 2


def test_the_audit_is_exported_as_a_table(lived_in: Path, tmp_path: Path):
    file = tmp_path / "audit.csv"
    done = run(lived_in, "audit", "export", "--out", str(file))
    lines = file.read_text("utf-8-sig").splitlines()
    assert done.exit_code == 0 and len(lines) == 1 + int(done.stderr.split()[0])
    refused(run(lived_in, "audit", "export", "--new"), 2, "syslog")


def test_new_entries_are_sent_to_a_log_server_once(lived_in: Path):
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            for _ in range(2):
                wire, _ = server.accept()
                with wire, wire.makefile("rb") as source:
                    taken.append(source.read())

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        order = ("audit", "export", "--format", "syslog", "--to", address, "--new")
        assert [run(lived_in, *order).exit_code for _ in range(2)] == [0, 0]
        thread.join(30)
    length, _, rest = taken[0].partition(b" ")
    assert rest[: int(length)].startswith(b"<110>1 ") and b"learnapp@32473" in rest
    assert taken[1] == b""
    refused(run(lived_in, *order[:-2], "nowhere"), 2, "tcp://host:port")
