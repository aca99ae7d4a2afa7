"""An exam changed after it was made, alone or with all later ones of its series."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.attempt_models import Allowance, Result
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.study.models import Completion, Item, Requirement
from learnapp.domain.core.permissions import Role
from learnapp.domain.exams.recurring import Shift
from learnapp.services.exams import attempt_start, attempts, exam_changes, exam_series
from learnapp.services.exams.exam_changes import ExamChange
from learnapp.services.exams.exam_series import PaperFor
from learnapp.services.study import publishing
from tests.services.exams.test_exam_series import closed_paper, plan_of
from tests.services.refusals import refused

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def series(office):
    """Two weekly tests in a draft."""
    return exam_series.add(office.caller(), office.programme_id, plan_of(office), None).exams


def _spans(office, exam):
    rows = office.session.scalars(
        select(ExamWindow).where(ExamWindow.exam_id == exam.id).order_by(ExamWindow.opens_at)
    )
    return [(each.opens_at, each.closes_at) for each in rows]


def test_a_change_onward_reaches_the_later_ones_and_keeps_each_its_title(office, series):
    first = series[0]
    change = ExamChange(
        title="改名", duration=timedelta(minutes=30), tries=2, onward=True, shift=Shift(DAY, DAY),
        reason="周四开会",
    )  # fmt: skip
    before = [_spans(office, each) for each in series]
    ahead = exam_changes.preview(office.caller(), first.id, change)
    assert [each.changes for each in ahead] == [True, True] and first.tries == 3
    exam_changes.apply(office.caller(), first.id, change)
    assert [each.title for each in series] == ["改名", "周测（12月3日）"]
    assert [(each.duration_s, each.tries) for each in series] == [(1800, 2)] * 2
    assert [_spans(office, each) for each in series] == [
        [(opens + DAY, closes + DAY) for opens, closes in spans] for spans in before
    ]
    item = office.session.scalars(select(Item).where(Item.exam_id == first.id)).one()
    row = office.session.scalars(select(Requirement).where(Requirement.item_id == item.id)).one()
    assert item.title == "改名" and row.plan_day == (before[0][0][0] + DAY).date()
    assert not any(each.changes for each in exam_changes.apply(
        office.caller(), first.id, ExamChange(tries=2, onward=True)
    ))  # fmt: skip


def test_a_change_of_one_leaves_the_others(office, series):
    exam_changes.apply(office.caller(), series[0].id, ExamChange(tries=1))
    assert [each.tries for each in series] == [1, 3]
    with refused("reason_needed"):
        exam_changes.preview(office.caller(), series[0].id, ExamChange(shift=Shift(HOUR, HOUR)))


def test_who_answers_is_given_the_time_by_which_the_exam_grows(office):
    caller = office.caller("officer", office.early)
    attempt_start.start(caller, office.window_id, "5eed")
    change = ExamChange(duration=timedelta(minutes=25), reason="加长")
    found = exam_changes.apply(office.caller(now=office.early), office.exam_id, change)
    assert found[0].answering == 1
    assert office.session.scalars(select(Allowance.seconds)).all() == [300]
    with refused("minutes_only_grow"):
        exam_changes.preview(
            office.caller(now=office.early), office.exam_id, ExamChange(duration=HOUR / 4)
        )


def test_a_lower_pass_mark_passes_who_reaches_it_and_takes_nothing_from_anybody(office):
    papers = (PaperFor(closed_paper(office), 1000),)
    wanted = plan_of(office, papers=papers)
    exam = exam_series.add(office.caller(), office.programme_id, wanted, None).exams[0]
    publishing.publish(office.caller(), office.programme_id)
    window = office.session.scalars(select(ExamWindow).where(ExamWindow.exam_id == exam.id)).first()
    now = window.opens_at + HOUR
    during = office.caller("officer", now)
    attempts.submit(during, attempt_start.start(during, window.id, "5eed").public_id)
    change, later = ExamChange(pass_permille=0), office.caller(now=now)
    assert len(exam_changes.preview(later, exam.id, change)[0].passing) == 1
    exam_changes.apply(later, exam.id, change)
    results = office.session.scalars(select(Result).order_by(Result.number)).all()
    assert [each.passed for each in results] == [False, True]
    assert office.session.scalars(select(Completion.person_id)).all() == [office.staff["officer"]]
    office.appoint("officer", Role.ADMIN)
    with refused("own_case"):
        exam_changes.preview(office.caller("officer", now), exam.id, ExamChange(pass_permille=100))
    with refused("pass_mark_only_falls"):
        exam_changes.preview(later, exam.id, ExamChange(pass_permille=100))


def test_what_a_later_exam_does_not_allow_is_named_and_the_others_change(office, series):
    first, second = series
    window = office.session.scalars(
        select(ExamWindow).where(ExamWindow.exam_id == second.id)
    ).first()
    office.session.get_one(Exam, second.id).pass_mark = 0
    change = ExamChange(shift=Shift(timedelta(), -4 * DAY), onward=True, reason="提前")
    with refused("dates_out_of_order"):
        exam_changes.preview(office.caller(), first.id, change)
    window.closes_at = window.opens_at + timedelta(minutes=30)
    office.session.flush()
    change = ExamChange(shift=Shift(timedelta(), -HOUR), onward=True, reason="提前")
    found = exam_changes.apply(office.caller(), first.id, change)
    assert [each.refused is None for each in found] == [True, False]
