"""What a person owes: one state, whatever happens to audience, plan, exam or person meanwhile."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.people.models import Person
from learnapp.db.progress import counters
from learnapp.db.progress.person_duties import duties_of_person
from learnapp.db.study.completions import standing_completion
from learnapp.db.study.models import Item, Portion, Programme, Requirement
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import SYSTEM, Actor
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.exams.roll import RollState
from learnapp.domain.people.people import UnitKind
from learnapp.domain.study.owed import OwedState
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.exams import (
    attempt_results,
    attempt_start,
    attempts,
    auto_marking,
    exams,
    monitoring,
    proctoring,
)
from learnapp.services.operations import verify
from learnapp.services.people import absences, people
from learnapp.services.people.absences import NewAbsence
from learnapp.services.people.people import MembershipSpec
from learnapp.services.study import (
    completions,
    my_week,
    owed,
    portions,
    programme_lines,
    programmes,
    publishing,
)
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW

CLOSED = NOW + timedelta(hours=10)
LATER = EARLY + timedelta(days=2)


def state(ground: ExamFixture, officer: Actor, now=EARLY) -> OwedState:
    with ground.database.reading() as session:
        found = owed.exam_of(session, officer.own_id(), ground.exam_id, now)
        assert found is not None
        return found.owed.state


def a_window(ground: ExamFixture, kind: WindowKind, opens=LATER) -> int:
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        closes = opens + timedelta(hours=2)
        return exams.add_window(Caller(session, ground.admin, NOW), exam, kind, opens, closes).id


def set_exam(ground: ExamFixture, **values) -> None:
    with ground.database.writing() as session:
        session.execute(update(Exam).where(Exam.id == ground.exam_id).values(**values))


def hand_in(ground: ExamFixture, officer: Actor, now=EARLY, window_id=None) -> int:
    """An empty attempt: marked at once, and failed unless the pass mark is 0. Its id."""
    with ground.database.writing() as session:
        window = window_id or ground.window_id
        public_id = attempt_start.start(
            Caller(session, officer, now), window, f"5eed{now}"
        ).public_id
        attempts.submit(Caller(session, officer, now), public_id)
        return session.scalars(select(Attempt.id).where(Attempt.public_id == public_id)).one()


def void(ground: ExamFixture, attempt_id: int, now=LATER) -> None:
    with ground.database.writing() as session:
        public_id = session.get_one(Attempt, attempt_id).public_id
        proctoring.void(Caller(session, ground.admin, now), public_id, "替考")


def completed(ground: ExamFixture, officer: Actor) -> bool:
    with ground.database.reading() as session:
        item = session.scalars(select(Item.id).where(Item.exam_id == ground.exam_id)).one()
        return standing_completion(session, officer.own_id(), item) is not None


def away(ground: ExamFixture, officer: Actor, kind: AbsenceKind) -> None:
    day = local_day(EARLY)
    with ground.database.writing() as session:
        absences.record(
            Caller(session, ground.admin, NOW), officer.own_id(), NewAbsence(kind, day, day, "事由")
        )


def drop_exam(ground: ExamFixture) -> None:
    """A revision of the programme that does not ask the exam any more."""
    with ground.database.writing() as session:
        plan_id = session.scalars(select(Programme.id)).one()
        draft = programmes.revise(Caller(session, ground.admin, EARLY), plan_id)
        line = session.scalars(
            select(Requirement.id)
            .join(Item, Item.id == Requirement.item_id)
            .where(Requirement.stage_id == draft.stage.id, Item.exam_id == ground.exam_id)
        ).one()
        programme_lines.drop_requirement(Caller(session, ground.admin, EARLY), plan_id, line)
        publishing.publish(Caller(session, ground.admin, EARLY), plan_id)


def transfer(ground: ExamFixture, officer: Actor, day: date) -> None:
    with ground.database.writing() as session:
        elsewhere = people.add_unit(Caller(session, SYSTEM, NOW), "外单位", UnitKind.POLICE, 3).id
        post = MembershipSpec(elsewhere, ground.line_id)
        people.transfer(
            Caller(session, SYSTEM, EARLY + timedelta(minutes=1)), officer.own_id(), post, day
        )


def retire_exam(ground: ExamFixture) -> None:
    set_exam(ground, retired_at=EARLY)


def retire(ground: ExamFixture, officer: Actor, at=EARLY) -> None:
    with ground.database.writing() as session:
        session.get_one(Person, officer.own_id()).retired_at = at


def test_the_states_of_an_exam_from_before_it_opens_to_after_it_closed(ground: ExamFixture):
    officer = ground.officer()
    assert state(ground, officer, NOW) is OwedState.NOT_OPEN
    assert state(ground, officer) is OwedState.TO_DO
    ground.start(officer, EARLY)
    assert state(ground, officer) is OwedState.ANSWERING
    absent = ground.officer()
    assert state(ground, absent, CLOSED) is OwedState.OVERDUE_CLOSED
    a_window(ground, WindowKind.MAKE_UP)
    assert state(ground, absent, CLOSED) is OwedState.OVERDUE_COMING
    assert state(ground, absent, LATER) is OwedState.OVERDUE_OPEN


def test_who_failed_is_told_the_way_that_is_open_to_them(ground: ExamFixture):
    officer = ground.officer()
    hand_in(ground, officer)
    assert state(ground, officer) is OwedState.FAILED
    a_window(ground, WindowKind.RETAKE)
    assert state(ground, officer) is OwedState.RETAKE_COMING
    assert state(ground, officer, LATER) is OwedState.RETAKE
    a_window(ground, WindowKind.REMEDIAL, EARLY)
    assert state(ground, officer) is OwedState.REMEDIAL


@pytest.mark.parametrize("pass_mark", [0, 10_000])
def test_before_the_release_a_pass_and_a_fail_look_alike(ground: ExamFixture, pass_mark):
    set_exam(ground, release="by_hand", pass_mark=pass_mark)
    officer = ground.officer()
    hand_in(ground, officer)
    retake = a_window(ground, WindowKind.RETAKE, EARLY)
    assert completed(ground, officer) is (pass_mark == 0)
    assert state(ground, officer) is OwedState.AWAITING_RELEASE
    with ground.database.reading() as session:
        mine = my_week.own_week(session, officer.own_id(), EARLY)
        assert [each.exam_id for each in mine["waiting"]] == [ground.exam_id]
        listed = exams.sittable(session, officer.own_id(), EARLY)
        assert retake not in {each.window.id for each in listed}
    with ground.database.writing() as session:
        auto_marking.release(Caller(session, ground.admin, EARLY), ground.exam_id)
    assert state(ground, officer) is (OwedState.RETAKE if pass_mark else OwedState.DONE)


def test_the_pass_before_a_voided_last_attempt_counts_again(ground: ExamFixture):
    set_exam(ground, counts="last", tries=2, pass_mark=0)
    officer = ground.officer()
    hand_in(ground, officer)
    assert completed(ground, officer)
    set_exam(ground, pass_mark=10_000)
    last = hand_in(ground, officer, EARLY + timedelta(minutes=5))
    assert not completed(ground, officer) and state(ground, officer, LATER) is OwedState.FAILED
    void(ground, last, EARLY + timedelta(minutes=9))
    assert completed(ground, officer) and state(ground, officer, LATER) is OwedState.DONE
    with ground.database.writing() as session:
        counters.refresh_stale(session, LATER)
        assert verify.differences(session, LATER) == []


def test_who_passed_first_and_failed_last_may_retake_where_the_last_counts(ground: ExamFixture):
    set_exam(ground, counts="last", tries=2, pass_mark=0)
    officer = ground.officer()
    hand_in(ground, officer)
    set_exam(ground, pass_mark=10_000)
    hand_in(ground, officer, EARLY + timedelta(minutes=5))
    retake = a_window(ground, WindowKind.RETAKE)
    assert state(ground, officer, LATER) is OwedState.RETAKE
    assert hand_in(ground, officer, LATER, retake)


def test_what_a_person_decided_to_withdraw_stays_withdrawn(ground: ExamFixture):
    set_exam(ground, tries=2, pass_mark=0)
    officer = ground.officer()
    hand_in(ground, officer)
    second = hand_in(ground, officer, EARLY + timedelta(minutes=5))
    with ground.database.writing() as session:
        item = session.scalars(select(Item.id).where(Item.exam_id == ground.exam_id)).one()
        while (held := standing_completion(session, officer.own_id(), item)) is not None:
            completions.withdraw(Caller(session, ground.admin, LATER), held.id, "代答")
    void(ground, second)
    assert not completed(ground, officer)
    assert state(ground, officer, LATER) is OwedState.WITHDRAWN
    with ground.database.writing() as session:
        counters.refresh_stale(session, LATER)
        assert verify.differences(session, LATER) == []


def assert_listed(
    ground: ExamFixture, officer: Actor, public_id: str, roll: RollState, now
) -> None:
    """The attempt is among the officer's own, and they are on the window's roll."""
    with ground.database.reading() as session:
        listed = exams.sittable(session, officer.own_id(), now)
        assert [each.attempt.public_id for each in listed] == [public_id]
        room = monitoring.room(Caller(session, ground.admin, now), ground.window_id)
    assert {e.person_id: e.standing for e in room.people}[officer.person_id] is roll


@pytest.mark.parametrize("change", ["dropped", "retired exam", "transferred", "retired"])
def test_what_was_begun_is_finished_and_seen_whatever_the_audience_says_today(
    ground: ExamFixture, change
):
    officer, absent = ground.officer(), ground.officer()
    public_id = ground.start(officer, EARLY)
    now = EARLY + timedelta(minutes=2)
    if change == "dropped":
        drop_exam(ground)
    elif change == "retired exam":
        retire_exam(ground)
    elif change == "transferred":
        transfer(ground, officer, local_day(EARLY) - timedelta(days=3))
        transfer(ground, absent, local_day(EARLY))
    else:
        retire(ground, officer)
        retire(ground, absent)
    assert state(ground, officer, now) is OwedState.ANSWERING
    with ground.database.reading() as session:
        mine = my_week.own_week(session, officer.own_id(), now)
        assert [each.exam_id for each in mine["answering"]] == [ground.exam_id]
        shown = monitoring.rooms(Caller(session, ground.admin, now))
        assert ground.window_id in {each.window.id for each in shown}
    assert_listed(ground, officer, public_id, RollState.ANSWERING, now)
    assert ground.start(officer, now) == public_id
    with pytest.raises(NotFound):
        ground.start(absent, now)
    with ground.database.writing() as session:
        time = (ground.window_id, ground.unit_id, 600, "停电")
        assert proctoring.allow_unit(Caller(session, ground.admin, now), *time) == 1
    if change == "retired":
        now += timedelta(minutes=40)
        ground.work(now)  # the clock hands in what nobody can
    else:
        with ground.database.writing() as session:
            attempts.submit(Caller(session, officer, now), public_id)
    with ground.database.reading() as session:
        head = attempt_results.head_of(session, officer, public_id)
        came = attempt_results.outcome(session, head, now)
        assert head.state == "submitted" and came.result is not None
    assert_listed(ground, officer, public_id, RollState.SAT, now)


def test_a_portion_that_was_opened_stays_readable_and_its_evidence_is_kept(ground: ExamFixture):
    reader, other = ground.officer(), ground.officer()
    with ground.database.writing() as session:
        portion = session.scalars(select(Portion.id).order_by(Portion.id)).first()
        opened = portions.open_portion(Caller(session, reader, EARLY), portion)
        portions.keep_place(Caller(session, reader, EARLY), opened, 0)
    for officer in (reader, other):
        transfer(ground, officer, local_day(EARLY))
    with ground.database.writing() as session:
        opened = portions.open_portion(Caller(session, reader, LATER), portion)
        assert opened.furthest == 0
        portions.keep_place(Caller(session, reader, LATER), opened, 9)
        assert portions.open_portion(Caller(session, reader, LATER), portion).furthest > 0
        with pytest.raises(NotFound):
            portions.open_portion(Caller(session, other, LATER), portion)


@pytest.mark.parametrize(
    ("kind", "roll", "mine"),
    [
        (AbsenceKind.LEAVE, RollState.AWAY, OwedState.DEFERRED),
        (AbsenceKind.LONG_LEAVE, RollState.EXCUSED, OwedState.EXCUSED),
        (AbsenceKind.TRAVEL_REPORTED, RollState.NO_ACCOUNT, OwedState.OVERDUE_CLOSED),
    ],
)
def test_leave_on_the_exams_day_is_one_thing_everywhere(ground: ExamFixture, kind, roll, mine):
    officer = ground.officer()
    away(ground, officer, kind)
    now = NOW + timedelta(hours=16)
    assert state(ground, officer, now) is mine
    with ground.database.reading() as session:
        room = monitoring.room(Caller(session, ground.admin, now), ground.window_id)
        asked = duties_of_person(session, officer.own_id(), now)
        duty = next(d for _, d in asked if d.duty.due_at == room.window.closes_at)
    assert {e.person_id: e.standing for e in room.people}[officer.person_id] is roll
    assert (roll is RollState.EXCUSED) == (duty.due.at is None)
    assert (roll is RollState.AWAY) == duty.due.deferred
    kept = [e for e in room.people if e.standing not in (RollState.AWAY, RollState.EXCUSED)]
    assert room.totals.expected == len(kept)


def test_who_retires_leaves_figures_and_rolls_at_once(ground: ExamFixture):
    officer = ground.officer()
    with ground.database.writing() as session:
        counters.refresh(session, EARLY)
    retire(ground, officer)
    now = EARLY + timedelta(minutes=1)
    with ground.database.writing() as session:
        assert counters.refresh_stale(session, now) == 1
        assert verify.differences(session, now) == []
        room = monitoring.room(Caller(session, ground.admin, now), ground.window_id)
        assert officer.person_id not in {each.person_id for each in room.people}
