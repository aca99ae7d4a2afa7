"""Queries per page do not grow with the number of people: counted with few and with many."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from learnapp.db.progress import counters
from tests.small_office import CAST, officers
from tests.web.on_sqlite import ON_SQLITE

pytestmark = ON_SQLITE

MANY = 40
_NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@contextmanager
def _statements(home) -> Iterator[list[str]]:
    asked: list[str] = []

    def count(_connection, _cursor, statement, *_about):
        if not statement.startswith(_NOT_QUERIES):
            asked.append(statement)

    engine = home.client.application.extensions["learnapp.database"].engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", count)


def _pages(home, attempt: str) -> list[str]:
    """Every page that a signed-in person can ask for: of things with number 1, of their attempt."""
    found = []
    for route in home.client.application.url_map.iter_rules():
        if "GET" in route.methods and route.endpoint not in ("static", "site.health"):
            values = {name: "1" for name in route.arguments} | {"public_id": attempt}
            known = {name: values[name] for name in route.arguments}
            found.append(route.build(known)[1])
    return sorted(found)


def _counts(home, attempt: str) -> dict[str, int]:
    found = {}
    for path in _pages(home, attempt):
        home.client.get(path)  # what is kept after a first time is kept
        with _statements(home) as asked:
            reply = home.client.get(path)
        assert reply.status_code < 500, path
        if reply.status_code == 200:
            found[path] = len(asked)
    return found


def _fill(home) -> None:
    with home.database.writing() as session:
        came = officers(session, home.unit_id, 300_000, MANY)
        counters.refresh(session, home.clock.now(), came)


@pytest.mark.parametrize("login", CAST)
def test_no_page_asks_more_for_many_people_than_for_few(home, login, record_property):
    home.enter(login)
    path = home.post(f"/windows/{home.window_id}/start").headers["Location"]
    attempt = path.rpartition("/")[2]
    few = _counts(home, attempt)
    assert path in few
    _fill(home)
    many = _counts(home, attempt)
    grown = {path: (few[path], many[path]) for path in few if many[path] > few[path]}
    assert not grown
    assert len(few) >= 6
    record_property("tried", f"{login}: {len(few)} pages, at most {max(many.values())} statements")
