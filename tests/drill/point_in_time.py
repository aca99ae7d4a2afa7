"""`make drill`: PostgreSQL is brought back by pgBackRest to an instant before a mistake, to the second.

A backup, then people answer, then somebody drops the table of answers and later ones are lost with it:
restored to the instant before, every answer acknowledged by then is there, and `learnapp verify` agrees.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import upgrade
from learnapp.db.progress import counters
from tests.drill.ending import say
from tests.drill.night import EARLY
from tests.guard import PATIENCE_S, holds_within, let_pass
from tests.postgres import MISSING, Cluster, binaries, server_user
from tests.reliability.ledger import reckon
from tests.reliability.phones import Crowd, Phone, Way, flush
from tests.server import Server
from tests.small_office import NOW, build, officers

PEOPLE = 20
BEFORE_S = 1.0  # that the clock is past the last save before the mistake
_SAMPLE = Path(__file__).resolve().parents[2] / "ops/cluster/pgbackrest.conf"
_LACKING = "pgbackrest was not found (on Debian: apt install pgbackrest)"


class Archive:
    """pgBackRest by the sample, over one server."""

    def __init__(self, folder: Path) -> None:
        self._config = folder / "pgbackrest.conf"
        self._user = server_user()
        self._folder = folder
        if self._user:
            os.chown(folder, self._user["user"], self._user["group"])
        push = f"pgbackrest --config={self._config} --stanza=learnapp archive-push %p"
        self.cluster = Cluster(durable=True, archive_mode="on", archive_command=push)
        sample = _SAMPLE.read_text(encoding="utf-8")
        words = {
            "/var/lib/postgresql/15/main": str(self.cluster.folder / "data"),
            "/run/postgresql": str(self.cluster.folder),
            "/var/lib/pgbackrest": str(folder / "repository"),
            "/var/log/pgbackrest": str(folder / "log"),
            "/run/pgbackrest": str(folder / "lock"),
            "pg1-user=postgres": "pg1-user=learnapp",
        }
        for word, here in words.items():
            assert word in sample, word
            sample = sample.replace(word, here)
        self._config.write_text(sample, encoding="utf-8")

    def run(self, *words: str) -> None:
        """A command of pgBackRest, as PostgreSQL's user."""
        command = ["pgbackrest", f"--config={self._config}", "--stanza=learnapp", *words]
        done = subprocess.run(
            command, cwd=self._folder, capture_output=True, text=True, check=False, **self._user
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}\n{done.stdout}{done.stderr}")


def answered(server: Server, window_id: int) -> list[Phone]:
    """People who answered a while, and whose answers are all acknowledged."""
    phones = [Phone(f"{400_000 + n}", Way(server.port), random.Random(n)) for n in range(PEOPLE)]
    for each in phones:
        each.open(window_id)
    with Crowd(phones, 4) as crowd:
        crowd.goes_on_until(lambda: crowd.acknowledged() > 10 * PEOPLE, "nobody is answered")
    flush(phones)
    return phones


def mistaken(archive: Archive, url: str) -> str:
    """Somebody drops the answers, and with them those made since the instant that is given."""
    where = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(where, autocommit=True) as connection:
        row = connection.execute("SELECT clock_timestamp()::text").fetchone()
        let_pass(BEFORE_S)
        connection.execute("DROP TABLE answer_events CASCADE")
        connection.execute("SELECT pg_switch_wal()")
    assert row is not None
    return str(row[0])


def _is_writable(url: str) -> bool:
    where = url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(where, autocommit=True) as connection:
        row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return row == (False,)


def hold(folder: Path) -> int:
    """The whole of it; 1 when something acknowledged is not there."""
    archive = Archive(folder)
    try:
        url = archive.cluster.url(archive.cluster.new_database())
        database = Database(make_engine(url))
        upgrade(database.engine)
        with database.writing() as session:
            _staff, unit_id, window_id, _stage, _exam = build(session)
            joined = officers(session, unit_id, 400_000, PEOPLE)
            counters.refresh(session, NOW, joined)
        archive.run("stanza-create")
        archive.run("backup", "--type=full")
        say("pgBackRest has a full backup; each finished piece of the log follows")
        server = Server(folder, now=EARLY, database_url=url, workers=1)
        server.start()
        phones = answered(server, window_id)
        instant = mistaken(archive, url)
        server.stop()
        database.engine.dispose()
        say(f"the answers were dropped; going back to {instant}")
        begun = time.monotonic()
        archive.cluster.server.stop()
        target = ["--type=time", f"--target={instant}", "--target-action=promote"]
        archive.run("restore", "--delta", *target)
        archive.cluster.serve()
        assert holds_within(PATIENCE_S, lambda: _is_writable(url)), archive.cluster.server.tail()
        took = time.monotonic() - begun
        with database.reading() as session:
            wrong = dict(reckon(session, phones))
        verified = server.run("verify").strip()
        database.engine.dispose()
    finally:
        archive.cluster.stop()
    held = sum(len(each.told) for each in phones)
    say(f"restored in {took:.1f} s; {held} answers were acknowledged before; verify: {verified}")
    for name, count in wrong.items():
        say(f"{name}: {count}")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    lacking = MISSING if binaries() is None else "" if shutil.which("pgbackrest") else _LACKING
    if lacking:
        print(f"going back in time was not tried: {lacking}")
        sys.exit(0)
    with tempfile.TemporaryDirectory(prefix="learnapp-back-", dir="/tmp") as made:
        os.chmod(made, 0o755)
        sys.exit(hold(Path(made)))
