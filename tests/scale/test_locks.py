"""Nothing that writers wait for takes over 50 ms of CPU under the write lock, whatever is done."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.engine import Database, make_engine
from tests.determined import FixedClock, SeededRandomness
from tests.scale import locks, town
from tests.scale.office import grow
from tests.scale.place import Place
from tests.small_office import NOW

PEOPLE = int(os.environ.get("LEARNAPP_LOCK_PEOPLE", "1000"))  # `make scale` asks for more


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """As in the server: what is there when it has started is not gone through again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def test_no_service_and_no_job_of_a_town_holds_the_lock_for_long(sqlite, tmp_path: Path):
    url = sqlite.new_url()
    database = Database(make_engine(url))
    filled = town.build(database, PEOPLE)
    database.engine.dispose()
    clock = FixedClock(NOW + timedelta(hours=1))
    app = create_app(Config(tmp_path / "home", url), clock, SeededRandomness())
    place = Place(app.test_client(), clock, filled)
    held = locks.of_town(place)
    expected = {"publishing.publish", "part of a roster", "part of a roster staged", "transfer"}
    assert expected <= held.keys()
    assert {name: ms for name, ms in held.items() if ms > locks.MOST_MS} == {}
    place.database.engine.dispose()


def test_no_step_of_an_exam_holds_the_lock_for_long(sqlite, tmp_path: Path):
    grown = grow(sqlite.new_url(), tmp_path, PEOPLE, PEOPLE, PEOPLE * 4 // 5)
    held = locks.of_office(grown)
    assert any(name.startswith("job close_window") for name in held), held
    assert {name: ms for name, ms in held.items() if ms > locks.MOST_MS} == {}
    grown.close()
