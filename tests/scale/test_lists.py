"""Pages and deeds cost the same statements at two sizes, and none looks through a table that grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, text

from learnapp.db.exams import roll as roll_queries
from learnapp.jobs import upkeep
from learnapp.services.accounts import sign_in
from learnapp.services.operations import retention
from tests.scale import jobs, walk
from tests.scale.office import OPEN, Grown, grow, statements
from tests.small_office import NOW

SMALL, LARGE = 300, 3_000
# Tables that grow with people, questions or years. `answers_to_mark` is read in order to a limit.
GROWING = {
    *("people", "login_names", "memberships", "credentials", "absences", "completions"),
    *("questions", "question_versions", "key_revisions", "version_events", "key_sights"),
    *("attempts", "paper_questions", "marks", "results", "answer_events", "mark_opinions"),
    *("standings", "audit_entries", "check_answers", "practice_answers"),
}


@pytest.fixture(scope="module")
def towns(sqlite, tmp_path_factory) -> Iterator[dict[int, Grown]]:
    """The office at two sizes, on SQLite, whose plans can be read."""
    made = {
        size: grow(sqlite.new_url(), tmp_path_factory.mktemp("home"), size, size, size // 5)
        for size in (SMALL, LARGE)
    }
    for each in made.values():
        each.prepare()
    yield made
    for each in made.values():
        each.close()


def pages(grown: Grown) -> dict[str, tuple[str, str]]:
    """Name -> who asks for which page."""
    bank = f"/banks/{grown.bank_id}"
    return {
        "room": ("admin", f"/rooms/{grown.window_id}"),
        "room, those absent": ("admin", f"/rooms/{grown.window_id}?standing=not_yet&page=2"),
        "bank": ("admin", bank),
        "bank, last page": ("admin", f"{bank}?page={len(grown.people) // 50}"),
        "bank, a type": ("admin", f"{bank}?type=single"),
        "search": ("admin", f"{bank}?q=社区矫正的期限"),
        "search of two signs": ("admin", f"{bank}?q=期限"),
        "search by initials": ("admin", f"{bank}?q=sqjz"),
        "banks": ("admin", "/banks"),
        "marking": ("marker", "/marking"),
        "results": ("admin", f"/rooms/{grown.window_id}/results"),
        "desk": ("admin", "/desk"),
        "jobs": ("admin", "/jobs"),
        "signals": ("admin", f"/rooms/{grown.window_id}/signals"),
        "desk of a marker": ("marker", "/desk"),
    }


def asked(grown: Grown, deed: Callable[[], object]) -> list[tuple[str, object]]:
    """The statements of a deed with their values, the second time."""
    found: list[tuple[str, object]] = []

    def heard(_connection, _cursor, statement, parameters, *_rest) -> None:
        found.append((statement, parameters))

    engines = [
        grown.database.engine,
        grown.client.application.extensions["learnapp.database"].engine,
    ]
    deed()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", heard)
    try:
        deed()
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", heard)
    return found


def scans(grown: Grown, made: list[tuple[str, object]]) -> set[str]:
    """The growing tables that these statements look through from one end to the other."""
    found = set()
    with grown.database.engine.connect() as connection:
        cursor = connection.connection.driver_connection.cursor()
        for statement, parameters in made:
            if not statement.lstrip().upper().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
                continue
            for *_, detail in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
                words = detail.split()
                if words[0] == "SCAN" and words[1].rstrip("_0123456789") in GROWING:
                    found.add(f"{detail}: {statement[-900:]}")
    return found


def of_page(grown: Grown, name: str) -> list[tuple[str, object]]:
    login, path = pages(grown)[name]
    grown.enter(login)

    def get() -> None:
        answer = grown.client.get(path)
        assert answer.status_code == 200
        assert "<main" in answer.text

    return asked(grown, get)


NAMES = (
    *("room", "room, those absent", "bank", "bank, last page", "bank, a type", "search"),
    *("search of two signs", "search by initials", "banks", "marking"),
    *("results", "desk", "desk of a marker", "jobs", "signals"),
)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_asks_as_much_of_a_large_office_as_of_a_small_one(towns, name):
    small, large = (of_page(towns[size], name) for size in (SMALL, LARGE))
    assert len(large) == len(small)
    assert scans(towns[LARGE], large) == set()


def test_a_start_asks_as_much_in_a_large_office_as_in_a_small_one(towns):
    found = {}
    for size, grown in towns.items():
        fresh = iter(grown.people[grown.sat :])
        found[size] = asked(grown, lambda grown=grown, fresh=fresh: grown.start(next(fresh)))
    assert len(found[LARGE]) == len(found[SMALL])
    assert scans(towns[LARGE], found[LARGE]) == set()


def test_a_completion_asks_as_much_in_a_large_office_as_in_a_small_one(towns):
    found = {}
    for size, grown in towns.items():
        readers = iter(grown.people)
        found[size] = asked(
            grown, lambda grown=grown, readers=readers: grown.complete(next(readers))
        )
    assert len(found[LARGE]) == len(found[SMALL])
    assert scans(towns[LARGE], found[LARGE]) == set()


@pytest.mark.parametrize("name", ["signals", "item statistics", "regrade, preview"])
def test_a_job_asks_nothing_for_each_attempt(towns, name):
    """As many statements for 60 attempts as for 600, where both are read in one step."""
    counts = []
    for grown in towns.values():
        ask = dict(jobs.asked(grown))[name]
        jobs.carried_out(grown, ask)  # what a first one keeps makes the second drop its rows
        counts.append(len(asked(grown, lambda grown=grown, ask=ask: jobs.carried_out(grown, ask))))
    assert counts[0] == counts[1]


def test_what_is_due_by_retention_is_found_by_index(towns):
    """The second part of each rule's rows, and the end of each rule."""
    grown = towns[LARGE]
    later = NOW + timedelta(days=500)
    with grown.database.writing() as session:
        for person_id in grown.people[:900]:
            sign_in.succeed(session, person_id, "手机", NOW)
    sweep = retention.Sweep()

    def step() -> None:
        with grown.database.reading() as session:
            found = sweep.next(session, later)
        if found is not None:
            with grown.database.writing() as session:
                retention.carry_out(session, later, found)

    made = []
    for _ in range(40):
        made += asked(grown, step)
    assert any("DELETE FROM sign_ins" in statement for statement, _ in made)
    assert scans(grown, made) == set()
    with grown.database.reading() as session:
        assert retention.left_today(session, later) == []


