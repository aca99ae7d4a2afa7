"""Banks: what they have already stays as it is; questions are found, and changed beside their text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from learnapp.db.bank.banks import banks_in_reach
from learnapp.db.bank.models import Bank, BankCategory, KeyRevision, QuestionVersion, VersionMedia
from learnapp.domain.bank.search import initials
from learnapp.domain.core.seen import mark_of
from learnapp.services.bank import banks
from learnapp.services.bank.banks import Beside, Entering, Search
from question_bank import sample
from question_bank.content import Content
from tests.services.bank.questions import first_version, made, pictured
from tests.services.refusals import refused


@pytest.fixture
def bank(office):
    """The office's bank, which has the sample."""
    return office.session.scalars(select(Bank)).one()


def _found(office, bank, search="", type_=None, page=1, size=50):
    rows, total = banks.questions_of(office.session, bank, Search(type_, search), page, size)
    return [each.id for each in rows], total


def _newest(office):
    return office.session.scalars(
        select(QuestionVersion).order_by(QuestionVersion.id.desc())
    ).first()


def test_a_bank_has_a_name_and_belongs_to_a_unit_within_reach(office):
    office.add_branch()
    made = banks.add_bank(office.caller(), office.unit_id, " 新题库 ", "internal")
    assert (made.name, made.classification) == ("新题库", "internal")
    with refused("name_needed"):
        banks.add_bank(office.caller(), office.unit_id, " ", "public")
    with refused("not_found"):
        banks.add_bank(office.caller("local"), office.unit_id, "新题库", "public")


def test_banks_within_reach_come_by_name_with_how_many_questions_they_have(office, bank):
    branch = office.add_branch()
    banks.add_bank(office.caller("local"), branch, "分局题库", "public")
    found = {each.bank.name: each.questions for each in banks_in_reach(office.caller())}
    assert found == {"分局题库": 0, "题库": len(sample.load())}
    assert [each.bank.name for each in banks_in_reach(office.caller("local"))] == ["分局题库"]
    with refused("forbidden"):
        banks_in_reach(office.caller("head"))


def test_what_a_bank_has_already_is_added_neither_again_nor_twice_at_once(office, bank):
    assert banks.add_questions(office.caller(), bank, sample.load()) == 0
    new = made("甲应当在几日内答复？")
    assert banks.add_questions(office.caller(), bank, [new, new, *sample.load()[:3]]) == 1
    assert banks.add_questions(office.caller(), bank, [new]) == 0


def test_an_added_question_has_its_key_its_category_and_its_pictures(office, bank):
    shown, other, lacking = "a" * 64, "b" * 64, "c" * 64
    question = made("看图答题", explanation=pictured(shown), category=("刑法", "总则"))
    question = replace(question, stem=pictured(lacking))
    kinds = {shown: "image/png", other: "image/png"}
    banks.add_questions(office.caller(), bank, [question], Entering(pictures=kinds))
    version = _newest(office)
    key = select(KeyRevision.key).where(KeyRevision.version_id == version.id)
    assert office.session.scalars(key).one()["options"] == sorted(question.key.option_ids)
    path = office.session.get_one(BankCategory, version.category_id)
    assert path.path == "刑法/总则"
    assert office.session.get_one(BankCategory, path.parent_id).path == "刑法"
    pictures = select(VersionMedia.sha256).where(VersionMedia.version_id == version.id)
    assert office.session.scalars(pictures).all() == [shown]


def test_questions_of_one_passage_share_it_also_with_those_that_come_later(office, bank):
    passage = Content.from_text("一段材料")
    first, second, third = (made(f"第{n}问？", passage=passage) for n in "一二三")
    banks.add_questions(office.caller(), bank, [first, second])
    banks.add_questions(office.caller(), bank, [third])
    newest = select(QuestionVersion.passage_id).order_by(QuestionVersion.id.desc()).limit(3)
    (shared,) = set(office.session.scalars(newest))
    assert shared is not None


def test_questions_are_found_by_words_initials_and_type_page_by_page(office, bank):
    row = first_version(office.session)
    words = row.search.split("\x1f")[0]
    for sought in (words[2:8], initials(words[2:12])):
        ids, total = _found(office, bank, sought)
        assert row.id in ids and total < 40
    assert _found(office, bank, "绝无此文字") == ([], 0)
    singles, total = _found(office, bank, type_="single", size=500)
    assert row.id in singles and total == len(singles) < len(sample.load())
    (second,), _ = _found(office, bank, type_="single", page=2, size=1)
    assert second == singles[1]


def mark(caller, bank, search):
    """The mark of what the page counts."""
    return mark_of(banks.found_by(caller.session, bank, search))


def test_all_that_a_search_finds_is_changed_beside_its_text_and_nothing_else(office, bank):
    caller = office.caller()
    singles = Search("single")
    changed = banks.change_all(
        caller, bank, singles, Beside(("新类",), difficulty=4), mark(caller, bank, singles)
    )
    ids, total = _found(office, bank, type_="single", size=500)
    assert changed == total
    for row in office.session.scalars(select(QuestionVersion)).all():
        office.session.refresh(row)
        path = row.category_id and office.session.get_one(BankCategory, row.category_id).path
        assert (path == "新类") is (row.id in ids)
    banks.change_all(caller, bank, singles, Beside(()), mark(caller, bank, singles))
    row = office.session.get_one(QuestionVersion, ids[0], populate_existing=True)
    assert (row.category_id, row.difficulty, row.number) == (None, 4, 1)
    with refused("changed_since_seen"):
        banks.change_all(caller, bank, Search(), Beside(use="exam"), mark(caller, bank, singles))
    with refused("nothing_to_change"):
        banks.change_all(caller, bank, Search(), Beside(), mark(caller, bank, Search()))
