"""What a proctor does to a running exam: time given and taken back, attempts voided, words announced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.services.exams import (
    attempt_results,
    proctoring,
)
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import deadline, deed, hand_in_empty
from tests.small_office import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def test_a_unit_gets_time_for_whoever_is_answering(ground: ExamFixture):
    answering, done = ground.officer(), ground.officer()
    public_id = ground.start(answering, EARLY)
    hand_in_empty(ground, done)
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


def test_further_time_is_taken_back_as_far_as_it_is_not_used(ground: ExamFixture):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with pytest.raises(Conflict):
        deed(ground, proctoring.reduce, EARLY, public_id, 60, "没有给过")
    deed(ground, proctoring.allow, EARLY, public_id, 6000, "多打了一个零")
    assert deed(ground, proctoring.reduce, EARLY, public_id, 5400, "多打了一个零") == 5400
    assert deadline(ground, officer) == EARLY + 30 * MINUTE
    assert deed(ground, proctoring.reduce, EARLY, public_id, 5400, "再减") == 600
    assert deadline(ground, officer) == EARLY + 20 * MINUTE  # what it had before
    deed(ground, proctoring.allow, EARLY, public_id, 3600, "停电")
    used = EARLY + 60 * MINUTE
    assert deed(ground, proctoring.reduce, used, public_id, 3600, "给错了人") == 19 * 60
    assert deadline(ground, officer) == used + MINUTE
    with pytest.raises(Conflict) as nothing:
        deed(ground, proctoring.reduce, used, public_id, 60, "再减")
    assert nothing.value.code == "nothing_to_reduce"


def test_further_time_of_a_unit_is_taken_back_from_everybody_who_got_it(ground: ExamFixture):
    first, second = ground.officer(), ground.officer()
    ground.start(first, EARLY)
    about = (EARLY, ground.window_id, ground.unit_id)
    assert deed(ground, proctoring.allow_unit, *about, 6000, "停电") == 1
    ground.start(second, EARLY)
    assert deed(ground, proctoring.reduce_unit, *about, 5400, "多打了一个零") == 1
    assert deadline(ground, first) == EARLY + 30 * MINUTE
    assert deadline(ground, second) == EARLY + 20 * MINUTE


def test_who_may_announce_and_to_what(ground: ExamFixture):
    officer, owner = ground.officer(), ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        roles.grant(
            Caller(session, SYSTEM, NOW),
            owner.person_id,
            NewGrant(Role.TEST_OWNER, ground.unit_id, ground.line_id, date(2026, 1, 1)),
        )
        owner = Actor(owner.person_id, grants_of(session, owner.person_id, local_day(NOW)))
        for somebody in (officer, owner):
            with pytest.raises(Forbidden):
                proctoring.announce(Caller(session, somebody, EARLY), ground.window_id, "x")
        with pytest.raises(NotFound):
            proctoring.announce(Caller(session, ground.admin, EARLY), 10_000, "x")
        with pytest.raises(RuleBroken):
            proctoring.announce(Caller(session, ground.admin, EARLY), ground.window_id, "长" * 201)
        proctoring.void(Caller(session, ground.admin, EARLY), public_id, "x")
        with pytest.raises(Conflict):
            proctoring.announce_to(Caller(session, ground.admin, EARLY), public_id, "x")
