"""What lists, pages and deeds cost at several sizes: `python -m tests.scale.lists 1000 10000`."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from learnapp.db.core.engine import make_engine
from learnapp.db.core.lock_monitor import LockHold
from learnapp.db.migrate import upgrade
from learnapp.services.exams import readiness
from tests.bench.databases import databases
from tests.scale.office import OPEN, Grown, grow, measured, statements

# What is asked at the largest size, in milliseconds on a quiet machine of two cores.
ASKED = {
    "pool": 50,
    "start": 8,
    "room": 60,
    "rooms": 60,
    "bank": 30,
    "bank, last page": 30,
    "search, words": 30,
    "search, rare": 30,
    "search, initials": 30,
    "marking": 30,
    "completion": 3,
}


def deeds(grown: Grown) -> Iterator[tuple[str, Callable[[], Any], int]]:
    """(name, what is done, how often), in the order in which they can be done."""
    yield "pool", grown.prepare, 1
    fresh = iter(grown.people[grown.sat :])
    with grown.database.reading() as session:
        readiness.before_start(session, OPEN, grown.window_id)
    yield "start", lambda: grown.start(next(fresh)), 7
    bank = f"/banks/{grown.bank_id}"
    pages = {
        "room": f"/rooms/{grown.window_id}",
        "rooms": "/rooms",
        "bank": bank,
        "bank, last page": f"{bank}?page={len(grown.people) // 50}",
        "search, words": f"{bank}?q=社区矫正的期限",
        "search, rare": f"{bank}?q=第{len(grown.people) // 2 + 1}题",
        "search, initials": f"{bank}?q=sqjzdqx",
        "marking": "/marking",
    }
    grown.enter("admin")
    for name, path in pages.items():
        if name == "marking":
            grown.enter("marker")
        yield name, lambda path=path: _page(grown, path), 5
    readers = iter(grown.people)
    yield "completion", lambda: grown.complete(next(readers)), 7


def _page(grown: Grown, path: str) -> None:
    answer = grown.client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)


def measure(grown: Grown) -> dict[str, tuple[float, float, int]]:
    """Per deed wall and CPU in milliseconds, and the statements of one."""
    found: dict[str, tuple[float, float, int]] = {}
    app = grown.client.application.extensions["learnapp.database"]
    for name, deed, times in deeds(grown):
        if times > 1:
            deed()
        with statements(grown.database, app) as asked:
            wall, cpu = measured(deed, times)
        found[name] = (wall, cpu, len(asked) // times)
    return found


def _held(grown: Grown) -> list[LockHold]:
    """Who held the write lock longest after the data was made, in both of the processes' roles."""
    app = grown.client.application.extensions["learnapp.database"]
    found = [*grown.database.monitor.by_name(), *app.monitor.by_name()]
    return sorted(found, key=lambda each: -each.seconds)[:6]


def main(sizes: list[int], only: str | None) -> None:
    """Print a table a database: each deed at each size, with what is asked."""
    for folder, url, _ in databases():
        if only not in (None, folder.name):
            continue
        print(url.partition(":")[0])
        rows: dict[str, list[str]] = {}
        for size in sizes:
            here = url if size == sizes[0] else beside(url, size)
            upgrade(make_engine(here))
            with tempfile.TemporaryDirectory() as home:
                began = time.perf_counter()
                grown = grow(here, Path(home), size, size, size // 5)
                print(f"  {size}: built in {time.perf_counter() - began:.0f} s", flush=True)
                for name, (wall, cpu, count) in measure(grown).items():
                    print(f"    {name:18} {wall:8.1f} {cpu:8.1f} {count:4d}", flush=True)
                    rows.setdefault(name, []).append(f"{wall:8.1f} {cpu:8.1f} {count:4d}")
                for held in _held(grown):
                    print(f"    write lock: {held.name:22} {1000 * held.seconds:8.1f} ms")
                grown.close()
        for name, cells in rows.items():
            print(f"  {name:18} {' |'.join(cells)}   asked {ASKED[name]}", flush=True)


def beside(url: str, size: int) -> str:
    """The address of a further database on the same server, or beside the same file."""
    if url.startswith("sqlite"):
        return f"{url}.{size}"
    from sqlalchemy import make_url, text

    name = f"lists_{size}"
    with make_engine(url).connect() as connection:
        free = connection.execution_options(isolation_level="AUTOCOMMIT")
        free.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    return make_url(url).set(database=name).render_as_string(hide_password=False)


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdigit()]
    names = [each for each in sys.argv[1:] if not each.isdigit()]
    main(numbers or [1_000, 10_000], names[0] if names else None)