def test_the_room_counts_and_pages_all_who_are_asked(towns):
    grown = towns[LARGE]
    grown.enter("admin")
    first = grown.client.get(f"/rooms/{grown.window_id}").text
    assert f"已交卷 {grown.sat} 人" in first
    sat = grown.client.get(f"/rooms/{grown.window_id}?standing=sat&page=3").text
    names = [f"考生{number}" for number in range(100, 150)]
    assert all(name in sat for name in names)


def test_a_pool_is_made_with_little_under_the_write_lock(sqlite, tmp_path: Path):
    grown = grow(sqlite.new_url(), tmp_path, 5, SMALL, 1)
    with statements(grown.database) as heard:
        grown.prepare()
    begins = [place for place, each in enumerate(heard) if each.startswith("BEGIN IMMEDIATE")]
    under_the_lock = heard[begins[0] :] if begins else []
    assert begins, heard
    assert not [each for each in under_the_lock if "FROM question_versions LEFT" in each]
    grown.close()


def test_the_monitor_names_who_held_the_write_lock_longest(towns):
    monitor = towns[SMALL].database.monitor
    monitor.clear()
    with towns[SMALL].database.writing("first"):
        pass
    with towns[SMALL].database.writing("long") as session:
        session.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
                " SELECT count(*) FROM n"
            )
        )
    assert monitor.longest().name == "long"
    assert {each.name for each in monitor.by_name()} == {"first", "long"}
    with towns[SMALL].database.writing():
        pass
    assert any(
        each.name.endswith("test_the_monitor_names_who_held_the_write_lock_longest")
        for each in monitor.by_name()
    )


def test_statistics_are_renewed_once_a_week(towns):
    database = towns[SMALL].database
    assert upkeep.round_of(database, NOW)
    assert not upkeep.round_of(database, OPEN)
    with database.reading() as session:
        known = session.execute(text("SELECT count(*) FROM sqlite_stat1")).scalar_one()
    assert known > 0


def test_a_list_of_ids_is_one_parameter(towns):
    with towns[SMALL].database.reading() as session:
        keys = roll_queries.sort_keys(session, range(1, 70_001))
        assert set(towns[SMALL].people) <= keys.keys()


# Read in the order of its key, as far as the page goes.
IN_ORDER = {"/audit", "/audit/export"}
# Counts what there is to practise in each category of each bank: nothing of that is stored.
COUNTS_THE_BANK = {"/practice"}
# Counts the facts of a past week again, of at most 3,000 people.
COUNTS_FACTS = {"/programmes/<int:programme_id>/last-week"}


@pytest.mark.parametrize("login, least", [("admin", 50), ("officer", 10)])
def test_no_page_looks_through_a_table_that_grows(towns, login, least):
    grown, opened, found = towns[LARGE], 0, {}
    grown.enter(login)
    for rule, address in walk.pages(grown):
        replies = []
        heard = asked(grown, lambda at=address, got=replies: got.append(grown.client.get(at)))
        opened += replies[0].status_code == 200
        looked = scans(grown, heard)
        if looked:
            found[rule] = looked
    assert opened >= least
    assert {
        rule: found[rule] for rule in found.keys() - IN_ORDER - COUNTS_THE_BANK - COUNTS_FACTS
    } == {}
