"""`make scale`: each page and job at each size, on SQLite; ARGS=--postgresql for the other."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from learnapp.app import create_app
from learnapp.config import Config
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import upgrade
from tests import postgres
from tests.determined import FixedClock, SeededRandomness
from tests.scale import progress, publishing, roster, town
from tests.scale.measure import Cost
from tests.scale.place import Place
from tests.small_office import NOW

PARTS: tuple[Callable[[Place], dict[str, Cost]], ...] = (
    progress.measure,
    publishing.measure,
    progress.verified,
    roster.measure,
)


@contextmanager
def _database(on_postgresql: bool, folder: Path) -> Iterator[str]:
    if not on_postgresql:
        yield f"sqlite:///{folder / 'scale.sqlite3'}"
        return
    cluster = postgres.Cluster()
    try:
        yield cluster.url(cluster.new_database())
    finally:
        cluster.stop()


def _client(url: str, folder: Path, clock: FixedClock) -> FlaskClient:
    app = create_app(Config(folder / "home", url), clock, SeededRandomness())
    return app.test_client()


def _at(count: int, on_postgresql: bool) -> dict[str, Cost]:
    with tempfile.TemporaryDirectory() as made, _database(on_postgresql, Path(made)) as url:
        database = Database(make_engine(url))
        upgrade(database.engine)
        before = time.perf_counter()
        filled = town.build(database, count)
        print(f"{count:,} people built in {time.perf_counter() - before:.0f} s", flush=True)
        clock = FixedClock(NOW + timedelta(hours=1))
        place = Place(_client(url, Path(made), clock), clock, filled)
        found: dict[str, Cost] = {}
        for part in PARTS:
            found |= part(place)
        database.engine.dispose()
        place.database.engine.dispose()
    for name, cost in found.items():
        print(f"  {name:42} {cost}", flush=True)
    return found


def main() -> None:
    """Print each size, then how each figure grows from the smallest to the largest."""
    asked = argparse.ArgumentParser(prog="make scale")
    asked.add_argument("--people", default="1000,10000")
    asked.add_argument("--postgresql", action="store_true")
    given = asked.parse_args()
    sizes = [int(each) for each in given.people.split(",")]
    found = [_at(size, given.postgresql) for size in sizes]
    if len(sizes) > 1:
        print(f"growth of CPU, {sizes[-1] / sizes[0]:g} times as many people:")
        for name, last in found[-1].items():
            print(f"  {name:42} x {last.cpu_ms / max(found[0][name].cpu_ms, 0.1):.1f}")


if __name__ == "__main__":
    main()
