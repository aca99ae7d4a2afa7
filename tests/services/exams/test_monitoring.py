"""Make-ups for the absent, retakes for the failed, time for a unit, and who has not sat and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.exams import extra_times
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.exams.models import Exam
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.exams import PriorAttempt, WindowKind, ineligibility_reason, tries_made
from learnapp.domain.exams.roll import RollState
from learnapp.domain.people.people import UnitKind
from learnapp.services.exams import (
    accommodations,
    attempt_results,
    attempt_start,
    attempts,
    exams,
    monitoring,
    proctoring,
)
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.services.conftest import EARLY, ExamFixture
from tests.small_office import NOW, officers

LATER = EARLY + timedelta(days=2)


def a_window(ground: ExamFixture, kind: WindowKind) -> int:
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        closes = LATER + timedelta(hours=2)
        return exams.add_window(Caller(session, ground.admin, NOW), exam, kind, LATER, closes).id


def sit(ground: ExamFixture, officer) -> str:
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY), public_id)
    return public_id


def begin(ground: ExamFixture, officer, window_id: int) -> str:
    with ground.database.writing() as session:
        return attempt_start.start(Caller(session, officer, LATER), window_id, "5eed").public_id


@pytest.mark.parametrize(
    ("kind", "made", "why"),
    [
        (WindowKind.MAIN, [PriorAttempt(1, True, True)], None),
        (WindowKind.MAKE_UP, [], None),
        (WindowKind.MAKE_UP, [PriorAttempt(1, True, False)], "already_sat"),
        (WindowKind.RETAKE, [], "nothing_to_retake"),
        (WindowKind.RETAKE, [PriorAttempt(1, True, False)], None),
        (
            WindowKind.RETAKE,
            [PriorAttempt(1, True, False), PriorAttempt(1, True, True)],
            "already_passed",
        ),
        (WindowKind.RETAKE, [PriorAttempt(1, True, None)], "not_marked_yet"),
        (WindowKind.RESIT, [PriorAttempt(1, True, False)], None),
    ],
)
def test_a_window_is_for_whom_its_kind_says(kind, made, why):
    assert ineligibility_reason(kind, made) == why


def test_a_retake_counts_its_own_tries_only():
    made = [PriorAttempt(1, True, False), PriorAttempt(2, True, False)]
    assert tries_made(WindowKind.RETAKE, 2, made) == 1
    assert tries_made(WindowKind.MAIN, 2, made) == 2


def test_who_failed_may_retake_and_who_was_absent_may_make_up(ground: ExamFixture):
    failed, absent = ground.officer(), ground.officer()
    sit(ground, failed)
    retake, make_up = a_window(ground, WindowKind.RETAKE), a_window(ground, WindowKind.MAKE_UP)
    with pytest.raises(Conflict) as sat:
        begin(ground, failed, make_up)
    assert sat.value.code == "already_sat"
    with pytest.raises(Conflict) as nothing:
        begin(ground, absent, retake)
    assert nothing.value.code == "nothing_to_retake"
    assert begin(ground, failed, retake) and begin(ground, absent, make_up)
    with ground.database.reading() as session:
        for officer, mine, other in ((failed, retake, make_up), (absent, make_up, retake)):
            listed = {each.window.id for each in exams.sittable(session, officer.person_id, LATER)}
            assert mine in listed and other not in listed


def test_a_unit_gets_time_for_whoever_is_answering(ground: ExamFixture):
    answering, done = ground.officer(), ground.officer()
    public_id = ground.start(answering, EARLY)
    sit(ground, done)
    with ground.database.writing() as session:
        with pytest.raises(RuleBroken):
            proctoring.allow_unit(
                Caller(session, ground.admin, EARLY), ground.window_id, ground.unit_id, 600, " "
            )
        before = attempt_results.head_of(session, answering, public_id).deadline
        count = proctoring.allow_unit(
            Caller(session, ground.admin, EARLY), ground.window_id, ground.unit_id, 600, "停电"
        )
        after = attempt_results.head_of(session, answering, public_id).deadline
    assert count >= 1 and after - before == timedelta(minutes=10)


def test_the_room_tells_who_sat_and_who_has_not(ground: ExamFixture):
    sat, answering, absent = ground.officer(), ground.officer(), ground.officer()
    sit(ground, sat)
    ground.start(answering, EARLY)
    with ground.database.reading() as session:
        found = monitoring.room(Caller(session, ground.admin, EARLY), ground.window_id)
    standing = {each.person_id: each.standing for each in found.people}
    assert standing[sat.person_id] is RollState.SAT
    assert standing[answering.person_id] is RollState.ANSWERING
    assert standing[absent.person_id] is RollState.NO_ACCOUNT
    assert sum(found.counts.values()) == len(found.people)
    with ground.database.reading() as session, pytest.raises(NotFound):
        monitoring.room(Caller(session, ground.admin, EARLY), 10**6)


def test_who_was_voided_may_begin_again(ground: ExamFixture):
    officer = ground.officer()
    first = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        proctoring.void(Caller(session, ground.admin, EARLY), first, "设备故障")
    second = ground.start(officer, EARLY)
    assert second != first
    with ground.database.reading() as session:
        states = [
            session.query(Attempt).filter_by(public_id=each).one().state for each in (first, second)
        ]
    assert states == ["voided", "open"]


def test_a_proctor_of_one_unit_sees_and_helps_that_unit_alone(ground: ExamFixture):
    day = date(2026, 1, 1)
    with ground.database.writing() as session:
        below = people.add_unit(Caller(session, SYSTEM, NOW), "派出所", UnitKind.POLICE, 3)
        people.place_unit(
            Caller(session, SYSTEM, NOW), ground.line_id, ground.unit_id, below.id, day
        )
        (there,) = officers(session, below.id, 700_000, 1)
        (proctor,) = officers(session, ground.unit_id, 700_001, 1)
        roles.grant(
            Caller(session, SYSTEM, NOW), proctor, NewGrant(Role.PROCTOR, ground.unit_id, None, day)
        )
        below_id = below.id
    ground.start(Actor(there), EARLY)
    with ground.database.writing() as session:
        actor = Actor(proctor, grants_of(session, proctor, local_day(EARLY)))
        seen = {
            p.person_id
            for p in monitoring.room(Caller(session, actor, EARLY), ground.window_id).people
        }
        assert proctor in seen and there not in seen
        whole = monitoring.room(Caller(session, ground.admin, EARLY), ground.window_id).people
        assert there in {each.person_id for each in whole}
        accommodations.give_extra_time(
            Caller(session, ground.admin, EARLY), ground.exam_id, [there, proctor], 600, "左手书写"
        )
        names = [
            len(extra_times.given_in(Caller(session, each, EARLY), ground.exam_id))
            for each in (actor, ground.admin)
        ]
        assert names == [1, 2]
        about = (ground.window_id, below_id, 600, "停电")
        assert proctoring.allow_unit(Caller(session, actor, EARLY), *about) == 0
        assert proctoring.allow_unit(Caller(session, ground.admin, EARLY), *about) == 1
