"""The large demonstration fills an empty database, and its figures agree with its facts."""

from __future__ import annotations

from sqlalchemy import func, select

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.people.models import Membership, Unit
from learnapp.db.progress import counters, fact_counts, figure_facts, tally_store
from learnapp.db.study.models import Completion
from learnapp.demo import large
from learnapp.domain.progress.figures import Counts
from learnapp.services.operations import demonstration, verify
from tests.demo.test_demo import NOW

COUNT = 320


def test_a_large_town_is_loaded_once_counted_and_agrees_with_its_facts(sqlite_url):
    database = Database(make_engine(sqlite_url))
    logins = large.load(database, NOW, COUNT, "hash", lambda _text: None)
    assert [each.login_name for each in logins[-2:]] == ["top", "20000000"]
    assert large.load(database, NOW, COUNT, "hash", lambda _text: None) == []
    with database.reading() as session:
        assert demonstration.logins(session) == logins
        assert session.scalar(select(func.count()).select_from(Membership)) >= COUNT
        assert session.scalar(select(func.count()).where(Unit.name.like("第%"))) == 1 + 7
        read = session.scalar(select(func.count()).where(Completion.source == "demo"))
        assert read > 5 * COUNT
        assert not counters.anybody_waits(session, NOW)
        assert verify.differences(session, NOW) == []
        stage = figure_facts.stages_in_force(session)[-1]
        kept = {k: v for k, v in tally_store.sums(session, stage.id, NOW).items() if v != Counts()}
        facts = fact_counts.counts_from_facts(session, stage, figure_facts.Moment(NOW))
        assert facts == kept  # of so many people they are counted together
    database.engine.dispose()
