"""Of several machines over one PostgreSQL one leads, another takes over, and one after another migrates."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.migrate import state, upgrade
from learnapp.db.operations.leadership import Leadership
from learnapp.db.operations.shared_key import is_the_key


def test_one_leads_and_another_takes_over_when_its_connection_is_lost(postgres_url):
    database = Database(make_engine(postgres_url))
    first, second = Leadership(database), Leadership(database)
    assert first.take() and not second.take()
    assert first.holds() and not second.holds() and not first.is_alone
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks "
                "WHERE locktype = 'advisory' AND database = "
                "(SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert not first.holds()
    assert second.take() and not first.take()
    second.give_up()
    assert first.take()
    first.give_up()
    database.engine.dispose()


def test_with_sqlite_there_is_one_machine(sqlite_url):
    alone = Leadership(Database(make_engine(sqlite_url)))
    assert alone.is_alone and alone.take() and alone.holds()
    alone.give_up()


def test_a_database_that_is_away_is_led_by_nobody():
    away = make_engine("postgresql+psycopg://nobody@localhost:1/nothing?connect_timeout=1")
    assert not Leadership(Database(away)).take()


def test_machines_that_migrate_at_once_follow_one_another(postgresql):
    url = postgresql.new_empty_url()
    engines = [make_engine(url) for _ in range(3)]
    with ThreadPoolExecutor(3) as machines:
        list(machines.map(upgrade, engines))
    assert {state(each) for each in engines} == {"current"}
    for each in engines:
        each.dispose()


def test_a_machine_with_another_key_is_noticed(database_url):
    database = Database(make_engine(database_url))
    assert is_the_key(database, b"5" * 64) and is_the_key(database, b"5" * 64)
    assert not is_the_key(database, b"6" * 64)
    database.engine.dispose()


def test_a_machine_that_vanishes_is_given_up_within_seconds_unless_the_address_says_otherwise():
    address = "postgresql+psycopg://nobody@db1/nothing"
    usual = make_engine(address).url.query
    assert (usual["connect_timeout"], usual["tcp_user_timeout"]) == ("10", "10000")
    idle, interval, count = (int(usual[f"keepalives_{n}"]) for n in ("idle", "interval", "count"))
    assert idle + interval * count <= 15
    assert make_engine(f"{address}?keepalives_idle=60").url.query["keepalives_idle"] == "60"
