"""Opening an attempt: who may, how often and from where; the draw, what it avoids, and its cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.db.core.id_gaps import packed, unpacked
from learnapp.db.exams import attempt_start as start_queries
from learnapp.db.exams.attempt_models import Attempt, PaperQuestion
from learnapp.db.exams.models import BlueprintFixed, Exam, ExamWindow
from learnapp.domain.core.errors import Conflict
from learnapp.domain.exams.exams import (
    PaperMode,
    WindowKind,
)
from learnapp.services.bank import key_exposure
from learnapp.services.exams import (
    attempt_start,
    exams,
    proctoring,
)
from tests.services.conftest import EARLY, ExamFixture
from tests.services.exams.steps import add_window, at_once, hand_in_empty
from tests.services.practice.sittings import OVER, sit, versions_on
from tests.services.practice.sittings import answer_in_practice as answer

LATER = EARLY + timedelta(days=2)


def paper_of(session, public_id: str) -> list[int]:
    return list(
        session.scalars(
            select(PaperQuestion.version_id)
            .join(Attempt, Attempt.id == PaperQuestion.attempt_id)
            .where(Attempt.public_id == public_id)
            .order_by(PaperQuestion.ordinal)
        )
    )


def again(ground: ExamFixture, officer, public_id: str, now, seed: str) -> str:
    """A second attempt, after the first was voided."""
    with ground.database.writing() as session:
        proctoring.void(Caller(session, ground.admin, now), public_id, "停电")
    with ground.database.writing() as session:
        return attempt_start.start(Caller(session, officer, now), ground.window_id, seed).public_id


def test_a_paper_can_be_drawn_again_from_what_is_stored(ground: ExamFixture):
    public_id = ground.start(ground.officer(), EARLY)
    with ground.database.reading() as session:
        attempt = session.scalar(select(Attempt).where(Attempt.public_id == public_id))
        placed = attempt_start.redraw(session, attempt.id)
        assert [each.id for each in placed] == paper_of(session, public_id)
        assert [each.ordinal for each in placed] == list(range(1, len(placed) + 1))


def test_what_was_met_of_late_is_avoided_where_the_bank_allows(ground: ExamFixture):
    officer = ground.officer()
    first = ground.start(officer, EARLY)
    second = again(ground, officer, first, EARLY, "an0ther")
    with ground.database.reading() as session:
        met, now = paper_of(session, first), paper_of(session, second)
        kinds = dict(session.execute(select(QuestionVersion.id, QuestionVersion.type)).all())
        for kind in set(kinds.values()):
            there = sum(each == kind for each in kinds.values())
            repeated = [each for each in now if each in met and kinds[each] == kind]
            assert len(repeated) <= max(0, 4 - there)
        attempt = session.scalar(select(Attempt).where(Attempt.public_id == second))
        assert set(met) == set(attempt.avoided)
        assert [each.id for each in attempt_start.redraw(session, attempt.id)] == now


def test_one_paper_for_all_has_the_same_questions_in_each_persons_order(ground: ExamFixture):
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).paper = PaperMode.ONE
    try:
        papers = []
        for number in range(6):
            who = ground.officer()
            with ground.database.writing() as session:
                started = attempt_start.start(
                    Caller(session, who, EARLY), ground.window_id, f"seed{number}"
                )
                papers.append(paper_of(session, started.public_id))
        assert len({frozenset(paper) for paper in papers}) == 1
        assert len({tuple(paper) for paper in papers}) > 1
    finally:
        with ground.database.writing() as session:
            session.get_one(Exam, ground.exam_id).paper = PaperMode.EACH


def test_fixed_questions_are_on_every_paper(ground: ExamFixture):
    window_id = add_window(ground, WindowKind.RESIT, EARLY, EARLY + timedelta(hours=1))
    with ground.database.writing() as session:
        exam = session.get_one(Exam, ground.exam_id)
        version = session.scalars(
            select(QuestionVersion).where(QuestionVersion.type == "single").limit(1)
        ).one()
        session.add(BlueprintFixed(blueprint_id=exam.blueprint_id, question_id=version.question_id))
        wanted = version.id
    for number in range(5):
        who = ground.officer()
        with ground.database.writing() as session:
            started = attempt_start.start(Caller(session, who, EARLY), window_id, f"s{number}")
            assert wanted in paper_of(session, started.public_id)


def test_a_pool_that_was_undone_with_its_start_is_not_drawn_from(ground: ExamFixture):
    """The first start makes the pool and is refused; the next pool may get the same number."""
    window_id = add_window(ground, WindowKind.RESIT, EARLY, EARLY + timedelta(hours=1))
    with ground.database.writing() as session:
        blueprint_id = session.get_one(Exam, ground.exam_id).blueprint_id
        some = session.scalars(
            select(QuestionVersion)
            .where(QuestionVersion.type == "single")
            .order_by(QuestionVersion.id.desc())
            .limit(2)
        ).all()
        fixed, seen = some[0], some[1].id
    refused = ground.officer()
    with ground.database.writing() as session:
        key_exposure.record_key_exposure(Caller(session, refused, EARLY), [seen])
    with pytest.raises(Conflict), ground.database.writing() as session:
        attempt_start.start(Caller(session, refused, EARLY), window_id, "5eed")
    with ground.database.writing() as session:
        session.add(BlueprintFixed(blueprint_id=blueprint_id, question_id=fixed.question_id))
    for number in range(5):
        who = ground.officer()
        with ground.database.writing() as session:
            started = attempt_start.start(Caller(session, who, EARLY), window_id, f"s{number}")
            assert fixed.id in paper_of(session, started.public_id)


@pytest.mark.parametrize("kind", ["new", "again"])
def test_a_start_asks_at_most_eight_statements(ground: ExamFixture, kind: str, record_property):
    for _ in range(3):  # the first makes the pool, the second lets this process remember it
        ground.start(ground.officer(), EARLY)
    officer = ground.officer()
    if kind == "again":
        ground.start(officer, EARLY)
    asked: list[str] = []

    def count(_connection, _cursor, statement, *_about):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            asked.append(statement)

    event.listen(ground.database.engine, "before_cursor_execute", count)
    try:
        ground.start(officer, EARLY)
    finally:
        event.remove(ground.database.engine, "before_cursor_execute", count)
    record_property("tried", f"start, {kind}: {len(asked)} statements without the session's")
    assert len(asked) <= 7, asked


def test_an_exam_of_certain_networks_starts_there_only(ground: ExamFixture):
    officer = ground.officer()
    with ground.database.writing() as session:
        session.get_one(Exam, ground.exam_id).networks = ["10.3.0.0/16"]

    def start(address):
        with ground.database.writing() as session:
            return attempt_start.start(
                Caller(session, officer, EARLY), ground.window_id, "5eed", address
            )

    for address in ("10.9.0.1", None):
        with pytest.raises(Conflict) as outside:
            start(address)
        assert outside.value.code == "outside_the_networks"
    assert start("10.3.0.1")


def test_eight_starts_at_one_instant_land_in_one_attempt(ground):
    for _ in range(5):
        officer = ground.officer()
        starts = [lambda: ground.start(officer, EARLY)] * 8  # noqa: B023  # used at once
        assert len(set(at_once(starts))) == 1


def settle(ground: ExamFixture, now) -> None:
    """The scheduler's rounds until nothing of keys is due."""
    for _ in range(3):
        ground.work(now)


