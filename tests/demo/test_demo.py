"""The demonstration loads into an empty database, once, and its figures agree with its facts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select

from learnapp.app import make_loader
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.people import login_names
from learnapp.db.people.models import Person, Unit
from learnapp.db.progress import counters, tally_store
from learnapp.db.progress import figure_facts as figures
from learnapp.db.study.models import Completion
from learnapp.demo import load
from learnapp.domain.core.calendar import local_day
from learnapp.domain.operations.demonstration import next_friday
from learnapp.services.operations import demonstration, verify

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
        assert demonstration.logins(session) == logins
    _until_friday_everybody_acts_but_who_signs_in(database)
    database.engine.dispose()


def _until_friday_everybody_acts_but_who_signs_in(database):
    heard: list[float] = []
    to = next_friday(NOW)
    make_loader().move(database, NOW, to, (lambda _text: None, heard.append))
    with database.reading() as session:
        sat = set(session.scalars(select(Attempt.person_id).where(Attempt.started_at > NOW)))
        read = session.scalars(select(Completion.occurred_at).where(Completion.occurred_at > NOW))
        assert len(found := read.all()) > 10 and max(found) <= to
        visitors = login_names.holders_of(session, ["admin", "head", "marker", "officer"])
        assert len(visitors) == 4 and not sat & visitors
        assert verify.differences(session, to) == []
    assert heard == sorted(heard)
