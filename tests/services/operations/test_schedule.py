"""Scheduled work is done once: run twice, by two at one instant, or after a week's standstill."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import ExamWindow
from learnapp.db.operations.models import AuditEntry, JobRun
from learnapp.domain.exams.exams import SubmittedBy, WindowState
from learnapp.services.exams import attempts, proctoring
from learnapp.services.operations import schedule
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

A_WEEK_LATER = NOW + timedelta(days=8)


def _audited(session, action: str) -> int:
    return session.scalar(select(func.count()).where(AuditEntry.action == action))


def test_nothing_is_done_before_its_time(ground: ExamFixture):
    ground.work(NOW)  # looks ahead at the exam that opens today
    assert ground.work(NOW) == 0
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, ground.window_id).state == WindowState.PLANNED


def test_a_window_opens_and_closes_at_its_time_and_once(ground: ExamFixture):
    with ground.database.reading() as session:
        window = session.get_one(ExamWindow, ground.window_id)
        opens_at, closes_at = window.opens_at, window.closes_at
    second = timedelta(seconds=1)
    for now, state in [
        (opens_at - second, WindowState.PLANNED),
        (opens_at, WindowState.OPEN),
        (closes_at - second, WindowState.OPEN),
        (closes_at, WindowState.CLOSED),
    ]:
        ground.work(now)
        assert ground.work(now) == 0
        with ground.database.reading() as session:
            assert session.get_one(ExamWindow, ground.window_id).state == state
    with ground.database.reading() as session:
        assert _audited(session, "window.opened") == _audited(session, "window.closed") == 1


def test_after_a_weeks_standstill_one_pass_opens_hands_in_and_closes(ground: ExamFixture):
    officers = [ground.officer() for _ in range(3)]
    for officer in officers:
        ground.start(officer, EARLY)
    assert ground.work(A_WEEK_LATER) >= 5
    assert ground.work(A_WEEK_LATER) == 0
    with ground.database.reading() as session:
        window = session.get_one(ExamWindow, ground.window_id)
        assert (window.state, window.opened_at, window.closed_at) == (
            WindowState.CLOSED,
            A_WEEK_LATER,
            A_WEEK_LATER,
        )
        handed_in = session.execute(select(Attempt.submitted_at, Attempt.submitted_by)).all()
        assert handed_in == [(EARLY + timedelta(minutes=20), SubmittedBy.CLOCK)] * 3
        assert _audited(session, "attempt.submitted") == 3


@pytest.mark.parametrize("from_page", [False, True])
def test_the_clock_hands_in_after_the_grace_and_not_within_it(ground: ExamFixture, from_page: bool):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    deadline = EARLY + timedelta(minutes=20)
    for seconds, handed_in in ((0, False), (1, False), (30, False), (31, True)):
        now = deadline + timedelta(seconds=seconds)
        if from_page:
            with ground.database.writing() as session:
                attempts.submit_if_ran_out(session, now, public_id, officer.person_id)
        else:
            ground.work(now)
        with ground.database.reading() as session:
            submitted_at = session.scalar(select(Attempt.submitted_at))
        assert submitted_at == (deadline if handed_in else None)


@pytest.mark.parametrize(("seconds", "by"), [(1, "person"), (30, "person"), (31, "clock")])
def test_a_submit_within_the_grace_is_the_persons_own(ground: ExamFixture, seconds: int, by: str):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    deadline = EARLY + timedelta(minutes=20)
    now = deadline + timedelta(seconds=seconds)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, now), public_id)
    with ground.database.reading() as session:
        found = session.execute(select(Attempt.submitted_by, Attempt.submitted_at)).one()
    assert found == (by, now if by == "person" else deadline)


def test_time_that_was_added_meanwhile_bars_nothing(ground: ExamFixture):
    """A list of work made before an allowance: the submit steps back and comes round later."""
    public_id = ground.start(ground.officer(), EARLY)
    over = EARLY + timedelta(minutes=21)
    with ground.database.reading() as session:
        found = [each for each in schedule.due(session, over) if each.job == "submit_attempt"]
    with ground.database.writing() as session:
        proctoring.allow(Caller(session, ground.admin, over), public_id, 600, "停电")
    with ground.database.writing() as session:
        assert not schedule.carry_out(session, over, found[0], "5eed")
    ground.work(over + timedelta(minutes=10))
    with ground.database.reading() as session:
        assert session.scalar(select(Attempt.submitted_at)) == EARLY + timedelta(minutes=30)


def test_two_schedulers_at_one_instant_do_each_piece_once(ground: ExamFixture, record_property):
    for _ in range(10):
        ground.start(ground.officer(), EARLY)
    with ground.database.reading() as session:
        work = schedule.due(session, A_WEEK_LATER)
    gate = threading.Barrier(2)

    def run(_: int) -> list[bool]:
        done = []
        for each in work:
            gate.wait()
            with ground.database.writing() as session:
                done.append(schedule.carry_out(session, A_WEEK_LATER, each, "5eed"))
        return done

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(run, range(2))
    assert all(first != second for first, second in zip(one, two, strict=True))
    with ground.database.reading() as session:
        assert _audited(session, "attempt.submitted") == 10
        assert session.scalar(select(func.count()).select_from(JobRun)) == len(work)
    record_property("tried", f"two schedulers at one instant: {len(work)} pieces, each done once")
