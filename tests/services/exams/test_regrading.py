"""What a corrected key changes: marks, sums, passes, and what waits for a marker."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.db.exams.attempts import answers_of
from learnapp.db.notices.models import Notice
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission, Role
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.rulings import MarkedAs, Ruling, award, pass_mark_for, tally
from learnapp.services.exams import (
    attempts,
    auto_marking,
    grading,
    key_correction,
    regrading,
)
from learnapp.services.exams.grading import GivenGrade
from learnapp.services.exams.regrading import Ruled
from question_bank.editing import to_fields
from question_bank.marking import MultipleRule
from question_bank.model import QuestionType, key_from_json, response_from_json
from tests.rulings import KEEPS, LOSES, VOID_FULL, VOID_OUT, replaced_by
from tests.services.bank.test_questions import sat, set_pass_mark, single_of
from tests.services.conftest import EARLY
from tests.services.exams.steps import admit_late, attempts_agree, newest, result, revise

LATER = EARLY + timedelta(minutes=5)


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
        assert attempts_agree(session)


def test_a_void_short_answer_waits_for_nobody(ground):
    officer, marker = ground.officer(), ground.appoint(Role.MARKER)
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
            AnswerEvent(str(uuid.UUID(int=n)), n, each.ordinal, {"text": "写了"}, False)
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
    officer, marker = ground.officer(), ground.appoint(Role.MARKER)
    public_id = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        place = admit_late(ground, session, officer, public_id)
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
        assert newest(session, place.attempt_id, place.ordinal).awarded == 500
        assert grading.count_waiting(Caller(session, marker, LATER)) == 0
        assert attempts_agree(session)


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
        assert attempts_agree(session)


def test_a_preview_says_who_gains_and_who_loses_and_changes_nothing(ground):
    _, right = sat(ground, right=True)
    with ground.database.reading() as session:
        awarded, full, _ = result(session, right)
    set_pass_mark(ground, awarded)  # just passed
    with ground.database.writing() as session:
        auto_marking.record_result(session, EARLY, right, keep_pass=False)
        place = single_of(session, right)
        place_row = session.get_one(QuestionVersion, place.version_id)
        key = attempt_papers.keys_of(session, right)[place.ordinal - 1]
        wrong = next(o["id"] for o in place_row.options if [o["id"]] != key.key["options"])
        other = Ruled(Ruling.KEY, key_from_json(key.key | {"options": [wrong]}))
        found = regrading.changes_of(session, place.version_id, other)
        (change,) = found.changes
        assert (change.before, change.after) == (place.marks, 0)
        assert (change.sum_before.awarded, change.sum_after.awarded) == (
            awarded,
            awarded - place.marks,
        )
        assert (change.right, change.shows, change.wins) == (False, True, False)
        assert change.loses == change.passed_before
        same = Ruled(Ruling.KEY, key_from_json(key.key))
        unchanged = regrading.changes_of(session, place.version_id, same)
        assert (unchanged.used, unchanged.touched) == (1, ())
        assert result(session, right)[:2] == (awarded, full)


# ---- beside the definition, one attempt after another ----


def _by_definition(session, attempt_id: int, version_id: int, ruled: Ruled):
    """(mark, right, sum before, sum after) by a look at one attempt with its answer and its marks."""
    marks = attempt_papers.marks_of(session, attempt_id)
    place = next(
        p for p in attempt_papers.paper_of(session, attempt_id) if p.version_id == version_id
    )
    rule = MultipleRule(attempt_papers.asked_of(session, attempt_id).multiple_rule)
    kind = QuestionType(place.type)
    answer = answers_of(session, attempt_id).get(place.ordinal)
    given = answer.response if answer is not None else None
    response = response_from_json(kind, given) if given is not None else None
    marked = award(ruled.ruling, ruled.key, response, MarkedAs(kind, place.marks, rule))
    last = marks[place.ordinal]
    given_now = last._replace(awarded=marked.awarded, ruling=ruled.ruling)
    after = tally({**marks, place.ordinal: given_now}.values())
    return marked.awarded, marked.right, tally(marks.values()), after


@pytest.mark.parametrize("ruling", Ruling)
def test_what_changes_is_what_a_look_at_each_attempt_gives(ground, monkeypatch, ruling):
    monkeypatch.setattr(regrading, "BATCH", 2)
    sat_by = [sat(ground, right=bool(n % 2))[1] for n in range(5)]
    with ground.database.writing() as session:
        places = [(each, p) for each in sat_by for p in attempt_papers.paper_of(session, each)]
        closed = {p.version_id for _, p in places if p.type in ("single", "multiple", "true_false")}
        first = min(closed)
        revise(ground, session, first, VOID_OUT)  # so that some full marks differ
        for version_id in sorted(closed - {first}):
            had = [each for each, p in places if p.version_id == version_id]
            key = attempt_papers.keys_of(session, had[0])
            now = next(
                row.key
                for row, p in zip(key, attempt_papers.paper_of(session, had[0]), strict=True)
                if p.version_id == version_id
            )
            options = session.get_one(QuestionVersion, version_id).options
            other = next(o["id"] for o in options if [o["id"]] != now["options"])
            ruled = Ruled(ruling, key_from_json(now | {"options": [other]}))
            changes = regrading.changes_in(session, version_id, ruled, had)
            assert [each.attempt_id for each in changes] == had
            for change in changes:
                expected = _by_definition(session, change.attempt_id, version_id, ruled)
                assert (change.after, change.right, change.sum_before, change.sum_after) == expected
            whole = regrading.changes_of(session, version_id, ruled)
            assert (whole.used, list(whole.touched)) == (
                len(had),
                [each for each in changes if each.touched],
            )
