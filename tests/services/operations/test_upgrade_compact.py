"""An older database gets compact rows without losing one, on each backend, and can go back."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from learnapp.db import migrate
from learnapp.db.bank.models import BankQuestion, KeyRevision
from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import AnswerEventRow, Mark, PageFact, PaperQuestion, Result
from learnapp.db.exams.attempts import lock_sitting
from learnapp.db.practice.models import NotebookCard, PracticeAnswer
from learnapp.db.study.models import CheckAnswer, Portion, ReadingPlace
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.services.exams import attempt_start, attempts, integrity
from tests.small_office import NOW, build

BEFORE = "0025"
EARLY = NOW + timedelta(hours=2)
ODD = NOW + timedelta(seconds=7, microseconds=80_001)
KEPT = (
    *(AnswerEventRow, PageFact, PaperQuestion, Mark, Result),
    *(NotebookCard, ReadingPlace, CheckAnswer, PracticeAnswer),
)


def _move(engine, how, revision: str) -> None:
    config = migrate._config()
    with engine.connect() as plain:
        connection = plain.execution_options(writing=True)
        config.attributes["connection"] = connection
        how(config, revision)
        connection.commit()


def _rows(database: Database) -> dict[str, list[tuple]]:
    with database.reading() as session:
        return {
            each.__tablename__: sorted(
                map(repr, session.execute(select(*each.__table__.columns)).all())
            )
            for each in KEPT
        }


def _sit(database: Database) -> int:
    """An attempt with answers, and a fact that a page noticed; its id."""
    with database.writing() as session:
        staff, _, window_id, *_ = build(session)
        person = Actor(staff["officer"])
        caller = Caller(session, person, EARLY)
        public_id = attempt_start.start(caller, window_id, "5eed").public_id
        sitting = lock_sitting(session, public_id, person.own_id())
        events = [
            AnswerEvent(str(uuid4()), n, n, {"options": [place.option_ids[0]]})
            for n, place in sitting.places.items()
            if place.option_ids
        ]
        attempts.receive(caller, public_id, events)
        fact = {"fact_id": str(uuid4()), "kind": "left", "seconds": 9}
        integrity.store_page_facts(caller, public_id, [fact])
        attempts.submit(caller, public_id)
        _study(session, person.own_id())
        return sitting.id


def _study(session, person_id: int) -> None:
    """A place in a text, an answer to a check, one in practice and its card."""
    portion_id = session.scalars(select(Portion.id)).first()
    key = session.scalars(select(KeyRevision)).first()
    question_id = session.scalars(select(BankQuestion.id)).first()
    who = {"person_id": person_id}
    session.add_all(
        [
            ReadingPlace(
                **who, portion_id=portion_id, section=1, furthest=1, opened_at=NOW, updated_at=ODD
            ),
            CheckAnswer(
                **who,
                portion_id=portion_id,
                key_revision_id=key.id,
                response={"options": ["a"]},
                right=True,
                recorded_at=ODD,
            ),
            PracticeAnswer(
                **who,
                event_id=str(uuid4()),
                question_id=question_id,
                version_id=key.version_id,
                key_revision_id=key.id,
                response=None,
                recall="known",
                recorded_at=ODD,
            ),
            NotebookCard(
                **who,
                question_id=question_id,
                stability=1.5,
                difficulty=2.5,
                recall="known",
                reviewed_at=NOW,
                due_at=ODD,
            ),
        ]
    )


def test_an_upgrade_loses_no_row_and_keeps_every_guard(database_url):
    engine = make_engine(database_url)
    database = Database(engine)
    attempt_id = _sit(database)
    whole = _rows(database)
    assert all(whole.values())
    _move(engine, command.downgrade, BEFORE)
    with database.writing() as session:
        # What a page of old could send as an id.
        session.execute(
            text(
                "INSERT INTO page_facts (attempt_id, fact_id, kind, seconds, recorded_at)"
                " VALUES (:a, 'no uuid', 'left', 1, '2026-11-23 00:00:00.000000')"
            ),
            {"a": attempt_id},
        )
        found = session.scalar(text("SELECT length(min(event_id)) FROM answer_events"))
        assert found == 36
    migrate.upgrade(engine)
    odd = UUID(hashlib.md5(b"no uuid", usedforsecurity=False).hexdigest())
    now = _rows(database)
    assert {n: rows for n, rows in now.items() if n != "page_facts"} == {
        n: rows for n, rows in whole.items() if n != "page_facts"
    }
    assert [row for row in now["page_facts"] if row not in whole["page_facts"]] == [
        row for row in now["page_facts"] if str(odd) in row
    ]
    assert len(now["page_facts"]) == len(whole["page_facts"]) + 1
    for table in ("answer_events", "marks", "paper_questions", "results", "page_facts"):
        for verb in (f"DELETE FROM {table}", f"UPDATE {table} SET attempt_id = attempt_id"):
            with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
                session.execute(text(verb))
    engine.dispose()


def test_on_sqlite_tables_that_are_read_by_key_lie_in_its_order(sqlite_url):
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        found = connection.scalars(
            text(
                "SELECT name FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"
                " AND name NOT LIKE 'question_search%'"
            )
        ).all()
    assert set(found) == {
        *("answer_events", "admissions", "page_facts", "paper_questions", "marks", "results"),
        *("reading_places", "notebook_cards", "day_uses"),
        *("favourites", "own_notes", "unit_reports", "rework_done", "rework_duties"),
    }
    engine.dispose()
