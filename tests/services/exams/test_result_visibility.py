"""When keys open, what make-ups draw, what a person was shown and what keeps it back."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.exams import drawing
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.study.models import Portion
from learnapp.domain.core.errors import Conflict, NotFound
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.exams.exams import ExamKind, PaperMode, Release, WindowKind
from learnapp.services.bank import item_statistics
from learnapp.services.exams import (
    attempt_results,
    attempt_start,
    attempts,
    paper_entry,
    proctoring,
    result_visibility,
)
from learnapp.services.practice import free_practice, notebook
from learnapp.services.practice.notebook import EntryState
from learnapp.services.study import portions
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import add_window
from tests.services.practice.sittings import OVER, sit, the_book, versions_on
from tests.services.practice.sittings import answer_in_practice as answer
from tests.small_office import NOW

LATER = OVER + timedelta(hours=6)


def outcome(ground: ExamFixture, officer: Actor, public_id: str, now):
    with ground.database.reading() as session:
        return attempt_results.outcome(
            session, attempt_results.head_of(session, officer, public_id), now
        )


def questions_of(ground: ExamFixture, public_id: str) -> set[int]:
    with ground.database.reading() as session:
        return set(
            session.scalars(
                select(QuestionVersion.question_id)
                .join(PaperQuestion, PaperQuestion.version_id == QuestionVersion.id)
                .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
                .where(Attempt.public_id == public_id)
            )
        )


def settle(ground: ExamFixture, now) -> None:
    """The scheduler's rounds until nothing of keys is due."""
    for _ in range(3):
        ground.work(now)


def test_a_weekly_tests_keys_open_when_its_main_window_is_over_and_its_make_up_draws_others(
    ground: ExamFixture,
):
    officer = ground.officer()
    window_id = add_window(ground, WindowKind.MAKE_UP, LATER, LATER + timedelta(hours=8))
    first = sit(ground, officer)
    assert not outcome(ground, officer, first, OVER).visible.key  # nothing is known of the make-up
    settle(ground, OVER)
    assert outcome(ground, officer, first, OVER).visible.key
    assert len(the_book(ground, officer, OVER).entries) == 10
    absent = ground.officer()
    second = sit(ground, absent, LATER, window_id)
    assert not questions_of(ground, first) & questions_of(ground, second)
    during = LATER + timedelta(minutes=1)
    assert outcome(ground, officer, first, during).visible.key
    assert not outcome(ground, absent, second, during).visible.key
    settle(ground, LATER + timedelta(hours=9))
    assert outcome(ground, absent, second, LATER + timedelta(hours=9)).visible.key


def test_where_the_bank_has_no_others_the_key_waits_for_the_make_up_and_the_page_may_say_so(
    ground: ExamFixture,
):
    a_small_bank(ground)
    officer = ground.officer()
    closes = LATER + timedelta(hours=8)
    window_id = add_window(ground, WindowKind.MAKE_UP, LATER, closes)
    first = sit(ground, officer)
    settle(ground, OVER)
    seen = outcome(ground, officer, first, OVER).visible
    assert not seen.key and seen.overlap and seen.key_from > closes
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, window_id).overlap > 0
    second = sit(ground, ground.officer(), LATER, window_id)
    # Of each type one other question is left; it is on the paper, and only one is repeated.
    assert len(questions_of(ground, first) & questions_of(ground, second)) == 5
    settle(ground, closes + timedelta(minutes=1))
    assert outcome(ground, officer, first, closes + timedelta(minutes=1)).visible.key


def test_a_make_up_beside_the_main_window_keeps_back_what_both_draw(ground: ExamFixture):
    """Its pool was made before all main papers were drawn, so that it may share their questions."""
    closes = NOW + timedelta(hours=14)
    beside = add_window(ground, WindowKind.MAKE_UP, EARLY, closes)
    sit(ground, ground.officer(), EARLY, beside)
    officer = ground.officer()
    first = sit(ground, officer)
    settle(ground, OVER)
    assert not outcome(ground, officer, first, OVER).visible.key
    with ground.database.reading() as session:
        assert session.get_one(ExamWindow, beside).overlap == 10
    settle(ground, closes + timedelta(minutes=1))
    assert outcome(ground, officer, first, closes + timedelta(minutes=1)).visible.key


def test_a_monthly_exams_keys_wait_for_its_last_make_up(ground: ExamFixture):
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).kind = ExamKind.MONTHLY
    officer = ground.officer()
    closes = LATER + timedelta(hours=8)
    add_window(ground, WindowKind.MAKE_UP, LATER, closes)
    first = sit(ground, officer)
    settle(ground, OVER)
    seen = outcome(ground, officer, first, OVER).visible
    assert not seen.key and not seen.overlap and seen.key_from > closes
    assert outcome(ground, officer, first, closes + timedelta(minutes=1)).visible.key