def test_the_draw_avoids_what_the_person_was_shown_of_late_where_the_bank_allows(
    ground: ExamFixture,
):
    officer = ground.officer()
    with ground.database.reading() as session:
        singles = list(
            session.scalars(select(QuestionVersion.id).where(QuestionVersion.type == "single"))
        )
    for version_id in singles[:-2]:
        answer(ground, officer, EARLY - timedelta(days=29), version_id, right=True)
    public_id = ground.start(officer, EARLY)
    with ground.database.reading() as session:
        drawn = versions_on(session, public_id)
        attempt = session.scalar(select(Attempt).where(Attempt.public_id == public_id))
        assert drawn & set(singles) == set(singles[-2:])
        assert set(attempt.shown) == set(singles[:-2]) and attempt.avoided == []
        assert {each.id for each in attempt_start.redraw(session, attempt.id)} == drawn


def test_what_was_shown_long_ago_is_drawn_again(ground: ExamFixture):
    officer = ground.officer()
    answer(ground, officer, EARLY - timedelta(days=31), 1, right=True)
    public_id = ground.start(officer, EARLY)
    with ground.database.reading() as session:
        attempt = session.scalar(select(Attempt).where(Attempt.public_id == public_id))
        assert attempt.shown == []


def test_keys_of_papers_count_from_the_day_they_were_opened(ground: ExamFixture):
    officer = ground.officer()
    first = sit(ground, officer)
    settle(ground, OVER)
    for days, known in ((29, 10), (31, 0)):
        with ground.database.writing() as session:
            window = session.get_one(ExamWindow, ground.window_id)
            now = window.keys_shown_at + timedelta(days=days)
            seat = start_queries.seat_of(session, ground.window_id, officer.person_id)
            found = start_queries.known_versions(session, officer.person_id, seat, now)
            assert len(found.shown) == known
            assert found.met == versions_on(session, first)


