"""What the databases know of their tables' sizes: renewed once a study week and after each import."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from learnapp.db.bank.models import Bank
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.operations import query_statistics
from learnapp.db.people.models import Person
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.jobs import upkeep
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from tests.services.conftest import ExamFixture, Office
from tests.small_office import NOW

# The first moment of the next study week: Monday in Beijing, still Sunday in UTC.
NEXT_WEEK = NOW.replace(day=29, hour=16)
_BELIEVED = {
    "sqlite": "SELECT max(CAST(stat AS INTEGER)) FROM sqlite_stat1 WHERE tbl = 'people'",
    "postgresql": "SELECT reltuples FROM pg_class WHERE relname = 'people'",
}


def believed(session: Session) -> int:
    """How many people the database believes there are when it plans a query."""
    return int(session.scalar(text(_BELIEVED[session.get_bind().dialect.name])) or 0)


def real(session: Session) -> int:
    """How many people there are."""
    return session.scalar(select(func.count()).select_from(Person)) or 0


def import_begun(ground: ExamFixture) -> str:
    """A question file that waits for somebody; its public id."""
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        file = staged_imports.keep_file(
            caller, ground.unit_id, NewFile("d" * 64, 9, "题.txt", "txt")
        )
        bank_id = session.scalars(select(Bank.id)).first()
        kind = ImportKind.QUESTIONS
        return staged_imports.new_job(caller, kind, file, JobState.STAGED, bank_id).public_id


def import_ended(ground: ExamFixture, public_id: str, now: datetime) -> None:
    """Give it up."""
    with ground.database.writing() as session:
        staged_imports.cancel(Caller(session, ground.admin, now), public_id, ImportKind.QUESTIONS)


def test_the_tables_are_looked_at_once_a_week_and_then_their_real_sizes_are_known(
    ground: ExamFixture,
):
    assert upkeep.round_of(ground.database, NOW)
    with ground.database.reading() as session:
        first = believed(session)
        assert first == real(session) > 0
    ground.officer()
    last = NEXT_WEEK - timedelta(seconds=1)
    assert not upkeep.round_of(ground.database, last)
    with ground.database.reading() as session:
        assert believed(session) == first == real(session) - 1
    assert upkeep.round_of(ground.database, NEXT_WEEK)
    with ground.database.reading() as session:
        assert believed(session) == first + 1


def test_an_import_makes_what_is_known_old_when_it_ends_and_not_when_it_begins(
    ground: ExamFixture,
):
    upkeep.round_of(ground.database, NOW)
    later = NOW + timedelta(minutes=5)
    public_id = import_begun(ground)
    assert not upkeep.round_of(ground.database, later)
    import_ended(ground, public_id, later)
    assert upkeep.round_of(ground.database, later)
    assert not upkeep.round_of(ground.database, later)


def test_of_two_processes_that_both_found_it_old_the_second_does_nothing(office: Office):
    assert query_statistics.is_old(office.session, NOW)
    assert query_statistics.renew(office.session, NOW)
    assert not query_statistics.renew(office.session, NOW)


def test_who_holds_the_write_lock_for_long_is_named_in_the_log_once(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(upkeep, "LONG_S", 0.0)
    caplog.set_level(logging.INFO, "learnapp.jobs")
    database = Database(make_engine(sqlite_url))
    with database.writing("a long deed") as session:
        session.execute(text("SELECT 1"))
    for _ in range(2):
        upkeep.round_of(database, NOW)
    database.engine.dispose()
    assert sum("a long deed held it for" in each.getMessage() for each in caplog.records) == 1