def test_added_time_keeps_the_key_back_and_what_has_run_out_does_not(ground: ExamFixture):
    first_one, late, gone = (ground.officer() for _ in range(3))
    first = sit(ground, first_one)
    nearly = NOW + timedelta(hours=8, minutes=50)
    for who in (late, gone):
        ground.start(who, nearly)
    with ground.database.reading() as session:
        theirs = session.scalar(
            select(Attempt.public_id).where(Attempt.person_id == late.person_id)
        )
    with ground.database.writing() as session:
        proctoring.allow(Caller(session, ground.admin, nearly), theirs, 1800, "停电")
    during = NOW + timedelta(hours=9, minutes=10)
    seen = outcome(ground, first_one, first, during).visible
    assert not seen.key and seen.key_from is None
    with ground.database.writing() as session:
        attempts.submit(Caller(session, late, during), theirs)
    assert outcome(ground, first_one, first, during).visible.key  # nobody handed `gone` in yet


def test_what_was_open_stays_open_to_its_reader_and_a_later_batch_draws_others(ground: ExamFixture):
    officer, late = ground.officer(), ground.officer()
    first = sit(ground, officer)
    settle(ground, OVER)
    window_id = add_window(ground, WindowKind.MAIN, LATER, LATER + timedelta(hours=8), now=OVER)
    second = sit(ground, late, LATER, window_id)
    assert not questions_of(ground, first) & questions_of(ground, second)
    assert outcome(ground, officer, first, LATER).visible.key
    assert not outcome(ground, late, second, LATER).visible.key


@pytest.mark.parametrize("channel", ["online", "paper"])
def test_a_key_lawfully_seen_is_kept_back_while_it_is_on_an_open_paper_of_ones_own(
    ground: ExamFixture, channel: str
):
    a_small_bank(ground)
    officer, other = ground.officer(), ground.officer()
    first, theirs = sit(ground, officer), sit(ground, other)
    mistake = the_book(ground, officer, OVER).due()[0]
    told = answer(ground, officer, OVER, mistake.version_id, right=False)
    back = add_window(ground, WindowKind.REMEDIAL, EARLY, LATER)
    with ground.database.writing() as session:
        if channel == "paper":
            again = paper_entry.begin(
                Caller(session, ground.admin, OVER), back, officer.person_id, "5eed"
            )
        else:
            again = attempt_start.start(Caller(session, officer, OVER), back, "5eed").public_id
    repeated = questions_of(ground, first) & questions_of(ground, again)
    assert repeated
    shown = outcome(ground, officer, first, OVER)
    places = {each.ordinal: each.question_id for each in shown.sheet.places}
    free = {ordinal for ordinal, question in places.items() if question not in repeated}
    assert set(shown.keys) == set(shown.marks) == free
    book = the_book(ground, officer, OVER)
    held = {each.question_id for each in book.entries if each.state is EntryState.HELD}
    assert held == repeated
    assert [(each.title, each.questions) for each in book.holdings] == [("周测", len(repeated))]
    if mistake.question_id in repeated:
        with ground.database.reading() as session, pytest.raises(Conflict):
            free_practice.feedback_of(Caller(session, officer, OVER), told)
    # It keeps nothing back from anybody else.
    assert len(outcome(ground, other, theirs, OVER).keys) == 10
    with ground.database.writing() as session:
        proctoring.void(Caller(session, ground.admin, OVER), again, "重来")
    assert len(outcome(ground, officer, first, OVER).keys) == 10


def a_small_bank(ground: ExamFixture, of_each_type: int = 3) -> None:
    """Few questions are left of each type; a paper has two."""
    with ground.database.writing() as session:
        kept: dict[str, int] = {}
        for version in session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)):
            kept[version.type] = kept.get(version.type, 0) + 1
            if kept[version.type] > of_each_type:
                version.status = "retired"


