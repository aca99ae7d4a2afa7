"""Questions put right after an exam: a further answer, full marks for all, left out; and back again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import BankQuestion, KeyRevision, QuestionVersion
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams import drawing, pools
from learnapp.db.exams.models import ExamWindow
from learnapp.db.exams.remediation import asked_in
from learnapp.db.practice import notebook
from learnapp.db.study.models import Portion
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.rulings import Correction
from learnapp.services.bank import item_statistics
from learnapp.services.exams import key_correction
from learnapp.services.exams.key_correction import CorrectionInput
from learnapp.services.study import portions
from question_bank.editing import to_fields
from tests.rulings import KEEPS, VOID_FULL, VOID_OUT, admitting, replaced_by
from tests.services.bank.test_questions import other_letter, sat, single_of
from tests.services.conftest import EARLY
from tests.services.exams.steps import attempts_agree, newest, result, revise

LATER = EARLY + timedelta(minutes=5)


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
        assert attempts_agree(session)


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
        assert attempts_agree(session)


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
            assert attempts_agree(session)
        assert [result(session, each)[:2] for each in (right, wrong)] == before
        assert newest(session, right, place.ordinal).right is True


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
