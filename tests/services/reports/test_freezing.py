"""Reports are frozen at their cut-off: whatever is recorded later, and whenever the scheduler comes."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import text

from learnapp.db.core.caller import Caller
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.reports import documents, issues
from learnapp.db.reports.models import ReportIssue, UnitReport
from learnapp.domain.core.calendar import start_of
from learnapp.domain.reports.weekly import DEFAULT_CUT_OFFS, SETTLING, ChosenCutOff, ReportKind
from learnapp.jobs import reports
from learnapp.services.reports import freezing, weekly
from tests.services.progress.test_figures import World, _step
from tests.small_office import NOW, build

CUT_OFF = start_of(NOW.date() + timedelta(days=7)) + timedelta(hours=9)
MONDAY = CUT_OFF + SETTLING
WEEKLY = {ReportKind.WEEKLY: [ChosenCutOff(DEFAULT_CUT_OFFS[ReportKind.WEEKLY])]}


def _texts(session, world):
    """What every report of every unit says, by issue."""
    caller = Caller(session, world.admin, MONDAY + timedelta(days=30))
    return {
        (issue.id, unit): weekly.of_unit(caller, issue.id, unit).report.rows
        for issue in session.query(ReportIssue)
        for unit in world.units
    }


def _rows(session, issue):
    rows = session.query(UnitReport).filter_by(issue_id=issue.id)
    return {each.unit_id: each for each in rows}


def _parents_are_sums(session, world):
    for issue in session.query(ReportIssue):
        rows = {
            each.unit_id: each for each in session.query(UnitReport).filter_by(issue_id=issue.id)
        }
        assert set(world.units) <= set(rows)
        for unit_id, row in rows.items():
            below = [
                documents.to_facts(each.figures)
                for each in issues.below(session, issue.id, unit_id)
            ]
            assert sum(below, documents.to_facts(row.own)) == documents.to_facts(row.figures)


def test_reports_never_change_after_their_cut_off(office_url):
    database = Database(make_engine(office_url))
    rng = random.Random(5)
    with database.writing() as session:
        world = World(session)
    now, frozen_before = NOW, {}
    for number in range(18):
        now += timedelta(minutes=rng.randrange(600, 2400))
        with database.writing() as session:
            _step(session, rng, world, now, number)
        if number % 6 == 5:  # the scheduler comes late, by days
            reports.Freezing(database, lambda now=now: now).round()
            with database.reading() as session:
                found = _texts(session, world)
                assert {key: found[key] for key in frozen_before} == frozen_before
                frozen_before = found
    with database.reading() as session:
        _parents_are_sums(session, world)
        assert len({issue for issue, _ in frozen_before}) >= 4
        for issue in session.query(ReportIssue):
            again = freezing.frozen(
                session,
                freezing.IssueToFreeze(
                    *(issue.stage_id, issue.header["programme_id"]),
                    *(ReportKind(issue.kind), issue.cut_off),
                ),
            )
            stored = {
                each.unit_id: each.figures
                for each in session.query(UnitReport).filter_by(issue_id=issue.id)
            }
            assert {row["unit_id"]: _plain(row["figures"]) for row in again.rows} == stored
    database.engine.dispose()


def _plain(document):
    """The document as JSON gives it back."""
    exams = {key: list(each) for key, each in document["exams"].items()}
    return {**document, "exams": exams}


def test_a_round_that_was_broken_off_is_ended_by_the_next(office):
    session = office.session
    [wanted, *_] = freezing.due(session, MONDAY, WEEKLY)
    found = freezing.frozen(session, wanted)
    issue_id = freezing.store(session, MONDAY, found.issue)
    assert freezing.store(session, MONDAY, found.issue) == issue_id
    assert wanted in freezing.due(session, MONDAY, WEEKLY)
    for part in freezing.parts(found.rows):
        freezing.store_rows(session, issue_id, part)
        freezing.store_rows(session, issue_id, part)
    assert freezing.due(session, MONDAY, WEEKLY) == []


def test_a_report_waits_for_who_began_to_save_before_its_cut_off(office):
    assert [each.cut_off for each in freezing.due(office.session, MONDAY, WEEKLY)] == [CUT_OFF]
    early = freezing.due(office.session, MONDAY - timedelta(seconds=1), WEEKLY)
    assert CUT_OFF not in [each.cut_off for each in early]


def test_a_report_waits_for_a_transaction_that_is_not_over(postgresql):
    database = Database(make_engine(postgresql.new_office_url()))
    with database.writing() as session:
        build(session)
    job = reports.Freezing(database, lambda: MONDAY)
    with database.writing() as slow:
        slow.execute(text("UPDATE units SET name = name"))
        assert job.round() == 0
    assert job.round() == 1 and job.round() == 0
    database.engine.dispose()


def test_a_report_that_cannot_be_frozen_keeps_no_other_from_it(sqlite_url, monkeypatch):
    wanted = [freezing.IssueToFreeze(n, 1, ReportKind.WEEKLY, CUT_OFF) for n in (1, 2, 3)]
    frozen = []

    def find(_session, each):
        if each.stage_id == 1:
            raise RuntimeError("a broken stage")
        return None if each.stage_id == 2 else freezing.FrozenIssue({}, [])

    monkeypatch.setattr(freezing, "due", lambda *_: wanted)
    monkeypatch.setattr(freezing, "frozen", find)
    monkeypatch.setattr(freezing, "store", lambda *_: frozen.append(1) or 1)
    database = Database(make_engine(sqlite_url))
    assert reports.Freezing(database, lambda: MONDAY).round() == 1 == len(frozen)
    database.engine.dispose()
