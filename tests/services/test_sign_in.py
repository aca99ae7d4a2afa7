"""A lockout hits the account that is attacked, never a whole unit behind one address."""

from __future__ import annotations

from datetime import UTC, datetime

from learnapp.db.engine import Database, make_engine
from learnapp.domain.people import LoginKind
from learnapp.domain.permissions import SYSTEM
from learnapp.services import people, sign_in

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_after_500_failures_on_one_account_200_others_behind_the_address_still_enter(database_url):
    database = Database(make_engine(database_url))
    with database.writing() as session:
        for n in range(201):
            people.add_person(session, SYSTEM, NOW, f"人{n}", [(LoginKind.BADGE, str(100000 + n))])
        for _ in range(500):
            sign_in.fail(session, "100000", "10.0.0.1", NOW)
    with database.reading() as session:
        assert sign_in.find(session, "100000", "10.0.0.1", NOW).locked
        assert sign_in.find(session, "100000", "10.0.0.2", NOW).locked  # 50 from anywhere
        others = [sign_in.find(session, str(100000 + n), "10.0.0.1", NOW) for n in range(1, 201)]
    assert not any(each.locked for each in others)
    database.engine.dispose()
