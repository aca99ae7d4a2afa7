"""Completions that follow from results: recorded, withdrawn and recorded again as attempts count."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.exams import outcomes
from learnapp.db.exams.models import Exam
from learnapp.db.study.completions import standing_completion
from learnapp.db.study.models import Completion, Item, Withdrawal
from learnapp.domain.core.permissions import Actor, Role
from learnapp.domain.exams.exams import CountingRule, WindowKind
from learnapp.services.exams import (
    credit,
    exams,
    proctoring,
)
from learnapp.services.study import completions
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import (
    deed,
    give,
    hand_in_again,
    hand_in_empty,
    hand_in_written,
    result_of,
)
from tests.small_office import NOW

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(("counts", "stands"), [("best", True), ("last", False)])
def test_which_of_several_attempts_counts_is_the_exams_choice(ground: ExamFixture, counts, stands):
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        exam.counts, exam.pass_mark = counts, 1000
        closes = EARLY + timedelta(days=2)
        again = exams.add_window(
            Caller(session, ground.admin, NOW), exam, WindowKind.RESIT, EARLY, closes
        ).id
        exam.tries = 2
        item_id = session.scalar(select(Item.id).where(Item.exam_id == exam.id))
    marker, officer = ground.appoint(Role.MARKER), ground.officer()
    _, first, places = hand_in_written(ground, officer=officer)
    for place in places:
        give(ground, marker, first, place, 1000)
    with ground.database.reading() as session:
        assert standing_completion(session, officer.person_id, item_id)
    later = EARLY + timedelta(hours=1)
    _, second, places = hand_in_written(ground, later, again, officer)
    for place in places:
        give(ground, marker, second, place, 0, later)
    assert not result_of(ground, second).passed
    with ground.database.reading() as session:
        found = standing_completion(session, officer.person_id, item_id)
        assert (found is not None) == stands


def _passed(ground: ExamFixture) -> tuple[Actor, str]:
    """An officer and their attempt, which passed without an answer."""
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).pass_mark = 0
    officer = ground.officer()
    return officer, hand_in_empty(ground, officer)


def _completions(ground: ExamFixture, officer: Actor) -> list[int]:
    """The completions of an officer, withdrawn ones too."""
    with ground.database.reading() as session:
        mine = select(Completion.id).where(Completion.person_id == officer.own_id())
        return list(session.scalars(mine))


def test_a_pass_goes_with_the_hand_in_and_comes_again(ground: ExamFixture):
    officer, public_id = _passed(ground)
    hand_in_again(ground, officer, public_id)
    assert len(_completions(ground, officer)) == 2


def test_a_pass_that_was_sent_back_is_earned_by_handing_in_again(ground: ExamFixture):
    officer, public_id = _passed(ground)
    (completion,) = _completions(ground, officer)
    deed(ground, completions.withdraw, EARLY + MINUTE, completion, "重做")
    hand_in_again(ground, officer, public_id)
    assert len(_completions(ground, officer)) == 2


def test_a_pass_is_recorded_once_and_withdrawn_with_its_attempt_and_its_reason(office):
    session, officer = office.session, office.staff["officer"]
    session.get_one(Exam, office.exam_id).pass_mark = 0
    mine = office.hand_in("officer")
    held = select(Completion).where(Completion.person_id == officer)
    (completion,) = session.scalars(held)
    assert (completion.occurred_at, completion.evidence["awarded"]) == (EARLY, 0)
    credit.follow_results(session, EARLY, officer, office.exam_id, "x")
    assert session.scalars(held).all() == [completion]
    proctoring.void(office.caller(now=EARLY), mine, "替考")
    withdrawn = session.scalars(select(Withdrawal)).one()
    assert (withdrawn.completion_id, withdrawn.reason) == (completion.id, "替考")
    credit.follow_results(session, EARLY, officer, office.exam_id, "x")
    assert session.scalars(select(Withdrawal)).all() == [withdrawn]


def test_nothing_is_planned_where_completions_and_results_agree(office):
    session, officer = office.session, office.staff["officer"]
    session.get_one(Exam, office.exam_id).pass_mark = 0
    office.hand_in("officer")
    item_id, rule = outcomes.item_and_rule(session, office.exam_id)
    made = outcomes.attempts_of(session, officer, office.exam_id, EARLY)
    held = outcomes.credits_of(session, item_id, officer)[officer]
    agreed = credit.plan_for(session, rule, made, held)
    assert not agreed.record and not agreed.withdraw
    missing = credit.plan_for(session, rule, made, [])
    assert list(missing.record) == made and not missing.withdraw
    unearned = credit.plan_for(session, CountingRule.BEST, [], held)
    assert not unearned.record and len(unearned.withdraw) == 1


def test_an_exam_that_nothing_requires_completes_nothing(office):
    credit.follow_results(office.session, EARLY, office.staff["officer"], 10**6, "x")
    assert office.session.scalars(select(Completion)).all() == []
