"""What is due goes, all of it and nothing else, whenever a sweep is stopped or run again."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DBAPIError

from learnapp.db.accounts.models import SignIn
from learnapp.db.bank.models import QuestionReport
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import AnswerEventRow, Attempt, PageFact, PaperQuestion
from learnapp.db.exams.attempts import answers_of, lock_sitting
from learnapp.db.exams.models import ExamWindow
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.db.notices.outbox import notify
from learnapp.db.operations import daily_limits, retention
from learnapp.db.operations.models import AuditEntry, DayUse, JobRun, RetentionPass
from learnapp.db.progress import counters
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.files.imports import ImportKind
from learnapp.domain.operations.bounds import Use
from learnapp.domain.operations.retention import SIX_MONTHS, Rule
from learnapp.jobs.retention import Retention
from learnapp.services.accounts import sign_in
from learnapp.services.exams import answer_traces, attempts, integrity
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found, NewFile
from learnapp.services.operations import retention as service
from learnapp.services.operations import verify
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

OVER = NOW + timedelta(hours=10)
SETTLED = NOW + timedelta(days=100)
LONG_AFTER = NOW + timedelta(days=200)


def sit(ground: ExamFixture) -> tuple[Actor, int]:
    """Somebody chooses, thinks again and hands in; each question of a closed type three times."""
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        caller = Caller(session, officer, EARLY)
        sitting = lock_sitting(session, public_id, officer.own_id())
        events = [
            AnswerEvent(str(uuid4()), 3 * number + again, number, {"options": [chosen]})
            for number, place in sitting.places.items()
            if place.option_ids
            for again, chosen in enumerate(
                (place.option_ids[0], place.option_ids[1], place.option_ids[0])
            )
        ]
        attempts.receive(caller, public_id, events)
        fact = {"fact_id": str(uuid4()), "kind": "left", "seconds": 9}
        integrity.store_page_facts(caller, public_id, [fact])
        attempts.submit(caller, public_id)
    return officer, sitting.id


def sweep(ground: ExamFixture, now, most: int = 10_000) -> int:
    """Remove what is due at an instant, in so many steps at most; how many rows went."""
    made, rows = service.Sweep(), 0
    for _ in range(most):
        with ground.database.reading() as session:
            step = made.next(session, now)
        if step is None:
            break
        with ground.database.writing() as session:
            rows += service.carry_out(session, now, step)
    return rows


def count(ground: ExamFixture, table, *where) -> int:
    with ground.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where))


def answers(ground: ExamFixture, attempt_id: int) -> dict:
    with ground.database.reading() as session:
        return {
            question: (event.event_id, event.response)
            for question, event in answers_of(session, attempt_id).items()
        }


def settle(ground: ExamFixture) -> None:
    """The window is closed, and its keys are shown."""
    while ground.work(OVER):
        pass


def events_of(attempt_id: int):
    return AnswerEventRow.attempt_id == attempt_id


def test_of_a_settled_window_the_replaced_answers_go_and_the_answers_stay(ground: ExamFixture):
    _, attempt_id = sit(ground)
    settle(ground)
    before, given = count(ground, AnswerEventRow), answers(ground, attempt_id)
    with ground.database.writing() as session:
        counters.refresh_stale(session, SETTLED)
        agreed = verify.differences(session, SETTLED)
    assert before == 3 * len(given)
    assert sweep(ground, OVER + timedelta(days=89)) == 0
    assert sweep(ground, SETTLED) == before - len(given) + 1  # and what the page noticed
    assert answers(ground, attempt_id) == given
    assert count(ground, AnswerEventRow) == len(given) and count(ground, PageFact) == 0
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, ground.window_id).condensed_at == SETTLED
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "retention.removed")
        ).one()
        assert (entry.detail["rule"], entry.detail["count"]) == ("answers", before - len(given) + 1)
    with ground.database.reading() as session:
        assert verify.differences(session, SETTLED) == agreed


def test_an_attempt_that_is_open_unmarked_or_contested_keeps_all_it_has(ground: ExamFixture):
    _, plain = sit(ground)
    _, reported = sit(ground)
    _, unmarked = sit(ground)
    officer, late = sit(ground)
    still_open = ground.officer()
    ground.start(still_open, EARLY)
    with ground.database.writing() as session:
        public_id = session.get_one(Attempt, late).public_id
        event = AnswerEvent(str(uuid4()), 900, 1, None)
        attempts.receive(Caller(session, officer, OVER), public_id, [event])
        row = session.get_one(Attempt, unmarked)
        row.results_from = 9  # its result belongs to a hand-in that was undone
        session.add(_report(session, reported, still_open.own_id()))
    settle(ground)
    held = {each: count(ground, AnswerEventRow, events_of(each)) for each in (reported, late)}
    sweep(ground, SETTLED)
    for each, number in held.items():
        assert count(ground, AnswerEventRow, events_of(each)) == number
    assert count(ground, AnswerEventRow, events_of(unmarked)) > len(answers(ground, unmarked))
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, ground.window_id).condensed_at is None
        shared = answer_traces.next_part(session, SETTLED - timedelta(days=90), None)
        assert shared is not None
    with ground.database.writing() as session:
        session.execute(delete(QuestionReport))
    sweep(ground, SETTLED + timedelta(days=1))
    for each in (plain, reported):
        assert count(ground, AnswerEventRow, events_of(each)) == len(answers(ground, each))
    assert count(ground, AnswerEventRow, events_of(late)) == held[late]


def _report(session, attempt_id: int, person_id: int) -> QuestionReport:
    version_id = session.scalars(
        select(PaperQuestion.version_id).where(PaperQuestion.attempt_id == attempt_id)
    ).first()
    return QuestionReport(
        version_id=version_id,
        person_id=person_id,
        attempt_id=attempt_id,
        question=1,
        text="答案不对",
        state="open",
        answer="",
        recorded_at=EARLY,
    )


def test_nothing_of_a_window_goes_before_its_keys_are_settled(ground: ExamFixture):
    _, attempt_id = sit(ground)
    before = count(ground, AnswerEventRow)
    assert sweep(ground, SETTLED) == 0  # the scheduler stood still: the window is not closed
    assert count(ground, AnswerEventRow, events_of(attempt_id)) == before


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


def test_what_changed_since_it_was_found_stays(ground: ExamFixture):
    _, attempt_id = sit(ground)
    settle(ground)
    before, somebody = SETTLED - timedelta(days=90), ground.officer()
    with ground.database.reading() as session:
        part = answer_traces.next_part(session, before, None)
    with ground.database.writing() as session:
        session.add(_report(session, attempt_id, somebody.own_id()))
    with ground.database.writing() as session:
        assert answer_traces.remove(session, SETTLED, before, part) == 0
        assert session.get_one(ExamWindow, ground.window_id).condensed_at is None


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
            service.choose(caller, Rule.SIGN_INS, SIX_MONTHS - 1)
        service.choose(caller, Rule.ANSWERS, 365)
        service.choose(caller, Rule.ANSWERS, 300)
    assert sweep(ground, SETTLED) == 0
    with ground.database.reading() as session:
        due = {each.rule: each for each in service.due_rows(session, NOW + timedelta(days=301))}
    assert due[Rule.ANSWERS].days == 300 and due[Rule.ANSWERS].rows > 0
    assert sweep(ground, NOW + timedelta(days=301)) >= due[Rule.ANSWERS].rows


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
