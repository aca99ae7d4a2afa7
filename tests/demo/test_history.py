"""The demonstration loads once, agrees with its facts, and its history lies in order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.exams.attempt_models import Attempt, Mark
from learnapp.db.exams.models import ExamWindow
from learnapp.db.operations.models import AuditEntry
from learnapp.db.people.models import Absence, Membership, Person, Unit
from learnapp.db.progress import counters, fact_counts, tally_store, unit_figures
from learnapp.db.progress import figure_facts as figures
from learnapp.db.progress.unit_figures import UnitInReach
from learnapp.demo import history, load
from learnapp.domain.core.calendar import local_day, start_of, week_of
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.people.people import LoginKind
from learnapp.domain.progress.figures import DutyState
from learnapp.services.exams import exams
from learnapp.services.operations import demonstration, verify
from learnapp.services.people import people
from learnapp.services.study import owed

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)  # a Wednesday, noon in Shanghai


def _silent(_text: str) -> None:
    """Report to nobody."""


@pytest.fixture
def database(sqlite_url):
    """An empty database."""
    made = Database(make_engine(sqlite_url))
    yield made
    made.engine.dispose()


def test_nothing_is_loaded_where_anybody_is(database):
    with database.writing() as session:
        people.add_person(Caller(session, SYSTEM, NOW), "张三", [(LoginKind.BADGE, "100001")])
    assert load.load(database, NOW, "hash", _silent) == []
    with database.reading() as session:
        assert demonstration.logins(session) == []
        assert session.scalar(select(func.count()).select_from(Unit)) == 0


@pytest.mark.parametrize(
    ("now", "week_ahead"),
    [(NOW, False), (start_of(NOW.date() - timedelta(days=2)) + timedelta(minutes=5), True)],
    ids=["midweek", "just after Monday's midnight"],
)
def test_this_weeks_exam_is_open_now(now, week_ahead):
    days = load.Days(now, week_of(local_day(now))[0])
    opens, closes = days.window(4)
    assert days.monday == local_day(opens) and opens <= now < closes
    assert (opens == start_of(days.monday)) is week_ahead
    assert days.window(3)[1] < start_of(days.monday) <= now


def test_the_demonstration_loads_once_and_its_history_is_in_order(database):
    logins = load.load(database, NOW, "hash", _silent)
    assert [each.login_name for each in logins] == ["admin", "head", "marker", "officer"]
    assert load.load(database, NOW, "hash", _silent) == []
    with database.writing() as session:
        counters.refresh_stale(session, NOW)
        assert verify.differences(session, NOW) == []
        assert demonstration.logins(session) == logins
        _has_what_it_promises(session)
        _lies_in_order(session)
        _keeps_the_day_of_the_transfer(session)
        _leaves_the_officer_something(session, logins[-1].name)


def _has_what_it_promises(session):
    assert session.scalar(select(func.count()).select_from(Unit)) == 12
    assert 55 <= session.scalar(select(func.count()).select_from(Person)) <= 70
    stage = figures.stages_in_force(session)[-1]
    assert figures.calendar_of(session, stage).is_study_day(local_day(NOW))
    assert session.scalar(select(func.count()).select_from(Absence)) == len(history._AWAY)
    moved = select(Membership.person_id).where(Membership.supersedes_id.is_not(None))
    assert len(session.scalars(moved).all()) == 1
    assert session.scalar(select(func.count()).select_from(Mark)) > 1000
    units = tally_store.sums(session, stage.id, NOW).values()
    shares = [each.done / each.owed for each in units]
    assert min(shares) < max(shares) - 0.1  # the verdicts differ


def _keeps_the_day_of_the_transfer(session):
    """The first day in the new unit was followed when it came, as the facts have it."""
    day = session.scalars(select(func.max(Membership.valid_from))).one()
    stage, at = figures.stages_in_force(session)[-1], fact_counts.end_of_day(day)
    own = fact_counts.counts_from_facts(session, stage, at)
    for unit_id, counts in own.items():
        assert unit_figures.branches(session, stage, UnitInReach(unit_id), at)[0].counts == counts


def _lies_in_order(session):
    """Entries of the audit follow one another in time, and none is of the future."""
    times = session.scalars(select(AuditEntry.recorded_at).order_by(AuditEntry.id)).all()
    assert times == sorted(times)
    assert times[-1] <= NOW
    for window in session.scalars(select(ExamWindow)):
        assert window.opened_at == window.opens_at
        assert window.closed_at == (window.closes_at if window.closes_at <= NOW else None)
    states = set(session.scalars(select(Attempt.state)))
    assert states == {"submitted"}


def _leaves_the_officer_something(session, name):
    officer = session.scalars(select(Person.id).where(Person.name == name)).one()
    monday = week_of(local_day(NOW))[0]
    asked = [each.duty for each in owed.items_owed(session, officer, NOW)]
    past = [each.state for each in asked if each.duty.plan_day < monday]
    assert sum(state is DutyState.DONE for state in past) > 0.6 * len(past)
    ours = [each.state for each in asked if each.duty.plan_day >= monday]
    assert ours and not any(state is DutyState.DONE for state in ours)
    sittable = exams.sittable(session, officer, NOW)
    now_open = [each for each in sittable if each.window.opens_at <= NOW < each.window.closes_at]
    assert [(each.attempt, each.may_begin) for each in now_open] == [(None, True)]
