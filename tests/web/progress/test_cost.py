"""Pages and jobs of progress cost the same with 300 people and with 3,000: statements are counted, and
none reads a large table from end to end."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import upgrade
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import end_of, local_day
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.jobs.tick import tick
from learnapp.services.operations import verify
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.determined import FixedClock, SeededRandomness
from tests.scale import town
from tests.scale.measure import Cost, watching
from tests.scale.place import Place
from tests.small_office import NOW

FEW, MANY = 300, 3_000
LARGE = "people|memberships|completions|standings|absences|login_names"
MOST = {
    "unit": 6,
    "home": 20,
    "requirements": 11,
    "people": 12,
    "item": 18,
    "completion": 14,
    "midnight": 30,
}


def _place(folder: Path, count: int) -> Place:
    """A town of which everybody is counted."""
    url = f"sqlite:///{folder / f'{count}.sqlite3'}"
    database = Database(make_engine(url))
    upgrade(database.engine)
    filled = town.build(database, count)
    database.engine.dispose()
    clock = FixedClock(NOW + timedelta(hours=1))
    app = create_app(Config(folder / f"home{count}", url), clock, SeededRandomness())
    place = Place(app.test_client(), clock, filled)
    done: int | None = 0
    while done is not None:
        with place.database.writing() as session:
            done = counters.catch_up(session, clock.now())
    place.enter()
    return place


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> list[Place]:
    folder = tmp_path_factory.mktemp("towns")
    return [_place(folder, count) for count in (FEW, MANY)]


def _page(place: Place, path: str) -> Cost:
    at = f"/progress/stages/{place.town.stage_id}/units/{place.town.top_id}"
    place.client.get(at + path)  # what is kept after a first time is kept
    with watching(place.database.engine) as cost:
        assert place.client.get(at + path).status_code == 200
    return cost


def _home(place: Place) -> Cost:
    place.client.get("/progress")
    with watching(place.database.engine) as cost:
        assert "谁还差什么" in place.client.get("/progress").text
    return cost


def _completion(place: Place) -> Cost:
    with watching(place.database.engine) as cost, place.database.writing() as session:
        caller = Caller(session, SYSTEM, place.clock.now())
        person, item = place.town.people[7], place.town.items[-1]
        assert completions.complete(caller, NewCompletion(person, item, Channel.PAPER, {}, "again"))
    return cost


def _midnight(place: Place) -> Cost:
    """A study week's end, when things fall due for everybody."""
    day = local_day(place.clock.now())
    late = end_of(day + timedelta(days=6 - day.weekday())) + timedelta(seconds=2)
    with watching(place.database.engine) as cost:
        tick(place.database, late, SeededRandomness())
    with place.database.reading() as session:
        assert verify.differences(session, late) == []
    return cost


DEEDS = {
    "unit": lambda place: _page(place, ""),
    "home": _home,
    "requirements": lambda place: _page(place, "/requirements"),
    "people": lambda place: _page(place, "/people?behind=1"),
    "item": lambda place: _page(place, f"/items/{place.town.items[30]}"),
    "completion": _completion,
    "midnight": _midnight,
}


@pytest.mark.parametrize("name", DEEDS)
def test_it_costs_the_same_with_ten_times_as_many_people(towns, name):
    few, many = (DEEDS[name](place) for place in towns)
    assert few.statements == many.statements <= MOST[name]


@pytest.mark.parametrize("path", ["", "/requirements"])
def test_a_page_reads_no_large_table_from_end_to_end(towns, path):
    place = towns[-1]
    asked = _page(place, path).asked
    with place.database.reading() as session:
        for statement in asked:
            raw = re.sub(r"\?", "1", statement)
            plan = session.connection().exec_driver_sql("EXPLAIN QUERY PLAN " + raw)
            scans = [row[3] for row in plan if re.match(rf"SCAN ({LARGE})\b(?!.*INDEX)", row[3])]
            assert not scans, (statement, scans)
        assert session.scalar(text("SELECT count(*) FROM people")) > MANY


def test_the_page_of_a_requirement_names_those_who_wait_page_by_page(towns):
    place = towns[0]
    item = place.town.items[30]
    at = f"/progress/stages/{place.town.stage_id}/units/{place.town.top_id}/items/{item}"
    pages = [place.client.get(f"{at}?page={number}").text for number in (1, 2, 3)]
    names = [re.findall(r"干警\d{7}", page) for page in pages]
    whole = [each for found in names for each in dict.fromkeys(found)]
    assert len(whole) == len(set(whole)) == FEW // 4  # three of four have met it
    assert [len(set(found)) for found in names] == [50, 25, 0]