def test_what_was_lawfully_seen_is_practised_while_an_exam_has_it_on_papers_of_others(
    ground: ExamFixture,
):
    """The week's test is on: what one has practised before stays open, what is new to one waits."""
    a_small_bank(ground, 2)
    learner, sitting = ground.officer(), ground.officer()
    answer(ground, learner, NOW, 1, right=False)
    sit(ground, sitting)
    rng = random.Random(3)
    with ground.database.reading() as session:
        assert free_practice.next_to_practise(Caller(session, learner, EARLY), rng, 1, "") == 1
        assert free_practice.ask(Caller(session, learner, EARLY), 1, str(uuid.uuid4()))
        (entry,) = notebook.book(Caller(session, learner, EARLY)).entries
        assert entry.state is not EntryState.HELD
        (holding,) = free_practice.holdings(Caller(session, learner, EARLY))
        assert holding.title == "周测" and holding.questions == 9
        assert holding.until > NOW + timedelta(hours=9)
        with pytest.raises(NotFound):
            free_practice.ask(Caller(session, sitting, EARLY), 1, str(uuid.uuid4()))
        assert free_practice.holdings(Caller(session, learner, OVER)) == []


def test_the_one_paper_of_all_is_not_practised_before_the_first_has_it(ground: ExamFixture):
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).paper = PaperMode.ONE
    ready = NOW + timedelta(minutes=50)
    ground.work(ready)  # the pool is made ten minutes before the opening
    learner, rng, seen = ground.officer(), random.Random(5), set()
    while True:
        with ground.database.reading() as session:
            found = free_practice.next_to_practise(Caller(session, learner, ready), rng, 1, "")
        if found is None or found in seen:
            break
        seen.add(found)
        answer(ground, learner, ready, found, right=True)
    public_id = ground.start(ground.officer(), EARLY)
    with ground.database.reading() as session:
        assert len(seen) > 20 and not seen & versions_on(session, public_id)


def test_a_check_question_waits_while_it_is_on_an_open_paper_of_ones_own(ground: ExamFixture):
    officer = ground.officer()
    mine = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        asked = dict(
            session.execute(
                select(PaperQuestion.type, PaperQuestion.version_id)
                .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
                .where(Attempt.public_id == mine)
            ).all()
        )
        session.get_one(Portion, 1).check_version_id = asked["single"]
    with ground.database.writing() as session, pytest.raises(Conflict) as kept:
        version = session.get_one(QuestionVersion, asked["single"])
        raw = {"options": [version.options[0]["id"]]}
        opened = portions.open_portion(Caller(session, officer, EARLY), 1)
        portions.answer_check(Caller(session, officer, EARLY), opened, raw)
    assert kept.value.code == "key_on_open_paper"


def test_marks_that_wait_for_their_release_keep_the_key_and_the_notebook_waiting(
    ground: ExamFixture,
):
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).release = Release.BY_HAND
    officer = ground.officer()
    first = sit(ground, officer)
    settle(ground, OVER)
    seen = outcome(ground, officer, first, OVER)
    assert not seen.visible.marks and not seen.keys
    assert the_book(ground, officer, OVER).entries == []


def test_only_first_sittings_say_how_hard_a_question_is(ground: ExamFixture):
    """Who sits again has met the questions; the way back comes after reading."""
    a_small_bank(ground, 2)
    officer = ground.officer()
    first = sit(ground, officer)
    back = add_window(ground, WindowKind.REMEDIAL, EARLY, LATER)
    sit(ground, officer, OVER, back)
    with ground.database.reading() as session:
        counts = drawing.answers_of_bank(session, 1)
        assert {counts[each].answers for each in versions_on(session, first)} == {1}
        version = session.get_one(QuestionVersion, min(counts))
        reached = version_in_reach(
            Caller(session, ground.admin, NOW), version.id, Permission.BANK_READ
        )
        assert item_statistics.of_version(session, reached).found.uses == 1


def test_what_is_said_of_all_attempts_of_a_person_is_what_is_said_of_each(ground: ExamFixture):
    officer = ground.officer()
    first = sit(ground, officer)
    for now, key in ((EARLY, False), (OVER, True)):
        with ground.database.reading() as session:
            mine = result_visibility.own(session, officer.own_id(), now)
        one = outcome(ground, officer, first, now).visible
        assert (first in mine.marks, first in mine.keys) == (one.marks, one.key) == (True, key)
        assert bool(mine.hidden) is not key


def test_the_instant_at_which_keys_opened_is_recorded_once(ground: ExamFixture):
    sit(ground, ground.officer())
    with ground.database.writing() as session:
        assert result_visibility.due(session, EARLY) == []
        assert not result_visibility.settle(session, EARLY, ground.exam_id)
        assert result_visibility.due(session, OVER) == [ground.exam_id]
        assert result_visibility.settle(session, OVER, ground.exam_id)
        opened = session.get_one(ExamWindow, ground.window_id).keys_shown_at
        assert opened <= OVER
        assert result_visibility.due(session, LATER) == []
        assert not result_visibility.settle(session, LATER, ground.exam_id)
        assert session.get_one(ExamWindow, ground.window_id).keys_shown_at == opened
