"""Staff mistakes have a way back: windows corrected and cancelled, time taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.core.caller import Caller
from learnapp.db.exams.models import Exam, WindowCorrection
from learnapp.db.operations.models import JobRun
from learnapp.db.progress import counters
from learnapp.db.progress.figure_facts import duties_in_force, duties_of, stages_in_force
from learnapp.db.study.models import Item
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.exams import WindowKind, WindowTimes
from learnapp.domain.exams.roll import RollState
from learnapp.services.exams import (
    attempt_start,
    exams,
    monitoring,
    window_corrections,
)
from learnapp.services.operations import verify
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import CLOSES, OPENS, correct, deadline, deed, due, window
from tests.small_office import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LATE = CLOSES - 5 * MINUTE  # an attempt that begins now is cut short by the close


def test_a_window_that_has_not_opened_moves_freely_but_not_into_the_past(ground: ExamFixture):
    ground.work(OPENS - MINUTE)  # its pool is made, and it was checked
    assert correct(ground, OPENS - MINUTE, OPENS + 2 * HOUR, CLOSES + 2 * HOUR)
    assert not correct(ground, OPENS - MINUTE, OPENS + 2 * HOUR, CLOSES + 2 * HOUR)
    with ground.database.reading() as session:
        assert window(session, ground).pool_id is None
        assert session.scalar(select(func.count(WindowCorrection.id))) == 1
        jobs = set(
            session.scalars(select(JobRun.job).where(JobRun.period == str(ground.window_id)))
        )
        assert not jobs & {"prepare_window", "open_window"}
    ground.work(OPENS + MINUTE)
    with ground.database.reading() as session:
        assert window(session, ground).state == "planned"
    ground.work(OPENS + 2 * HOUR)
    with ground.database.reading() as session:
        assert window(session, ground).state == "open" and window(session, ground).pool_id
    for opens, closes, code in (
        (EARLY - DAY, CLOSES, "window_in_the_past"),
        (CLOSES, OPENS, "dates_out_of_order"),
    ):
        with pytest.raises(RuleBroken) as refused:
            correct(ground, OPENS - MINUTE, opens, closes)
        assert refused.value.code == code
    with pytest.raises(RuleBroken) as unsaid:
        correct(ground, OPENS - MINUTE, reason=" ")
    assert unsaid.value.code == "reason_needed"


def test_a_later_close_gives_back_what_the_old_one_cut_short(ground: ExamFixture):
    whole, cut = ground.officer(), ground.officer()
    ground.start(whole, EARLY)
    ground.start(cut, LATE)
    assert deadline(ground, cut) == CLOSES
    correct(ground, LATE, closes=CLOSES + 10 * MINUTE)
    assert deadline(ground, cut) == CLOSES + 10 * MINUTE
    correct(ground, LATE, closes=CLOSES + HOUR)
    assert deadline(ground, cut) == LATE + 20 * MINUTE  # its whole duration and no more
    correct(ground, LATE, closes=CLOSES + 2 * HOUR)
    assert deadline(ground, cut) == LATE + 20 * MINUTE
    assert deadline(ground, whole) == EARLY + 20 * MINUTE


def test_an_earlier_close_takes_no_time_from_whoever_answers_or_could_start(ground: ExamFixture):
    officer = ground.officer()
    ground.start(officer, EARLY)
    with pytest.raises(RuleBroken) as early:
        correct(ground, EARLY, closes=EARLY + 19 * MINUTE)
    assert (
        early.value.code == "close_too_early" and early.value.params["least"] == EARLY + 20 * MINUTE
    )
    with pytest.raises(RuleBroken) as opened:
        correct(ground, EARLY, opens=OPENS + MINUTE)
    assert opened.value.code == "window_opened"
    assert correct(ground, EARLY, closes=EARLY + 20 * MINUTE)
    assert deadline(ground, officer) == EARLY + 20 * MINUTE


def test_a_window_that_is_over_opens_again_only_while_its_keys_are_kept(ground: ExamFixture):
    ground.work(CLOSES)
    with ground.database.reading() as session:
        assert window(session, ground).state == "closed"
    assert correct(ground, CLOSES + timedelta(seconds=5), closes=CLOSES + HOUR)
    with ground.database.reading() as session:
        assert window(session, ground).state == "open"
    ground.start(ground.officer(), CLOSES + MINUTE)
    ground.work(CLOSES + HOUR)
    ground.work(CLOSES + 2 * HOUR)
    with ground.database.reading() as session:
        assert window(session, ground).state == "closed" and window(session, ground).keys_shown_at
    with pytest.raises(Conflict) as out:
        correct(ground, CLOSES + 2 * HOUR, closes=CLOSES + 3 * HOUR)
    assert out.value.code == "keys_are_out"


def test_the_due_time_follows_the_close_until_it_is_due_and_past_reports_do_not(
    ground: ExamFixture,
):
    with ground.database.writing() as session:
        counters.refresh(session, EARLY)
    assert due(ground) == CLOSES
    correct(ground, EARLY, closes=CLOSES + DAY)
    assert due(ground) == CLOSES + DAY
    with ground.database.writing() as session:
        counters.refresh_stale(session, EARLY + MINUTE)
        assert verify.differences(session, EARLY + MINUTE) == []
        before = stages_in_force(session, EARLY - MINUTE)
        stage = before[0].id
        old = {d.due_at for d in duties_of(session, [stage], EARLY - MINUTE)[stage]}
        assert CLOSES in old and CLOSES + DAY not in old
    over = CLOSES + DAY + timedelta(seconds=1)
    correct(ground, over, closes=CLOSES + 2 * DAY)
    assert due(ground) == CLOSES + DAY  # it was due, and is late


def test_a_cancelled_window_is_started_by_nobody_owed_by_nobody_and_can_be_restored(
    ground: ExamFixture,
):
    officer, before = ground.officer(), OPENS - MINUTE
    with ground.database.writing() as session:
        counters.refresh(session, NOW)
    assert deed(ground, window_corrections.cancel, before, ground.window_id, "停电改期")
    assert not deed(ground, window_corrections.cancel, before, ground.window_id, "停电改期")
    assert due(ground) is None
    with pytest.raises(Conflict) as cancelled:
        ground.start(officer, EARLY)
    assert cancelled.value.code == "window_cancelled"
    with ground.database.writing() as session:
        counters.refresh_stale(session, before + MINUTE)
        assert verify.differences(session, before + MINUTE) == []
        room = monitoring.room(Caller(session, ground.admin, EARLY), ground.window_id)
        assert (room.totals.expected, room.totals.absent, room.people) == (0, 0, [])
        missed = exams.cancelled_for(session, officer.own_id(), EARLY)
        assert [window.id for _, window in missed] == [ground.window_id]
    assert deed(ground, window_corrections.restore, before, ground.window_id, "来电了")
    assert due(ground) == CLOSES and ground.start(officer, EARLY)
    with pytest.raises(Conflict) as held:
        deed(ground, window_corrections.cancel, EARLY, ground.window_id, "停电")
    assert held.value.code == "window_has_attempts"


def test_a_cancellation_stands_once_the_window_would_have_opened(ground: ExamFixture):
    deed(ground, window_corrections.cancel, EARLY, ground.window_id, "停电")
    ground.work(CLOSES + DAY)
    with ground.database.reading() as session:
        assert window(session, ground).state == "cancelled"
        assert window(session, ground).keys_shown_at is None
    with pytest.raises(Conflict) as late:
        deed(ground, window_corrections.restore, EARLY, ground.window_id, "来电了")
    assert late.value.code == "restored_too_late"


def test_what_is_due_with_a_cancelled_batch_is_due_with_the_next(ground: ExamFixture):
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        other = exams.add_window(
            Caller(session, ground.admin, NOW), exam, WindowKind.MAIN, OPENS + DAY, CLOSES + DAY
        ).id
    deed(ground, window_corrections.cancel, NOW, ground.window_id, "停电")
    assert due(ground) == CLOSES + DAY
    deed(
        ground,
        window_corrections.correct,
        NOW,
        other,
        WindowTimes(OPENS + DAY, CLOSES + DAY + HOUR),
        "延长",
    )
    assert due(ground) == CLOSES + DAY + HOUR
    deed(ground, window_corrections.restore, NOW, ground.window_id, "来电了")
    assert due(ground) == CLOSES


def test_a_window_kept_for_a_roll_of_absent_people_counts_them_again_when_it_opens_again(
    ground: ExamFixture,
):
    officer = ground.officer()
    over = CLOSES + timedelta(seconds=5)
    ground.work(over)

    def state(now):
        with ground.database.reading() as session:
            room = monitoring.room(Caller(session, ground.admin, now), ground.window_id)
            return next(e.standing for e in room.people if e.person_id == officer.own_id())

    assert state(over) in (RollState.ABSENT, RollState.NO_ACCOUNT)
    correct(ground, over, closes=CLOSES + HOUR)
    with ground.database.writing() as session:
        attempt_start.start(Caller(session, officer, over), ground.window_id, "5eed")
    assert state(over) is RollState.ANSWERING


def test_duties_of_an_earlier_instant_know_no_later_correction(ground: ExamFixture):
    correct(ground, NOW + MINUTE, closes=CLOSES + HOUR)
    with ground.database.reading() as session:
        stages = stages_in_force(session, NOW + MINUTE)
        item_id = session.scalar(select(Item.id).where(Item.exam_id == ground.exam_id))
    correct(ground, NOW + 2 * MINUTE, closes=CLOSES + 2 * HOUR)
    with ground.database.reading() as session:
        found = duties_in_force(session, stages).values()
    then = [duty.due_at for duties in found for duty in duties if duty.item_id == item_id]
    assert then == [CLOSES + HOUR]
    assert due(ground) == CLOSES + 2 * HOUR


def test_a_later_close_gives_its_author_no_time(ground: ExamFixture):
    officer, author = ground.officer(), ground.officer()
    held = ground.admin.grants[0]
    with ground.database.writing() as session:
        roles.grant(
            Caller(session, SYSTEM, NOW),
            author.own_id(),
            NewGrant(Role.ADMIN, held.unit_id, held.line_id, NOW.date()),
        )
    author = Actor(author.person_id, ground.admin.grants)
    ground.start(officer, LATE)
    ground.start(author, LATE)
    with ground.database.writing() as session:
        new = WindowTimes(OPENS, CLOSES + HOUR)
        looked = window_corrections.preview(Caller(session, author, LATE), ground.window_id, new)
        assert looked.longer == 1
        assert window_corrections.correct(
            Caller(session, author, LATE), ground.window_id, new, "停电"
        )
    assert deadline(ground, officer) == LATE + 20 * MINUTE
    assert deadline(ground, author) == CLOSES