def begin(ground: ExamFixture, officer, window_id: int) -> str:
    with ground.database.writing() as session:
        return attempt_start.start(Caller(session, officer, LATER), window_id, "5eed").public_id


def test_who_failed_may_retake_and_who_was_absent_may_make_up(ground: ExamFixture):
    failed, absent = ground.officer(), ground.officer()
    hand_in_empty(ground, failed)
    retake, make_up = (
        add_window(ground, kind, LATER, LATER + timedelta(hours=2))
        for kind in (WindowKind.RETAKE, WindowKind.MAKE_UP)
    )
    with pytest.raises(Conflict) as sat:
        begin(ground, failed, make_up)
    assert sat.value.code == "already_sat"
    with pytest.raises(Conflict) as nothing:
        begin(ground, absent, retake)
    assert nothing.value.code == "nothing_to_retake"
    assert begin(ground, failed, retake) and begin(ground, absent, make_up)
    with ground.database.reading() as session:
        for officer, mine, other in ((failed, retake, make_up), (absent, make_up, retake)):
            listed = {each.window.id for each in exams.sittable(session, officer.person_id, LATER)}
            assert mine in listed and other not in listed


def test_who_was_voided_may_begin_again(ground: ExamFixture):
    officer = ground.officer()
    first = ground.start(officer, EARLY)
    with ground.database.writing() as session:
        proctoring.void(Caller(session, ground.admin, EARLY), first, "设备故障")
    second = ground.start(officer, EARLY)
    assert second != first
    with ground.database.reading() as session:
        states = [
            session.query(Attempt).filter_by(public_id=each).one().state for each in (first, second)
        ]
    assert states == ["voided", "open"]


@given(st.sets(st.integers(1, 2**50), max_size=30))
def test_a_list_of_ids_is_stored_as_its_gaps_and_read_back_as_it_was(ids):
    assert unpacked(packed(sorted(ids))) == sorted(ids)


def test_lists_of_versions_take_a_byte_or_two_each_and_those_of_old_are_read(office):
    many = list(range(1_000, 3_000, 7))
    assert len(packed(many)) < 2 * len(many)
    with pytest.raises(ValueError, match="ascending"):
        packed([3, 3])
    office.hand_in("officer")
    attempt = office.session.scalars(select(Attempt)).one()
    raw = "UPDATE attempts SET avoided = '[3,5,900]'"
    office.session.execute(text(raw))
    office.session.refresh(attempt)
    assert attempt.avoided == [3, 5, 900]
    attempt.shown = many
    office.session.flush()
    office.session.refresh(attempt)
    assert attempt.shown == many
