"""What it costs to bring a roster of 20,000 people in, and what a save waits meanwhile.

The roster is brought in by a process of its own, as the scheduler does it; beside it an officer saves
answers one after the other, without and with it. Prints CPU s of the process and p50 and p99 of a save in
ms: `python -m tests.bench.roster_beside 20000`.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import select

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.sealing import Seal
from learnapp.db.files.store import FileStore
from learnapp.db.migrate import upgrade
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.people.roster_difference import RosterScope
from learnapp.jobs import imports
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.services.people import roster, roster_entry
from tests.determined import FixedClock, SeededRandomness
from tests.scale.roster import workbook
from tests.small_office import NOW, PASSWORD, build

MOST_CPU_S, MOST_P99_MS, ALONE = 8.0, 100.0, 500
LATER = NOW + timedelta(hours=2)
SEAL = Seal(b"k" * 64)


def enter(url: str) -> float:
    """Bring in what waits; the CPU seconds that this process used for it."""
    database = Database(make_engine(url))
    begun = time.process_time()
    imports.enter_waiting(database, SEAL, LATER)
    used = time.process_time() - begun
    database.engine.dispose()
    return used


def _confirmed(database: Database, folder: Path, count: int) -> int:
    """A roster of so many new people, read and confirmed; the exam's window."""
    with database.writing() as session:
        staff, unit_id, window_id, _stage, _exam = build(session)
    files = FileStore(folder / "files")
    with database.writing() as session:
        actor = Actor(staff["admin"], grants_of(session, staff["admin"], local_day(LATER)))
        caller = Caller(session, actor, LATER)
        name = session.scalars(select(Unit.name).where(Unit.id == unit_id)).one()
        data = workbook(name, count)
        about = NewFile(files.put(data), len(data), "名册.xlsx", "xlsx")
        file = staged_imports.keep_file(caller, unit_id, about)
        public_id = roster.begin(caller, file, RosterScope.ADDITIONS).public_id
    imports.read_waiting(database, files, LATER)
    with database.writing() as session:
        roster_entry.confirm(Caller(session, actor, LATER), public_id, SEAL)
    return window_id


def _saver(client: FlaskClient, window_id: int) -> Callable[[], float]:
    """An officer at the exam's page: what saves once, and says how long that took."""
    token = _token(client, "/sign-in")
    form = {"login_name": "officer", "password": PASSWORD, "csrf_token": token}
    client.post("/sign-in", data=form)
    token = _token(client, "/me")
    path = client.post(f"/windows/{window_id}/start", data={"csrf_token": token}).location
    headers = {"X-CSRFToken": _token(client, path)}
    seq = 0

    def save() -> float:
        nonlocal seq
        seq += 1
        event = {"event_id": str(uuid.uuid4()), "seq": seq, "question": 1, "response": None}
        begun = time.perf_counter()
        body = {"events": [event | {"flagged": False}]}
        reply = client.post(f"{path}/answers", json=body, headers=headers)
        taken = time.perf_counter() - begun
        if not (reply.json or {}).get("acknowledged"):
            raise RuntimeError(f"not saved: {reply.status_code} {reply.text[:200]}")
        return taken

    return save


def _token(client: FlaskClient, path: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', client.get(path).text)
    if found is None:
        raise RuntimeError(f"no token on {path}")
    return found[1]


def _say(name: str, taken: list[float]) -> float:
    cuts = statistics.quantiles(taken, n=100)
    print(f"  a save {name:20} p50 {cuts[49] * 1000:6.2f} ms  p99 {cuts[98] * 1000:6.2f} ms")
    return cuts[98] * 1000


def main(count: int) -> None:
    """Print what it costs, and whether that is within what was asked."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        url = f"sqlite:///{folder / 'roster.sqlite3'}"
        database = Database(make_engine(url))
        upgrade(database.engine)
        window_id = _confirmed(database, folder, count)
        app = create_app(Config(folder / "home", url), FixedClock(LATER), SeededRandomness())
        save = _saver(app.test_client(), window_id)
        _say("alone", [save() for _ in range(ALONE)])
        program = [sys.executable, "-m", "tests.bench.roster_beside", "--enter", url]
        begun = time.perf_counter()
        beside, entering = [], subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
        while entering.poll() is None:
            beside.append(save())
        clock = time.perf_counter() - begun
        used = float((entering.stdout.read() if entering.stdout else "").strip() or "nan")
        p99 = _say("beside the roster", beside)
        print(f"  {count} people brought in: {used:.1f} CPU s (asked: {MOST_CPU_S}), {clock:.0f} s")
        print(f"  saves meanwhile: {len(beside)}, p99 {p99:.0f} ms (asked: {MOST_P99_MS:.0f})")
        database.engine.dispose()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--enter"]:
        print(enter(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
