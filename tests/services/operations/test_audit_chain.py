"""The audit is sealed by itself, and whoever changes it in the database is found out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.core.origin import coming_from
from learnapp.db.operations import audit_blocks, audit_log
from learnapp.domain.core.permissions import SYSTEM
from learnapp.jobs.audit import Sealing
from learnapp.services.operations import audit_chain
from tests.small_office import NOW, build

LATER = NOW + timedelta(minutes=30)


@pytest.fixture
def database(office_url: str):
    """The small office, whose making left entries in the audit."""
    made = Database(make_engine(office_url))
    with made.writing() as session:
        build(session)
    yield made
    made.engine.dispose()


def _record(database: Database, code: str, detail: object = 1) -> None:
    with database.writing() as session, coming_from("10.0.0.7"):
        audit_log.record(Caller(session, SYSTEM, NOW), code, ("house", None), form=detail)


def _seal(database: Database, sealing: Sealing | None = None) -> int:
    sealing = sealing or Sealing(database, lambda: NOW)
    return sealing.round() + sealing.round()


def _faults(database: Database, **anchors: bytes) -> list[str]:
    with database.reading() as session:
        given = {int(name[1:]): value for name, value in anchors.items()}
        return audit_chain.prove(session, LATER, given).faults


def _tamper(database: Database, statement: str) -> None:
    """As somebody does who owns the database, past its guards."""
    tables = ("audit_entries", "audit_blocks")
    with database.engine.begin() as connection:
        if database.engine.dialect.name == "sqlite":
            for table in tables:
                for verb in ("update", "delete"):
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}"))
        else:
            for table in tables:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(statement))


def test_all_entries_are_sealed_in_order_and_proven(database, monkeypatch):
    monkeypatch.setattr(audit_chain, "PART", 4)
    sealing = Sealing(database, lambda: NOW)
    assert _seal(database, sealing) > 2
    _record(database, "bank.exported", {"甲": [1, 2.5, None]})
    assert _seal(database, sealing) == 1
    assert _seal(database, sealing) == 0
    assert _faults(database) == []
    with database.reading() as session:
        last = audit_blocks.last_block(session)
        newest = audit_blocks.entries_between(session, last.after_id, last.last_id)[-1]
        assert (newest.address, newest.result) == ("10.0.0.7", "done")
        assert audit_blocks.last_blocks_of_days(session, 3) == [last]


@pytest.mark.parametrize(
    "statement, found",
    [
        ("UPDATE audit_entries SET actor_id = 1 WHERE id = 2", "lasting entries"),
        ("DELETE FROM audit_entries WHERE id = 3", "lasting entries"),
        ("UPDATE audit_blocks SET lasting = lasting + 1 WHERE number = 1", "was changed"),
        ("DELETE FROM audit_blocks WHERE number = 1", "does not follow"),
    ],
)
def test_what_was_changed_past_the_guards_is_found(database, monkeypatch, statement, found):
    monkeypatch.setattr(audit_chain, "PART", 4)
    _seal(database)
    _tamper(database, statement)
    assert any(found in each for each in _faults(database))


def test_an_end_that_was_cut_off_is_found_by_an_anchor_kept_elsewhere(database):
    sealing = Sealing(database, lambda: NOW)
    _seal(database, sealing)
    _record(database, "bank.exported")
    _seal(database, sealing)
    with database.reading() as session:
        last = audit_blocks.last_block(session)
    anchors = {f"n{last.number}": last.sha256}
    assert _faults(database, **anchors) == []
    _tamper(database, f"DELETE FROM audit_blocks WHERE number = {last.number}")
    _tamper(database, f"DELETE FROM audit_entries WHERE id > {last.after_id}")
    assert _faults(database) == []
    assert _faults(database, **anchors) == [f"block {last.number}: of the anchor, is not there"]
    assert _faults(database, n1=b"\0" * 32) == ["block 1: not the block of the anchor"]


def test_entries_that_wait_too_long_for_their_seal_are_said(database):
    assert "are not sealed" in _faults(database)[0]


def test_an_entry_of_a_transaction_that_is_not_over_is_not_left_out(postgresql):
    database = Database(make_engine(postgresql.new_office_url()))
    sealing = Sealing(database, lambda: NOW)
    with database.writing() as slow:
        audit_log.record(Caller(slow, SYSTEM, NOW), "bank.exported", ("house", None), form="slow")
        _record(database, "bank.exported", "fast")
        assert _seal(database, sealing) == 0  # the slow one has the smaller id
    assert _seal(database, sealing) == 1
    assert _faults(database) == []
    with database.reading() as session:
        last = audit_blocks.last_block(session)
        entries = audit_blocks.entries_between(session, 0, last.last_id)
    assert [each.detail["form"] for each in entries[-2:]] == ["slow", "fast"]
    database.engine.dispose()


def test_on_postgresql_who_serves_can_add_to_the_audit_and_not_alter_it(postgresql):
    from sqlalchemy.exc import ProgrammingError

    from learnapp.db.operations import roles

    url = postgresql.new_office_url()
    owner = Database(make_engine(url))
    with owner.engine.begin() as connection:
        connection.execute(
            text(
                "DO $$ BEGIN CREATE ROLE serving LOGIN; EXCEPTION WHEN duplicate_object THEN END $$"
            )
        )
        for _ in range(2):
            roles.grant_serving(connection, "serving")
    serving = Database(make_engine(url.replace("learnapp@", "serving@")))
    _record(serving, "bank.exported")
    assert _seal(serving) == 1
    for table in roles.SEALED:
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}", f"DROP TABLE {table}"):
            with pytest.raises(ProgrammingError), serving.writing() as session:
                session.execute(text(statement))
    with serving.reading() as session:
        assert not roles.may_remove(session, "audit_entries")
    with owner.reading() as session:
        assert roles.may_remove(session, "audit_entries")
    serving.engine.dispose()
    owner.engine.dispose()


def test_an_entry_of_the_newest_transaction_is_not_left_out(postgresql):
    """One that took its number after the other, and its entry before it."""
    database = Database(make_engine(postgresql.new_office_url()))
    sealing = Sealing(database, lambda: NOW)
    _seal(database, sealing)
    with database.writing() as slow:
        with database.writing() as fast:
            fast.execute(text("SELECT pg_current_xact_id()"))
            caller = Caller(slow, SYSTEM, NOW)
            audit_log.record(caller, "bank.exported", ("house", None), form="slow")
            slow.flush()
            audit_log.record(Caller(fast, SYSTEM, NOW), "bank.exported", ("house", None))
        assert _seal(database, sealing) == 0
    assert _seal(database, sealing) == 1
    database.engine.dispose()
