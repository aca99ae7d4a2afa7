"""Make-ups for the absent, retakes for the failed, time for a unit, and who has not sat and why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.exams import extra_times
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.exams.roll import RollState
from learnapp.domain.people.people import UnitKind
from learnapp.services.exams import (
    accommodations,
    monitoring,
    proctoring,
)
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import hand_in_empty
from tests.small_office import NOW, officers

LATER = EARLY + timedelta(days=2)


def test_the_room_tells_who_sat_and_who_has_not(ground: ExamFixture):
    sat, answering, absent = ground.officer(), ground.officer(), ground.officer()
    hand_in_empty(ground, sat)
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
