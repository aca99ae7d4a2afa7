"""What a whole exam costs, from the sign-in page to the result: CPU of server and database, by request.

Thirty requests: the sign-in page, the sign-in, the week, the exam's start page, the start, the test
page, twenty saves, the pages between that redirects lead to, the hand-in and the result. One officer
after another, each request's CPU by the nanoseconds that the kernel counts for every thread.
"""

from __future__ import annotations

import statistics
import sys
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.models import ExamWindow
from learnapp.db.migrate import upgrade
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.exams import ExamKind
from learnapp.services.exams import blueprints, exams
from learnapp.services.study import programme_lines, programmes, publishing
from question_bank.blueprint import Cell
from question_bank.model import QuestionType
from tests.bench import places
from tests.bench.client import Client
from tests.bench.cpu import thread_seconds
from tests.bench.databases import databases
from tests.server import Server
from tests.small_office import NOW, PASSWORD, build
from tests.small_office import officers as more_officers

OFFICERS = 40
WARMING = 8  # whose exams are not counted
QUESTIONS_EACH = 4  # of each of the five types
T = TypeVar("T")


def prepare(url: str, officers: int) -> int:
    """The small office with a paper of twenty questions; its window's id."""
    database = Database(make_engine(url))
    upgrade(database.engine)
    with database.writing() as session:
        _people, unit_id, _window, _stage, _exam = build(session)
        more_officers(session, unit_id, 200_000, officers)
        window_id = _twenty(session)
    database.engine.dispose()
    return window_id


def _twenty(session: Session) -> int:
    admin = Caller(session, Actor(1, grants_of(session, 1, local_day(NOW))), NOW)
    cells = [
        Cell(n, str(kind), kind, None, None, QUESTIONS_EACH, 500)
        for n, kind in enumerate(QuestionType, 1)
    ]
    blueprint = blueprints.add_blueprint(admin, 1, "二十题", cells)
    opens = NOW + timedelta(hours=1)
    plan = exams.ExamPlan(
        "月考", ExamKind.MONTHLY, timedelta(minutes=20), opens, opens + timedelta(hours=9)
    )
    exam = exams.add_exam(admin, blueprint.id, plan)
    programmes.revise(admin, 1)
    programme_lines.require_exam(admin, 1, exam.id)
    publishing.publish(admin, 1)
    return session.query(ExamWindow.id).filter_by(exam_id=exam.id).one()[0]


class Meter:
    """Adds up, by the name of the request, what the processes used while it was answered."""

    def __init__(self, pids: tuple[int, ...]) -> None:
        self._pids = pids
        self.seconds: dict[str, list[float]] = defaultdict(list)

    def of(self, name: str, ask: Callable[[], T]) -> T:
        before = thread_seconds(*self._pids)
        answer = ask()
        self.seconds[name].append(thread_seconds(*self._pids) - before)
        return answer


def sit(port: int, window_id: int, login: str, meter: Meter) -> int:
    """One officer's whole exam; how many requests it was."""
    client = Client(port)
    meter.of("sign-in page", lambda: client.get("/sign-in"))
    at = meter.of("sign-in", lambda: client.post("/sign-in", login_name=login, password=PASSWORD))
    meter.of("week", lambda: client.get(at if at != "/" else "/week"))
    meter.of("start page", lambda: client.get(f"/windows/{window_id}"))
    path = meter.of("start", lambda: client.post(f"/windows/{window_id}/start"))
    questions = places.of_page(meter.of("test page", lambda: client.get(path)))
    for seq, (question, response) in enumerate(questions, 1):
        event = {
            "event_id": str(uuid.uuid4()), "seq": seq, "question": question,
            "response": response, "flagged": False,
        }  # fmt: skip
        name = "first save" if seq == 1 else "save"
        meter.of(name, lambda: client.send(f"{path}/answers", events=[event]))  # noqa: B023
    done = meter.of("hand-in", lambda: client.send(f"{path}/submit", events=[]))
    meter.of("result", lambda: client.get(done["result_url"]))
    return client.requests


def measure(
    url: str, folder: Path, database_pids: tuple[int, ...], officers: int
) -> dict[str, float]:
    """Milliseconds of CPU by request, medians times how often it comes in one exam."""
    window_id = prepare(url, officers)
    server = Server(folder, now=NOW + timedelta(hours=2), database_url=url, workers=1).start()
    try:
        assert server.program is not None
        pids = (server.program.process.pid, *database_pids)
        names = (f"{200000 + each}" for each in range(officers))
        return _rounds(server.port, window_id, names, pids)
    finally:
        server.stop()


def _rounds(
    port: int, window_id: int, names: Iterator[str], pids: tuple[int, ...]
) -> dict[str, float]:
    for _ in range(WARMING):
        requests = sit(port, window_id, next(names), Meter(pids))
    meter, count = Meter(pids), 0
    for name in names:
        sit(port, window_id, name, meter)
        count += 1
    print(f"  {requests} requests an exam, {count} exams")
    return {
        name: 1000 * statistics.median(costs) * len(costs) / count
        for name, costs in meter.seconds.items()
    }


def main(officers: int, only: str | None) -> None:
    """Print each database's table."""
    for folder, url, pids in databases():
        if only not in (None, folder.name):
            continue
        print(url.partition(":")[0])
        costs = measure(url, folder, pids, officers)
        for name, cost in costs.items():
            print(f"  {name:14} {cost:7.2f} ms")
        print(f"  {'in all':14} {sum(costs.values()):7.2f} ms")


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    words = [each for each in sys.argv[1:] if not each.isdigit()]
    main(numbers[0] if numbers else OFFICERS, words[0] if words else None)
