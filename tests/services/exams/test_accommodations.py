"""Batches by duty roster, further time from the start, networks, late events admitted, paper attempts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, extra_times, windows
from learnapp.db.exams.models import ExamWindow
from learnapp.db.people.models import LoginName
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.services.exams import (
    accommodations,
    exams,
)
from learnapp.services.people import choices
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import deadline, deed
from tests.small_office import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TWENTY = timedelta(minutes=20)


def login_of(ground: ExamFixture, officer: Actor) -> str:
    with ground.database.reading() as session:
        return session.scalar(
            select(LoginName.name).where(LoginName.person_id == officer.person_id)
        )


def test_a_batch_is_for_those_on_its_list_and_the_others_do_not_see_it(ground: ExamFixture):
    listed, other = ground.officer(), ground.officer()
    names = login_of(ground, listed)
    with ground.database.writing() as session:
        window = session.get_one(ExamWindow, ground.window_id)
        chosen = choices.people_named(
            Caller(session, ground.admin, NOW), Permission.EXAM_EDIT, names
        )
        accommodations.limit_to_people(Caller(session, ground.admin, NOW), window, chosen)
        assert windows.batch_size(session, ground.window_id) == 1
    with ground.database.reading() as session:
        assert exams.sittable(session, listed.person_id, EARLY)
        assert exams.sittable(session, other.person_id, EARLY) == []
    with pytest.raises(Conflict) as shut:
        ground.start(other, EARLY)
    assert shut.value.code == "not_in_batch"
    assert ground.start(listed, EARLY)
    with ground.database.writing() as session, pytest.raises(Conflict):
        window = session.get_one(ExamWindow, ground.window_id)
        accommodations.limit_to_people(Caller(session, ground.admin, EARLY), window, [])


def test_further_time_holds_from_the_start_and_gives_nobody_else_any(ground: ExamFixture):
    slow, other = ground.officer(), ground.officer()
    with ground.database.writing() as session:
        with pytest.raises(RuleBroken):
            accommodations.give_extra_time(
                Caller(session, ground.admin, NOW), ground.exam_id, [slow.person_id], 600, " "
            )
        accommodations.give_extra_time(
            Caller(session, ground.admin, NOW), ground.exam_id, [slow.person_id], 600, "手部受伤"
        )
        given = extra_times.given_in(Caller(session, ground.admin, EARLY), ground.exam_id)
        assert [each.seconds for each in given] == [600]
    for officer, minutes in ((slow, 30), (other, 20)):
        public_id = ground.start(officer, EARLY)
        with ground.database.reading() as session:
            head = attempt_papers.head_of(session, public_id, officer.person_id)
            assert head.deadline == EARLY + timedelta(minutes=minutes)


def test_time_given_beforehand_is_taken_back_and_never_falls_below_nothing(ground: ExamFixture):
    officer = ground.officer()
    person, exam = officer.own_id(), ground.exam_id
    deed(ground, accommodations.give_extra_time, NOW, exam, [person], 9000, "眼疾")
    assert (
        deed(ground, accommodations.reduce_extra_time, NOW, exam, person, 8100, "多打了一个零")
        == 8100
    )
    ground.start(officer, EARLY)
    assert deadline(ground, officer) == EARLY + 35 * MINUTE
    assert deed(ground, accommodations.reduce_extra_time, NOW, exam, person, 8100, "不该有") == 900
    with pytest.raises(Conflict):
        deed(ground, accommodations.reduce_extra_time, NOW, exam, person, 60, "不该有")
    assert deadline(ground, officer) == EARLY + 35 * MINUTE  # what is open keeps it
    with ground.database.reading() as session:
        assert extra_times.given_in(Caller(session, ground.admin, EARLY), exam) == []
