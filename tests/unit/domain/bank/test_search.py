"""What a search looks through, and what was typed into it."""

from __future__ import annotations

from learnapp.domain.bank.search import initials, law_in, search_text, wanted
from question_bank.content import Content
from question_bank.model import ChoiceKey, Question, QuestionType, make_options


def question(stem: str, *options: str) -> Question:
    made = make_options([Content.from_text(each) for each in options])
    return Question(QuestionType.SINGLE, Content.from_text(stem), made, ChoiceKey(frozenset()))


def test_stem_and_options_are_folded_and_the_initials_follow():
    text = search_text(question("人民 法院，A？", "是", "否"))
    assert text == "人民法院a\x1f是\x1f否\x1frmfya\x1fs\x1ff"


def test_initials_are_those_of_the_beginning_and_long_texts_are_cut():
    folded, _, spelt = search_text(question("法" * 5000)).rpartition("\x1f")
    assert (folded, spelt) == ("法" * 4000, "f" * 300)


def test_initials_are_lower_case_without_tones_and_leave_other_signs():
    assert initials("法院") == "fy"
    assert initials("二六A-b") == "ela-b"
    assert initials("鹅俄") == "ee"


def test_what_is_typed_is_folded_alike():
    assert wanted(" Ａ法 院。") == "a法院"


def test_the_first_law_that_a_source_cites():
    assert law_in("《刑法》第十三条、《刑事诉讼法》") == "刑法"
    assert law_in("刑法第十三条") == "" and law_in("《法》") == ""
    assert law_in(f"《{'长' * 60}》") == "长" * 60 and law_in(f"《{'长' * 61}》") == ""
