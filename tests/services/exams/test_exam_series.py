"""A series of exams made in one step: windows, make-ups, who is asked, in a draft of the programme."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from learnapp.db.exams.models import BlueprintRow, Exam, ExamWindow
from learnapp.db.study.models import Completion, Item, Requirement
from learnapp.domain.exams.exams import ExamKind, WindowKind
from learnapp.domain.exams.recurring import DEFAULTS
from learnapp.domain.people.people import Category
from learnapp.domain.study.owed import OwedState
from learnapp.services.exams import attempt_start, attempts, blueprints, exam_series, exams
from learnapp.services.exams.exam_series import PaperFor, SeriesPlan
from learnapp.services.operations import verify_completions
from learnapp.services.study import owed, publishing
from question_bank.blueprint import Cell
from question_bank.model import QuestionType
from tests.services.refusals import refused
from tests.small_office import NOW

SPAN = (date(2026, 11, 23), date(2026, 12, 4))


def plan_of(office, kind=ExamKind.WEEKLY, **more):
    blueprint = office.session.get_one(Exam, office.exam_id).blueprint_id
    usual = DEFAULTS[kind]
    plan = exams.ExamPlan(
        "周测", kind, timedelta(minutes=usual.minutes), NOW, NOW, tries=usual.tries
    )
    made = SeriesPlan(plan, usual.timetable, SPAN, (PaperFor(blueprint, 600),))
    return replace(made, **more)


def closed_paper(office):
    """A blueprint of questions that are marked at once; its id."""
    bank = office.session.scalars(select(BlueprintRow.bank_id)).first()
    cells = [Cell(1, "单选题", QuestionType.SINGLE, None, None, 2, 1000)]
    return blueprints.add_blueprint(office.caller(), bank, "单选卷", cells).id


def _rows(office, made):
    items = select(Item.id).where(Item.exam_id.in_([each.id for each in made.exams]))
    wanted = select(Requirement).where(Requirement.item_id.in_(items))
    return office.session.scalars(wanted.order_by(Requirement.plan_day)).all()


def test_weekly_tests_are_asked_in_a_draft_each_due_as_it_closes(office):
    wanted = plan_of(office)
    ahead = exam_series.preview(office.caller(), office.programme_id, wanted, None)
    made = exam_series.add(office.caller(), office.programme_id, wanted, None)
    assert made.plan.revision.number == 2 and len(made.exams) == len(ahead.exams) == 2
    assert [each.title for each in made.exams] == ["周测（11月26日）", "周测（12月3日）"]
    assert len({each.series_id for each in made.exams}) == 1
    rows = _rows(office, made)
    assert [row.plan_day for row in rows] == [date(2026, 11, 26), date(2026, 12, 3)]
    assert rows[0].due_at == ahead.exams[0].windows[0].closes_at and rows[0].required
    kinds = office.session.scalars(
        select(ExamWindow.kind).where(ExamWindow.exam_id == made.exams[0].id)
    )
    assert set(kinds) == {WindowKind.MAIN, WindowKind.MAKE_UP}
    publishing.publish(office.caller(), office.programme_id)
    with refused("name_needed"):
        exam_series.preview(
            office.caller(),
            office.programme_id,
            replace(wanted, exam=replace(wanted.exam, title=" ")),
            None,
        )


def test_two_batches_fall_due_with_the_last(office):
    made = exam_series.add(
        office.caller(), office.programme_id, plan_of(office, ExamKind.MONTHLY), None
    )
    november = _rows(office, made)[0]
    assert november.plan_day == date(2026, 11, 27) and november.due_at.date() == date(2026, 11, 30)


def test_a_category_with_a_paper_of_its_own_is_asked_that_one_alone(office):
    wanted = plan_of(office)
    (common,) = wanted.papers
    special = PaperFor(common.blueprint_id, 500, frozenset({Category.AUXILIARY}), "辅警")
    made = exam_series.add(
        office.caller(), office.programme_id, replace(wanted, papers=(common, special)), None
    )
    assert [each.title for each in made.exams][2:] == [
        "周测·辅警（11月26日）",
        "周测·辅警（12月3日）",
    ]
    assert made.exams[0].pass_mark == 6000 and made.exams[2].pass_mark == 5000
    categories = [set(row.audience["categories"]) for row in _rows(office, made)]
    assert {"auxiliary"} in categories
    others = {str(each) for each in Category} - {"auxiliary"}
    assert others in categories


def test_a_trial_is_offered_and_counts_nowhere(office):
    paper = closed_paper(office)
    wanted = plan_of(office, ExamKind.TRIAL, papers=(PaperFor(paper, 0),))
    made = exam_series.add(office.caller(), office.programme_id, wanted, None)
    (row,), (exam,) = _rows(office, made), made.exams
    assert not row.required
    publishing.publish(office.caller(), office.programme_id)
    window = office.session.scalars(select(ExamWindow).where(ExamWindow.exam_id == exam.id)).one()
    during = office.caller("officer", window.opens_at + timedelta(minutes=1))
    attempts.submit(during, attempt_start.start(during, window.id, "5eed").public_id)
    office.session.flush()
    assert office.session.scalars(select(Completion)).all() == []
    mine = owed.exam_of(office.session, office.staff["officer"], exam.id, during.now)
    assert mine.owed.state is OwedState.DONE and mine.facts.attempts[0].passed
    assert verify_completions.differences(office.session, during.now) == []
