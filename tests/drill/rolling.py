"""`make drill`: two servers are upgraded one after the other while people answer, and nothing is lost.

The earlier version is the wheel of BEFORE, built here. Between the two restarts its code serves alone
on the newer schema: everybody's answers, sign-ins, starts and hand-ins, and every page of an admin.
LEARNAPP_DRILL_ATTEMPTS sets how many attempts are open (200).
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from learnapp.db.core.engine import Database, make_engine
from tests.bench.client import Client
from tests.drill.earlier import Earlier
from tests.drill.ending import reckoning, say, until_answered
from tests.drill.night import EARLY
from tests.drill.people import Candidate, Room, candidates, cost
from tests.postgres import MISSING, Cluster, binaries
from tests.reliability.phones import Way, flush
from tests.server import Server
from tests.small_office import PASSWORD

# The last commit before 0035; whoever makes a contract step names a later one here, and says so.
BEFORE = "a3abfa35"
ATTEMPTS = int(os.environ.get("LEARNAPP_DRILL_ATTEMPTS", "200"))
LATECOMERS = 5
PACE_S = 6.0
_FIRST = 400_000

_FILL = f"""
import json, os
from sqlalchemy import update
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.models import Exam
from tests.small_office import build, officers
database = Database(make_engine(os.environ["LEARNAPP_DATABASE_URL"]))
with database.writing() as session:
    _staff, unit_id, window_id, _stage, exam_id = build(session)
    officers(session, unit_id, {_FIRST}, {ATTEMPTS + LATECOMERS})
    session.execute(update(Exam).values(duration_s=3 * 3600))
print(window_id)
"""
_PAGES = """
import json
from learnapp.app import create_app
from learnapp.config import Config
rules = create_app(Config.from_env()).url_map.iter_rules()
print(json.dumps(sorted(r.rule for r in rules if "GET" in r.methods and not r.arguments)))
"""


class Upgrade:
    """Two servers of the earlier version over one database, with open attempts."""

    def __init__(self, folder: Path, url: str) -> None:
        self.earlier = Earlier(BEFORE, folder / "earlier")
        say(f"the wheel of {BEFORE} is built and installed")
        shared = folder / "shared"
        shared.mkdir(mode=0o700)
        self.servers = [self._server(folder / name, url, shared) for name in ("one", "two")]
        self.servers[0].run("migrate")
        self._env = {**os.environ, **self.servers[0].env}
        self.window_id = int(self.earlier.python(_FILL, self._env))
        self.database = Database(make_engine(url))
        for each in self.servers:
            each.start()
        ways = [Way(each.port) for each in self.servers]
        logins = [str(_FIRST + n) for n in range(ATTEMPTS + LATECOMERS)]
        chances = [random.Random(n) for n in range(len(logins))]
        everybody = candidates(logins, ways, chances)
        self.people, self.late = everybody[:ATTEMPTS], everybody[ATTEMPTS:]
        with ThreadPoolExecutor(4) as hands:
            list(hands.map(self.open, self.people))
        say(f"{ATTEMPTS} attempts are open")

    def _server(self, folder: Path, url: str, shared: Path) -> Server:
        program = self.earlier.program
        server = Server(folder, now=EARLY, database_url=url, program=program, workers=1)
        server.env |= {"LEARNAPP_SHARED": str(shared), "LEARNAPP_BACKUPS": "0"}
        return server

    def open(self, person: Candidate) -> None:
        """Sign in and open the test page."""
        person.open(self.window_id)

    def renew(self, server: Server) -> None:
        """Let the server be of this checkout from its next start on."""
        server.use(Path(sys.executable).with_name("learnapp"))

    def broken_pages(self, server: Server) -> list[str]:
        """The pages without arguments that the earlier code cannot show an admin."""
        pages = json.loads(self.earlier.python(_PAGES, self._env))
        client = Client(server.port)
        client.get("/sign-in")
        client.post("/sign-in", login_name="admin", password=PASSWORD)
        broken = []
        for each in pages:
            try:
                client.get(each)
            except RuntimeError as told:
                if f"{each}: 5" in str(told):
                    broken.append(each)
        say(f"{len(pages)} pages of the earlier code on the newer schema, {len(broken)} broken")
        return broken


def roll(upgrade: Upgrade) -> list[str]:
    """Upgrade both servers while everybody answers; the pages that broke meanwhile."""
    one, two = upgrade.servers
    with Room(upgrade.people, PACE_S) as room:
        room.wait_all_saved("at the beginning")
        begun = time.monotonic()
        one.stop()
        upgrade.renew(one)
        one.run("migrate")
        say("the schema is the newer one; the earlier code serves alone")
        room.wait_all_saved("the earlier code on the newer schema")
        for person in upgrade.late:
            person.way = Way(two.port)
            upgrade.open(person)
            person.tap()
            until_answered(person)
        broken = upgrade.broken_pages(two)
        one.start()
        room.wait_all_saved("both versions together")
        two.stop()
        upgrade.renew(two)
        two.start()
        room.wait_all_saved("the newer code")
        found = cost(upgrade.people, begun, time.monotonic())
    say(
        f"longest without any save {found.silent_s:.1f} s, longest from an answer to its "
        f"acknowledgement {found.longest_s:.1f} s, {found.saves} saved"
    )
    return broken


def hold(folder: Path) -> int:
    """The whole of it; 1 when something was lost or broken."""
    cluster = Cluster(durable=True)
    try:
        upgrade = Upgrade(folder, cluster.url(cluster.new_database()))
        try:
            broken = roll(upgrade)
            flush(upgrade.people)
            for person in upgrade.people:
                until_answered(person)
            whole = reckoning([*upgrade.people, *upgrade.late], upgrade.database)
        finally:
            for each in upgrade.servers:
                each.stop()
            upgrade.database.engine.dispose()
    finally:
        cluster.stop()
    for each in broken:
        say(f"broken: {each}")
    return 0 if whole and not broken else 1


if __name__ == "__main__":
    if binaries() is None:
        print(f"the rolling upgrade was not held: {MISSING}")
        sys.exit(0)
    with tempfile.TemporaryDirectory(prefix="learnapp-rolling-") as made:
        sys.exit(hold(Path(made)))
