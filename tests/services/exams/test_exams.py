"""Exams with their windows, and what a person's list says of each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow
from learnapp.db.study.models import Item
from learnapp.domain.core.errors import Forbidden
from learnapp.domain.exams.exams import ExamKind, WindowKind
from learnapp.domain.study.owed import OwedState
from learnapp.services.exams import attempt_start, exams, proctoring, window_corrections
from learnapp.services.exams.exams import ExamPlan
from tests.services.conftest import EARLY
from tests.services.exams.steps import CLOSES, OPENS
from tests.services.refusals import refused
from tests.small_office import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def _plan(title: str = "月考", opens=OPENS, closes=CLOSES, **more) -> ExamPlan:
    return ExamPlan(title, ExamKind.MONTHLY, timedelta(minutes=30), opens, closes, **more)


def _blueprint(office) -> int:
    return office.session.scalars(select(BlueprintRow.id)).one()


def _cards(office, login: str, now=EARLY):
    return exams.sittable(office.session, office.staff[login], now)


def test_an_exam_has_its_first_window_an_item_and_a_pass_mark_in_hundredths_rounded_up(office):
    plan = _plan(" 月考 ", pass_permille=333)
    made = exams.add_exam(office.caller(), _blueprint(office), plan)
    assert (made.title, made.duration_s, made.pass_mark) == ("月考", 1800, 3330)
    (window,) = office.session.scalars(select(ExamWindow).where(ExamWindow.exam_id == made.id))
    assert (window.kind, window.opens_at, window.closes_at) == ("main", OPENS, CLOSES)
    assert office.session.scalars(select(Item.title).where(Item.exam_id == made.id)).one() == "月考"


def test_a_way_back_is_a_window_that_outlasts_the_main_one(office):
    plan = _plan(way_back=7 * DAY)
    made = exams.add_exam(office.caller(), _blueprint(office), plan)
    found = select(ExamWindow).where(ExamWindow.exam_id == made.id, ExamWindow.kind == "remedial")
    back = office.session.scalars(found).one()
    assert (back.opens_at, back.closes_at) == (OPENS, CLOSES + 7 * DAY)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (_plan(" "), "name_needed"),
        (_plan(closes=OPENS), "dates_out_of_order"),
        (_plan(opens=NOW - DAY, closes=NOW), "window_in_the_past"),
    ],
)
def test_an_exam_needs_a_title_and_a_window_that_is_not_over(office, plan, code):
    with refused(code):
        exams.add_exam(office.caller(), _blueprint(office), plan)


def test_an_exam_is_made_from_a_blueprint_within_reach(office):
    with refused("blueprint_unknown"):
        exams.add_exam(office.caller(), 10**6, _plan())
    with pytest.raises(Forbidden):
        exams.add_exam(office.caller("officer"), _blueprint(office), _plan())


def test_a_card_tells_what_is_owed_and_whether_an_attempt_may_be_begun_now(office):
    for now, state, may_begin in (
        (NOW, OwedState.NOT_OPEN, False),
        (EARLY, OwedState.TO_DO, True),
        (CLOSES, OwedState.OVERDUE_CLOSED, False),
    ):
        (card,) = _cards(office, "officer", now)
        assert (card.window.id, card.owed.state) == (office.window_id, state)
        assert (card.attempt, card.may_begin) == (None, may_begin)


def test_a_card_has_the_newest_attempt_of_its_window_and_one_that_was_voided_while_it_is_alone(
    office,
):
    first = attempt_start.start(office.caller("officer", EARLY), office.window_id, "5eed").public_id
    (card,) = _cards(office, "officer")
    assert (card.attempt.public_id, card.owed.state) == (first, OwedState.ANSWERING)
    proctoring.void(office.caller(now=EARLY), first, "设备故障")
    (card,) = _cards(office, "officer")
    assert card.attempt.public_id == first
    assert (card.owed.state, card.may_begin) == (OwedState.VOIDED_OPEN, True)
    second = office.hand_in("officer")
    (card,) = _cards(office, "officer")
    assert (card.attempt.public_id, card.may_begin) == (second, False)


def test_windows_are_listed_the_last_to_close_first_and_a_make_up_for_the_absent_alone(office):
    exam = office.session.get_one(Exam, office.exam_id)
    add = exams.add_window
    make_up = add(office.caller(), exam, WindowKind.MAKE_UP, OPENS + DAY, CLOSES + DAY)
    office.hand_in("officer")
    later = OPENS + DAY + HOUR
    assert [card.window.id for card in _cards(office, "other", later)] == [
        make_up.id,
        office.window_id,
    ]
    assert [card.window.id for card in _cards(office, "officer", later)] == [office.window_id]


def test_a_cancelled_window_is_told_to_whom_it_was_for_until_a_week_after_its_close(office):
    window_corrections.cancel(office.caller(), office.window_id, "停电改期")
    officer, root = office.staff["officer"], office.staff["root"]

    def told(person_id, now):
        return [window.id for _, window in exams.cancelled_for(office.session, person_id, now)]

    assert _cards(office, "officer") == []
    week_after = CLOSES + exams.CANCELLED_SHOWN
    for now in (EARLY, week_after - HOUR):
        assert told(officer, now) == [office.window_id]
    assert told(officer, week_after) == []
    assert told(root, EARLY) == []
