"""The demonstration loads into an empty database, once, and its figures agree with its facts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.models import Person, Unit
from learnapp.db.progress import counters, tally_store
from learnapp.db.progress import figure_facts as figures
from learnapp.demo import load
from learnapp.domain.core.calendar import local_day
from learnapp.services.operations import verify

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)  # a Saturday: declared a study day all the same


def test_the_demonstration_loads_once_and_agrees_with_its_facts(sqlite_url):
    database = Database(make_engine(sqlite_url))
    logins = load.load(database, NOW, "hash", lambda _text: None)
    assert {each.login_name for each in logins} == {"admin", "head", "marker", "officer"}
    assert load.load(database, NOW, "hash", lambda _text: None) == []
    with database.writing() as session:
        counters.refresh_stale(session, NOW)
        assert verify.differences(session, NOW) == []
        assert session.scalar(select(func.count()).select_from(Unit)) == 12
        assert 55 <= session.scalar(select(func.count()).select_from(Person)) <= 70
        stage = figures.stages_in_force(session)[-1]
        assert figures.calendar_of(session, stage).is_study_day(local_day(NOW))
        counts = sum(each.done for each in tally_store.sums(session, stage.id, NOW).values())
        assert counts > 300
        assert load.logins(session) == logins
    database.engine.dispose()
