"""What is due goes, all of it and nothing else, whenever a sweep is stopped or run again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError

from learnapp.db.accounts.models import SignIn
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, Mark, PaperQuestion
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import daily_limits, retention
from learnapp.db.operations.models import AuditEntry, DayUse, JobRun, RetentionPass
from learnapp.db.study.models import Completion
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.files.imports import ImportKind
from learnapp.domain.operations.bounds import Use
from learnapp.domain.operations.retention import SIX_MONTHS, RetentionRule
from learnapp.jobs.retention import Retention
from learnapp.services.accounts import sign_in
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found, NewFile
from learnapp.services.operations import retention as service
from tests.services.conftest import EARLY, ExamFixture
from tests.services.sweeps import (
    LONG_AFTER,
    SETTLED,
    answers,
    count,
    settle,
    sit,
    sweep,
)
from tests.small_office import NOW


def test_a_sweep_that_is_stopped_goes_on_and_one_that_runs_again_does_nothing(
    ground: ExamFixture, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(service, "PART", 2)
    attempts_made = [sit(ground)[1] for _ in range(3)]
    settle(ground)
    whole = count(ground, AnswerEventRow)
    given = {each: answers(ground, each) for each in attempts_made}
    some, rest = sweep(ground, SETTLED, most=3), sweep(ground, SETTLED)
    assert 0 < some <= 6
    assert some + rest == whole - sum(map(len, given.values())) + len(given)
    assert {each: answers(ground, each) for each in attempts_made} == given
    assert sweep(ground, SETTLED) == 0
    with ground.database.reading() as session:
        told = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "retention.removed")
        ).all()
        assert [each.detail["count"] for each in told] == [some + rest]
    assert sweep(ground, SETTLED - timedelta(days=3)) == 0  # a clock that was put back


def test_logs_go_after_six_months_and_what_staff_did_stays(ground: ExamFixture):
    officer, _ = sit(ground)
    with ground.database.writing() as session:
        for at in (NOW, SETTLED):
            sign_in.succeed(session, officer.own_id(), "手机", at)
            session.add(JobRun(job="close_window", period=f"{at}", done_at=at))
            daily_limits.spend(session, officer.own_id(), at, Use.CHECKS, 10)
            notify(session, at, officer.own_id(), "regraded", {})
        session.flush()
    routine = AuditEntry.action == "person.signed_in"
    other = count(ground, AuditEntry, AuditEntry.action == "person.added")
    assert count(ground, AuditEntry, routine) == 2
    sweep(ground, LONG_AFTER)
    assert count(ground, AuditEntry, routine) == 1 == count(ground, SignIn)
    assert count(ground, JobRun, JobRun.job == "close_window") == 1
    assert count(ground, AuditEntry, AuditEntry.action == "person.added") == other > 0
    assert count(ground, DayUse) == 0
    assert sweep(ground, NOW + timedelta(days=4000)) > other
    assert count(ground, AuditEntry, AuditEntry.action == "person.added") == 0
    assert count(ground, RetentionPass) == 0


def test_of_an_import_that_ended_the_staged_records_go(ground: ExamFixture):
    row = {"place": {}, "outcome": "ready", "reasons": [], "record": {}, "raw": "甲"}
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        new = NewFile("d" * 64, 9, "名册.xlsx", "xlsx")
        file = staged_imports.keep_file(caller, ground.unit_id, new)
        ended, waits = (
            staged_imports.stage(
                caller, ImportKind.ROSTER, file, Found([{**row, "decision": "take"}] * 3)
            )
            for _ in range(2)
        )
        staged_imports.cancel(caller, ended.public_id, ImportKind.ROSTER)
    sweep(ground, SETTLED)
    assert count(ground, ImportRow, ImportRow.job_id == ended.id) == 0
    assert count(ground, ImportRow, ImportRow.job_id == waits.id) == 3
    assert count(ground, ImportJob) == 2


def test_an_office_sets_its_terms_within_what_the_policy_allows(ground: ExamFixture):
    sit(ground)
    settle(ground)
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        with pytest.raises(RuleBroken, match="term_out_of_range"):
            service.choose(caller, RetentionRule.SIGN_INS, SIX_MONTHS - 1)
        service.choose(caller, RetentionRule.ANSWERS, 365)
        service.choose(caller, RetentionRule.ANSWERS, 300)
    assert sweep(ground, SETTLED) == 0
    with ground.database.reading() as session:
        due = {each.rule: each for each in service.due_rows(session, NOW + timedelta(days=301))}
    assert due[RetentionRule.ANSWERS].days == 300 and due[RetentionRule.ANSWERS].rows > 0
    assert sweep(ground, NOW + timedelta(days=301)) >= due[RetentionRule.ANSWERS].rows


def test_the_scheduler_works_at_night_and_catches_up_by_day(ground: ExamFixture):
    sit(ground)
    settle(ground)
    by_day, night = SETTLED.replace(hour=4), SETTLED.replace(hour=19)  # noon, three o'clock
    clock = [by_day]
    made = Retention(ground.database, lambda: clock[0])
    assert service_late(ground, by_day) > 90
    clock[0] = night - timedelta(hours=5)
    sweep(ground, clock[0])
    assert service_late(ground, clock[0]) == 0
    with ground.database.writing() as session:
        sign_in.succeed(session, 1, "手机", NOW)
    clock[0] += timedelta(days=SIX_MONTHS)
    assert made.round() > 0  # long overdue: at any hour
    with ground.database.writing() as session:
        sign_in.succeed(session, 1, "手机", NOW)
    clock[0] += timedelta(days=1)
    assert made.round() == 0
    clock[0] += timedelta(hours=5)
    assert made.round() > 0


def service_late(ground: ExamFixture, now) -> int:
    with ground.database.reading() as session:
        return service.days_late(session, now)


def test_the_database_lets_go_of_no_answer_and_of_nothing_that_is_not_due(ground: ExamFixture):
    _, attempt_id = sit(ground)
    given = answers(ground, attempt_id)
    last = [event_id for event_id, _ in given.values()]
    held = AnswerEventRow.event_id.in_(last)
    for table, where, before in (
        (AnswerEventRow, held, LONG_AFTER),  # old, but the answer
        (AnswerEventRow, ~held, EARLY),  # replaced, but not old
        (AuditEntry, AuditEntry.recorded_at >= NOW, NOW),
    ):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            ground.database.writing() as session,
            retention.allowed(session, table, before),
        ):
            session.execute(delete(table).where(where))
    with pytest.raises(DBAPIError, match="append-only"), ground.database.writing() as session:
        session.execute(delete(AnswerEventRow).where(~held))
    assert answers(ground, attempt_id) == given


@pytest.mark.parametrize("table", [Mark, Completion, Attempt, PaperQuestion])
def test_no_rule_reaches_a_table_of_facts(office, table):
    with (
        pytest.raises(ValueError, match="holds no traces"),
        retention.allowed(office.session, table, NOW),
    ):
        raise AssertionError
