"""The database itself refuses to change a fact, and stands at what the rows in code say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Membership
from learnapp.db.schema import APPEND_ONLY, in_models, metadata
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.people.people import LoginKind
from learnapp.services.operations import installation
from learnapp.services.people import people

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_the_migrated_schema_is_what_the_rows_say(database_url):
    engine = make_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": in_models}
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


@pytest.mark.parametrize("verb", ["UPDATE grants SET role = 'x'", "DELETE FROM audit_entries"])
def test_a_fact_can_be_neither_changed_nor_removed(database_url, verb):
    database = Database(make_engine(database_url))
    with database.writing() as session:
        installation.create_admin(session, NOW, "政法委", "管理员", "admin")
    with pytest.raises(DBAPIError, match="append-only"), database.writing() as session:
        session.execute(text(verb))
    database.engine.dispose()


def test_every_fact_table_has_its_guard(sqlite_url):
    engine = make_engine(sqlite_url)
    with engine.connect() as connection:
        found = {
            row[0]
            for row in connection.execute(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            )
        }
    guards = {f"{t}_no_{verb}" for t in APPEND_ONLY for verb in ("update", "delete")}
    assert found == guards | {"memberships_one_counts", "grants_separated"}
    engine.dispose()


def _membership(person_id, line_id, first, end, supersedes_id=None):
    return Membership(
        person_id=person_id,
        unit_id=1,
        line_id=line_id,
        basis="staff",
        category="police",
        counts=True,
        valid_from=first,
        valid_to=end,
        recorded_at=NOW,
        supersedes_id=supersedes_id,
    )


def test_the_database_refuses_a_second_counting_membership_on_a_day(database_url):
    database = Database(make_engine(database_url))
    first, then, last = date(2026, 1, 1), date(2026, 3, 1), date(2026, 6, 1)
    with database.writing() as session:
        installation.create_admin(session, NOW, "政法委", "管理员", "admin")
        line_id = default_line(session).id
        other = people.add_line(session, "tiao", "条", None, False).id
        names = [(LoginKind.BADGE, "200001")]
        person_id = people.add_person(Caller(session, SYSTEM, NOW), "干警", names).id
        held = _membership(person_id, line_id, first, last)
        session.add_all([held, _membership(person_id, other, first, None)])
        session.flush()
        session.add(_membership(person_id, line_id, first, then, supersedes_id=held.id))
        session.flush()
        session.add(_membership(person_id, line_id, then, None))
    for begin, end in [(first, None), (date(2026, 2, 28), then), (last, None)]:
        with pytest.raises(DBAPIError, match="two memberships"), database.writing() as session:
            session.add(_membership(person_id, line_id, begin, end))
            session.flush()
    database.engine.dispose()
