"""Questions put right after an exam: a further answer, full marks for all, left out; and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import BankQuestion, KeyRevision, QuestionVersion
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, drawing, pools
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.db.exams.models import ExamWindow
from learnapp.db.exams.remediation import asked_in
from learnapp.db.notices.models import Notice
from learnapp.db.practice import notebook
from learnapp.db.study.models import Portion
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission, Role
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.rulings import Correction, Ruling, pass_mark_for
from learnapp.services.bank import item_statistics
from learnapp.services.exams import attempts, auto_marking, grading, key_correction, late_answers
from learnapp.services.exams.grading import GivenGrade
from learnapp.services.exams.key_correction import CorrectionInput
from learnapp.services.operations import verify
from learnapp.services.study import portions
from question_bank.editing import to_fields
from tests.rulings import KEEPS, LOSES, VOID_FULL, VOID_OUT, admitting, replaced_by
from tests.services.bank.test_questions import other_letter, sat, set_pass_mark, single_of, staff
from tests.services.conftest import EARLY

LATER = EARLY + timedelta(minutes=5)


def revise(ground, session, version_id, wanted, decision=KEEPS, now=LATER):
    return key_correction.revise(Caller(session, ground.admin, now), version_id, wanted, decision)


def result(session, attempt_id):
    found = attempt_papers.result_of(session, attempt_id)
    return found.awarded, found.full, found.passed


def newest(session, attempt_id, place):
    return attempt_papers.marks_of(session, attempt_id)[place]


def agrees(session):
    return [line for line in verify.differences(session, LATER) if "attempt" in line]


def test_a_second_right_answer_is_admitted_and_the_first_stays_right(ground):
    _, right = sat(ground, right=True)
    sat(ground, right=False)
    with ground.database.writing() as session:
        place = single_of(session, right)
        before, letter = result(session, right), other_letter(session, place.version_id)
        found = key_correction.preview(
            Caller(session, ground.admin, LATER), place.version_id, admitting(letter)
        )
        assert found.passes_lost == 0 and all(each.after >= each.before for each in found.changes)
        revise(ground, session, place.version_id, admitting(letter))
        key = session.scalars(
            select(KeyRevision.key)
            .where(KeyRevision.version_id == place.version_id)
            .order_by(KeyRevision.number.desc())
        ).first()
        assert len(key["also"]) == 1 and result(session, right) == before
        version = version_in_reach(
            Caller(session, ground.admin, LATER), place.version_id, Permission.BANK_READ
        )
        assert " 或 " in to_fields(version.data).answer
        with pytest.raises(RuleBroken) as same:
            revise(ground, session, place.version_id, admitting(letter))
        assert same.value.code == "key_unchanged"
        assert agrees(session) == []


def test_a_void_question_gives_everybody_its_marks_and_is_in_nobodys_mistakes(ground):
    officer, attempt_id = sat(ground, right=False)
    with ground.database.writing() as session:
        place = single_of(session, attempt_id)
        awarded, full, _ = result(session, attempt_id)
        wrong = {row.question_id for row in notebook.answers_of(session, officer.person_id, [])}
        found = revise(ground, session, place.version_id, VOID_FULL)
        assert [each.attempt_id for each in found.changes] == [attempt_id]
        assert result(session, attempt_id)[:2] == (awarded + place.marks, full)
        assert newest(session, attempt_id, place.ordinal).right is None
        version = session.get_one(QuestionVersion, place.version_id)
        after = {row.question_id for row in notebook.answers_of(session, officer.person_id, [])}
        assert wrong - after == {version.question_id}
        asked = {row.question_id for row in asked_in(session, attempt_id, wrong_only=True)}
        assert version.question_id not in asked
        assert place.version_id not in drawing.answers_of_bank(session, version.bank_id)
        told = version_in_reach(
            Caller(session, ground.admin, LATER), version.id, Permission.BANK_READ
        )
        assert item_statistics.of_version(session, told).found.uses == 0
        assert version.status == "retired"
        assert session.get_one(BankQuestion, version.question_id).retired_at == LATER
        assert agrees(session) == []


@pytest.mark.parametrize("keeps", [True, False])
def test_a_question_that_is_left_out_takes_its_marks_along_and_the_pass_mark_follows(ground, keeps):
    officer, attempt_id = sat(ground, right=True)
    with ground.database.reading() as session:
        awarded, full, _ = result(session, attempt_id)
    set_pass_mark(ground, awarded)  # just passed: without the question, which was right, no longer
    with ground.database.writing() as session:
        auto_marking.record_result(session, EARLY, attempt_id)
        place = single_of(session, attempt_id)
        found = key_correction.preview(
            Caller(session, ground.admin, LATER), place.version_id, VOID_OUT
        )
        without = awarded - place.marks
        line = pass_mark_for(awarded, full, full - place.marks)
        assert found.passes_lost == (1 if without < line else 0)
        revise(ground, session, place.version_id, VOID_OUT, KEEPS if keeps else LOSES)
        passed = keeps or without >= line
        assert result(session, attempt_id) == (without, full - place.marks, passed)
        notice = session.scalars(
            select(Notice).where(Notice.person_id == officer.person_id).order_by(Notice.id.desc())
        ).first()
        assert notice.params["question"] == place.ordinal
        assert (notice.params["full_before"], notice.params["full_after"]) == (
            full,
            full - place.marks,
        )
        assert agrees(session) == []


def test_who_hands_in_after_the_ruling_is_marked_by_it(ground):
    officer = ground.officer()
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempt = attempt_papers.head_of(session, public_id, officer.person_id)
        places = session.scalars(
            select(PaperQuestion)
            .where(PaperQuestion.attempt_id == attempt.id)
            .order_by(PaperQuestion.ordinal)
        ).all()
        revise(ground, session, places[0].version_id, VOID_FULL)
        revise(ground, session, places[1].version_id, VOID_OUT)
        attempts.submit(Caller(session, officer, LATER), public_id, [])
        full, out = (newest(session, attempt.id, each.ordinal) for each in places[:2])
        assert (full.awarded, full.right, full.ruling) == (places[0].marks, None, Ruling.VOID_FULL)
        assert (out.awarded, out.right, out.ruling) == (0, None, Ruling.VOID_OUT)
        paper = sum(each.marks for each in places)
        assert result(session, attempt.id)[:2] == (places[0].marks, paper - places[1].marks)
        assert agrees(session) == []


def test_a_window_that_nobody_has_begun_draws_a_void_question_no_more(ground):
    with ground.database.writing() as session:
        window = session.get_one(ExamWindow, ground.window_id)
        pool = pools.pool_of(session, window, EARLY, "5eed")
        version_id = pool.candidates[0][0]
        revise(ground, session, version_id, VOID_FULL)
        again = pools.pool_of(session, window, LATER, "5eed")
        assert version_id not in [row[0] for row in again.candidates]


def test_a_void_question_that_is_made_a_question_again_counts_as_before(ground):
    _, right = sat(ground, right=True)
    _, wrong = sat(ground, right=False)
    with ground.database.writing() as session:
        place = single_of(session, right)
        before = [result(session, each)[:2] for each in (right, wrong)]
        version = version_in_reach(
            Caller(session, ground.admin, LATER), place.version_id, Permission.BANK_READ
        )
        key = to_fields(version.data).answer
        for wanted in (VOID_OUT, VOID_FULL, replaced_by(key)):
            revise(ground, session, place.version_id, wanted)
            assert agrees(session) == []
        assert [result(session, each)[:2] for each in (right, wrong)] == before
        assert newest(session, right, place.ordinal).right is True


def test_a_void_short_answer_waits_for_nobody(ground):
    officer, marker = ground.officer(), staff(ground, Role.MARKER)
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        head = attempt_papers.head_of(session, public_id, officer.person_id)
        written = session.scalars(
            select(PaperQuestion).where(
                PaperQuestion.attempt_id == head.id, PaperQuestion.type == "short_answer"
            )
        ).all()
        if not written:
            pytest.fail("the paper has no short answer")
        events = [
            AnswerEvent(f"{n:08}-void", n, each.ordinal, {"text": "写了"}, False)
            for n, each in enumerate(written, 1)
        ]
        attempts.submit(Caller(session, officer, EARLY), public_id, events)
        assert grading.count_waiting(Caller(session, marker, LATER)) == len(written)
        for each in written:
            revise(ground, session, each.version_id, VOID_FULL)
        assert grading.count_waiting(Caller(session, marker, LATER)) == 0
        assert attempt_papers.result_of(session, head.id) is not None
        with pytest.raises(RuleBroken) as refused:
            revise(ground, session, written[0].version_id, replaced_by("参考答案改了"))
        assert refused.value.code == "void_unmarked"


def test_an_admitted_answer_still_waits_once_its_void_question_counts_again(ground):
    officer, marker = ground.officer(), staff(ground, Role.MARKER)
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY), public_id)
        head = attempt_papers.head_of(session, public_id, officer.person_id)
        place = session.scalars(
            select(PaperQuestion).where(
                PaperQuestion.attempt_id == head.id, PaperQuestion.type == "short_answer"
            )
        ).first()
        event = AnswerEvent("00000001-late", 1, place.ordinal, {"text": "写了"}, False)
        attempts.receive(Caller(session, officer, LATER), public_id, [event])
        late_answers.accept_late_answer(
            Caller(session, ground.admin, LATER), public_id, event.event_id, "基站故障"
        )
        assert grading.count_waiting(Caller(session, marker, LATER)) == 1
        version_id = place.version_id
        version = version_in_reach(
            Caller(session, ground.admin, LATER), version_id, Permission.BANK_READ
        )
        key = to_fields(version.data).answer
        revise(ground, session, version_id, VOID_FULL)
        assert grading.count_waiting(Caller(session, marker, LATER)) == 0
        revise(ground, session, version_id, replaced_by(key))
        assert grading.count_waiting(Caller(session, marker, LATER)) == 1
        known_by = grading.grading_queue(Caller(session, marker, LATER))[0].attempt
        grading.submit_grade(
            Caller(session, marker, LATER), known_by, place.ordinal, GivenGrade(500)
        )
        assert newest(session, head.id, place.ordinal).awarded == 500
        assert grading.count_waiting(Caller(session, marker, LATER)) == 0
        assert agrees(session) == []


def test_an_admitted_answer_that_is_worth_nothing_waits_for_no_second_marker(ground):
    officer, marker, other = (
        ground.officer(),
        staff(ground, Role.MARKER),
        staff(ground, Role.MARKER),
    )
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        attempts.submit(Caller(session, officer, EARLY), public_id)
        head = attempt_papers.head_of(session, public_id, officer.person_id)
        place = session.scalars(
            select(PaperQuestion).where(
                PaperQuestion.attempt_id == head.id, PaperQuestion.type == "short_answer"
            )
        ).first()
        event = AnswerEvent("00000001-late", 1, place.ordinal, {"text": "写了"}, False)
        attempts.receive(Caller(session, officer, LATER), public_id, [event])
        late_answers.accept_late_answer(
            Caller(session, ground.admin, LATER), public_id, event.event_id, "基站故障"
        )
        known_by = grading.grading_queue(Caller(session, marker, LATER))[0].attempt
        grading.submit_grade(
            Caller(session, marker, LATER), known_by, place.ordinal, GivenGrade(0, "答非所问")
        )
        assert grading.count_waiting(Caller(session, other, LATER)) == 0
        assert newest(session, head.id, place.ordinal).comment == "答非所问"
        assert agrees(session) == []


def test_no_paper_is_left_without_a_question_that_counts(ground):
    _, attempt_id = sat(ground, right=False)
    with ground.database.writing() as session:
        places = session.scalars(
            select(PaperQuestion.version_id).where(PaperQuestion.attempt_id == attempt_id)
        ).all()
        for version_id in places[:-1]:
            revise(ground, session, version_id, VOID_OUT)
        with pytest.raises(RuleBroken) as refused:
            revise(ground, session, places[-1], VOID_OUT)
        assert refused.value.code == "void_leaves_nothing"
        revise(ground, session, places[-1], VOID_FULL)
        assert agrees(session) == []


def test_the_explanation_is_put_right_in_the_same_step_or_alone_and_stays(ground):
    _, attempt_id = sat(ground, right=False)
    with ground.database.writing() as session:
        place = single_of(session, attempt_id)
        letter = other_letter(session, place.version_id)
        wanted = replace(admitting(letter), explanation="两条都这样规定。", source="刑法第二十条")
        revise(ground, session, place.version_id, wanted)
        written = session.get_one(QuestionVersion, place.version_id)
        assert written.source != "刑法第二十条"  # the version itself stays as it was
        revise(ground, session, place.version_id, VOID_FULL)

        def shown():
            version = version_in_reach(
                Caller(session, ground.admin, LATER), place.version_id, Permission.BANK_READ
            )
            return version.data["source"], str(version.data["explanation"])

        assert shown()[0] == "刑法第二十条" and "两条都这样规定" in shown()[1]
        alone = CorrectionInput(Correction.VOID_FULL, explanation="题干缺了条件。")
        revise(ground, session, place.version_id, alone)
        assert "题干缺了条件" in shown()[1]


def test_a_decision_is_made_upon_what_was_seen_and_a_repeat_changes_nothing(ground):
    _, attempt_id = sat(ground, right=False)
    with ground.database.writing() as session:
        version_id = single_of(session, attempt_id).version_id
        seen = replace(KEEPS, base=1)
        assert revise(ground, session, version_id, VOID_FULL, seen) is not None
        assert revise(ground, session, version_id, VOID_FULL, seen) is None
        with pytest.raises(Conflict) as moved:
            revise(ground, session, version_id, VOID_OUT, seen)
        assert moved.value.code == "key_moved"


def test_a_reading_whose_check_is_void_is_complete_without_it(ground):
    officer = ground.officer()
    with ground.database.writing() as session:
        version = session.scalars(
            select(QuestionVersion).where(
                QuestionVersion.type == "single", QuestionVersion.status == "published"
            )
        ).first()
        portion = session.scalars(select(Portion)).first()
        portion.check_version_id = version.id
        session.flush()
        opened = portions.open_portion(Caller(session, officer, LATER), portion.id)
        assert (
            portions.keep_place(Caller(session, officer, LATER), opened, opened.last).done_at
            is None
        )
        found = key_correction.preview(Caller(session, ground.admin, LATER), version.id, VOID_FULL)
        assert found.checks == 1
        revise(ground, session, version.id, VOID_FULL)
        opened = portions.open_portion(Caller(session, officer, LATER), portion.id)
        assert opened.check is None
        assert (
            portions.keep_place(Caller(session, officer, LATER), opened, opened.last).done_at
            == LATER
        )
