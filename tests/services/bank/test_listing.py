"""A bank's list and its search: the newest version of each question, found by any part of its text."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from learnapp.db.bank import listing
from learnapp.db.bank.models import Bank, BankQuestion, QuestionVersion
from learnapp.db.core.caller import Caller
from learnapp.domain.bank.versions import VersionAction
from learnapp.services.bank import banks, questions
from learnapp.services.bank.banks import Search
from learnapp.services.exams import key_correction
from question_bank.editing import Fields
from tests.rulings import KEEPS, VOID_FULL
from tests.scale import bank as bank_of_size
from tests.services.conftest import ExamFixture
from tests.small_office import NOW


def listed(session, bank_id: int) -> set[int]:
    """By the definition: the highest number of each question that is not retired."""
    newest: dict[int, tuple[int, int]] = {}
    rows = session.execute(
        select(QuestionVersion.question_id, QuestionVersion.number, QuestionVersion.id)
        .join(BankQuestion, BankQuestion.id == QuestionVersion.question_id)
        .where(BankQuestion.bank_id == bank_id, BankQuestion.retired_at.is_(None))
    )
    for question_id, number, version_id in rows:
        newest[question_id] = max(newest.get(question_id, (0, 0)), (number, version_id))
    return {version_id for _, version_id in newest.values()}


def found(session, bank_id: int, text: str, type_: str | None = None) -> list[int]:
    return listing.all_ids(session, listing.Sought(bank_id, type_, text))


@pytest.fixture
def store(ground: ExamFixture) -> int:
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        made = banks.add_bank(caller, ground.unit_id, "检索", "public")
        bank_of_size.add(session, made, 60)
        return made.id


@pytest.mark.parametrize(
    "text",
    ["题", "管辖", "社区矫正", "第7题", "7题 关于", "sqjz", "？", "绝无此", "的期限，下列哪"],
)
def test_a_search_finds_what_holds_the_text_wherever_it_stands(ground: ExamFixture, store, text):
    with ground.database.reading() as session:
        rows = session.execute(
            select(QuestionVersion.id, QuestionVersion.search).where(
                QuestionVersion.bank_id == store
            )
        ).all()
        holds = sorted(row.id for row in rows if text in row.search)
        expected = [each for each in holds if each in listed(session, store)]
        assert found(session, store, text) == expected
        assert found(session, store, text, "single") == expected
        assert found(session, store, text, "multiple") == []


def test_the_list_follows_a_draft_a_retirement_and_a_return(ground: ExamFixture, store):
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        first = found(session, store, "第7题")[0]
        row = session.get_one(QuestionVersion, first)
        fields = Fields(
            type="single",
            stem="第7题 关于海洋执法的说法，哪一项正确？",
            options=tuple(f"选项{each}" for each in "甲乙丙丁"),
            answer="A",
        )
        made, record = questions.edit(caller, first, fields, questions.About())
        assert made is not None, record
        assert found(session, store, "海洋执法") == [made.id]
        assert first not in found(session, store, "第7题")
        assert set(found(session, store, "")) == listed(session, store)
        session.execute(
            update(BankQuestion).where(BankQuestion.id == row.question_id).values(retired_at=NOW)
        )
        listing.refresh(session, row.question_id)
        assert found(session, store, "海洋执法") == []
        assert set(found(session, store, "")) == listed(session, store)
        session.execute(
            update(BankQuestion).where(BankQuestion.id == row.question_id).values(retired_at=None)
        )
        listing.refresh(session, row.question_id)
        listing.refresh(session, row.question_id)
        assert found(session, store, "海洋执法") == [made.id]
        assert set(found(session, store, "")) == listed(session, store)


def test_retiring_a_question_takes_it_off_the_list(ground: ExamFixture, store):
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW + timedelta(days=1))
        version_id = found(session, store, "第9题")[0]
        questions.apply_action(caller, version_id, VersionAction.RETIRED, "过时")
        assert found(session, store, "第9题") == []
        assert set(found(session, store, "")) == listed(session, store)


def test_a_void_question_leaves_the_list(ground: ExamFixture, store):
    with ground.database.writing() as session:
        caller = Caller(session, ground.admin, NOW)
        version_id = found(session, store, "第9题")[0]
        key_correction.revise(caller, version_id, VOID_FULL, KEEPS)
        assert found(session, store, "第9题") == []
        assert set(found(session, store, "")) == listed(session, store)


def test_pages_and_counts_are_those_of_the_whole_list(ground: ExamFixture, store):
    with ground.database.reading() as session:
        bank = session.get_one(Bank, store)
        whole = found(session, store, "题")
        pages = [
            banks.questions_of(session, bank, Search(words="题"), page, 25) for page in (1, 2, 3)
        ]
        assert [row.id for rows, _ in pages for row in rows] == whole
        assert {total for _, total in pages} == {len(whole)}
