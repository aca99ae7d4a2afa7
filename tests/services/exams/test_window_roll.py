"""The roll of a window: everybody asked and whoever has an attempt, counted alike or one by one."""

from __future__ import annotations

import pytest

from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.roll import RollState
from learnapp.services.exams import (
    accommodations,
    attempt_start,
    proctoring,
    window_corrections,
    window_roll,
)
from tests.services.conftest import EARLY
from tests.services.exams.steps import CLOSES

EVERYBODY = ["admin", "head", "marker", "officer", "other"]


def _roll(office, now=EARLY, login="admin"):
    exam = office.session.get_one(Exam, office.exam_id)
    window = office.session.get_one(ExamWindow, office.window_id)
    actor = office.caller(login, now).actor
    reach = units_in_scope(actor, Permission.ATTEMPT_WATCH, local_day(now))
    return window_roll.roll_of(office.session, exam, window, now, reach)


def _logins(office, people) -> list[str]:
    names = {person_id: login for login, person_id in office.staff.items()}
    return [names[each.person_id] for each in people]


def _part(office, roll, standing=None, offset=0, size=None) -> list[str]:
    return _logins(office, roll.part(office.session, standing, offset, size))


def test_before_anybody_sits_all_are_alike_and_become_absent_at_the_close(office):
    assert _roll(office).counts == {RollState.NOT_YET: 5}
    assert _roll(office, CLOSES).counts == {RollState.ABSENT: 5}


def test_each_is_what_their_attempt_in_the_window_makes_them(office):
    office.hand_in("officer")
    attempt_start.start(office.caller("other", EARLY), office.window_id, "5eed")
    voided = attempt_start.start(office.caller("head", EARLY), office.window_id, "5eed").public_id
    proctoring.void(office.caller(now=EARLY), voided, "设备故障")
    roll = _roll(office)
    assert _part(office, roll, RollState.SAT) == ["officer"]
    assert _part(office, roll, RollState.ANSWERING) == ["other"]
    assert _part(office, roll, RollState.VOIDED) == ["head"]
    assert _part(office, roll, RollState.NOT_YET) == ["admin", "marker"]
    assert sum(roll.counts.values()) == 5 and roll.again == 0


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_pages_of_a_roll_are_the_whole_roll_in_one_order(office, size):
    office.hand_in("marker")
    attempt_start.start(office.caller("other", EARLY), office.window_id, "5eed")
    roll = _roll(office)
    whole = _part(office, roll)
    assert whole == ["other", "admin", "head", "officer", "marker"]
    pages = [_part(office, roll, None, offset, size) for offset in range(0, 5, size)]
    assert [login for page in pages for login in page] == whole
    assert _part(office, roll, RollState.NOT_YET, 1, 2) == ["head", "officer"]


def test_a_batch_holds_those_on_its_list(office):
    window = office.session.get_one(ExamWindow, office.window_id)
    accommodations.limit_to_people(office.caller(), window, [office.staff["officer"]])
    assert _part(office, _roll(office)) == ["officer"]


def test_who_answers_again_after_a_hand_in_is_counted_as_such(office):
    office.session.get_one(Exam, office.exam_id).tries = 2
    office.hand_in("officer")
    attempt_start.start(office.caller("officer", EARLY), office.window_id, "an0ther")
    roll = _roll(office)
    assert (roll.counts[RollState.ANSWERING], roll.again) == (1, 1)


def test_nobody_is_asked_in_a_cancelled_window(office):
    window_corrections.cancel(office.caller(), office.window_id, "停电")
    assert _part(office, _roll(office)) == []


def test_a_roll_holds_who_is_within_reach(office):
    office.add_branch()
    assert _part(office, _roll(office, login="local")) == ["local"]
    assert _part(office, _roll(office)) == [*EVERYBODY, "local"]
