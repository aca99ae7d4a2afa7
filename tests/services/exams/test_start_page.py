"""What a person reads before the clock runs: parts, marks, minutes, tries, and why there is no start."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.exams.models import Exam
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.exams import Release
from learnapp.services.bank.key_exposure import record_key_exposure
from learnapp.services.exams import (
    accommodations,
    attempt_start,
    proctoring,
    start_page,
    window_corrections,
)
from question_bank.kinds import QuestionType
from tests.services.bank.questions import first_version
from tests.services.conftest import EARLY
from tests.services.exams.steps import CLOSES, OPENS
from tests.small_office import NOW

TWENTY, MINUTE = timedelta(minutes=20), timedelta(minutes=1)


def _page(office, now=EARLY, login="officer", address=None):
    return start_page.of_window(office.caller(login, now), office.window_id, address)


def test_the_page_says_what_the_paper_has_without_drawing_it(office):
    page = _page(office)
    assert [(part.type, part.count, part.marks) for part in page.parts] == [
        (kind, 2, 1000) for kind in QuestionType
    ]
    assert (page.questions, page.full_marks) == (10, 10000)
    assert (page.tries_made, page.release, page.announcements) == (0, Release.AT_ONCE, [])
    assert page.may_start and page.open_attempt is None and page.last_attempt is None


@pytest.mark.parametrize(
    ("now", "time"),
    [(OPENS - MINUTE, TWENTY), (EARLY, TWENTY), (CLOSES - 5 * MINUTE, 5 * MINUTE)],
)
def test_the_minutes_are_those_of_the_exam_or_those_until_the_close(office, now, time):
    assert _page(office, now).time == time


def test_further_time_is_that_of_the_person(office):
    about = (office.exam_id, [office.staff["officer"]], 600, "手伤")
    accommodations.give_extra_time(office.caller(), *about)
    assert _page(office).extra == timedelta(minutes=10)
    assert _page(office, login="other").extra == timedelta()


@pytest.mark.parametrize(("now", "code"), [(NOW, "window_not_open"), (CLOSES, "window_closed")])
def test_outside_its_times_the_page_says_so(office, now, code):
    page = _page(office, now)
    assert page.refusal.code == code and not page.may_start


def test_an_open_attempt_is_gone_on_with_and_one_that_ended_is_the_last(office):
    caller = office.caller("officer", EARLY)
    mine = attempt_start.start(caller, office.window_id, "5eed").public_id
    page = _page(office)
    assert (page.open_attempt, page.last_attempt, page.may_start) == (mine, None, False)
    assert office.hand_in("officer") == mine
    page = _page(office)
    assert (page.open_attempt, page.last_attempt, page.tries_made) == (None, mine, 1)
    assert page.refusal.code == "no_tries_left"


def test_what_a_start_refuses_the_page_says_before(office):
    record_key_exposure(office.caller("other"), [first_version(office.session).id])
    attempt_start.start(office.caller("officer", EARLY), office.window_id, "5eed")
    assert _page(office, login="other").refusal.code == "recused"
    office.session.get_one(Exam, office.exam_id).networks = ["10.3.0.0/16"]
    assert _page(office, login="head", address="10.4.0.1").refusal.code == "outside_the_networks"
    assert _page(office, login="head", address="10.3.0.1").may_start


def test_words_to_the_window_and_its_cancellation_are_on_the_page(office):
    proctoring.announce(office.caller(), office.window_id, "改在三楼机房")
    assert _page(office, NOW).announcements == ["改在三楼机房"]
    window_corrections.cancel(office.caller(), office.window_id, "停电改期")
    page = _page(office)
    assert page.announcements == ["停电改期"] and page.refusal.code == "window_cancelled"


def test_a_window_of_an_exam_that_is_not_asked_of_a_person_does_not_exist(office):
    for login, window_id in (("officer", 10**6), ("root", office.window_id)):
        with pytest.raises(NotFound):
            start_page.of_window(office.caller(login, EARLY), window_id, None)
