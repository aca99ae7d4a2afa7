"""Marking: what a response is worth."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.marking import Marked, MultipleRule, mark
from question_bank.model import (
    BlankKey,
    BlankResponse,
    ChoiceKey,
    ChoiceResponse,
    QuestionType,
    TextKey,
    TextResponse,
    choice_key,
)
from question_bank.text_normalise import fold

LETTERS = st.frozensets(st.sampled_from("ABCDE"), min_size=1)
RULES = st.sampled_from(list(MultipleRule))


def chosen(letters: str) -> ChoiceResponse:
    return ChoiceResponse(frozenset(letters))


KEY = ChoiceKey(frozenset("ABC"))


@pytest.mark.parametrize(
    ("answer", "whole", "partial"),
    [("ABC", 201, 201), ("AB", 0, 100), ("A", 0, 100), ("ABD", 0, 0), ("ABCD", 0, 0), ("", 0, 0)],
)
def test_a_multiple_choice_is_worth_what_its_rule_says(
    answer: str, whole: int, partial: int
) -> None:
    kind = QuestionType.MULTIPLE
    assert mark(kind, KEY, chosen(answer), 201, MultipleRule.ALL_OR_NOTHING).awarded == whole
    assert mark(kind, KEY, chosen(answer), 201, MultipleRule.PARTIAL).awarded == partial


@given(LETTERS, LETTERS, st.sampled_from("ABCDE"), st.integers(0, 500), RULES)
def test_marking_is_monotone(
    key: frozenset[str], answer: frozenset[str], more: str, full: int, rule: MultipleRule
) -> None:
    def worth(ids: frozenset[str]) -> int:
        awarded = mark(QuestionType.MULTIPLE, ChoiceKey(key), ChoiceResponse(ids), full, rule)
        assert awarded.awarded is not None and 0 <= awarded.awarded <= full
        return awarded.awarded

    if more in key:
        assert worth(answer | {more}) >= worth(answer)
    else:
        assert worth(answer | {more}) <= worth(answer - {more})


def test_the_partial_rule_means_nothing_to_a_single_choice() -> None:
    marked = mark(
        QuestionType.SINGLE, ChoiceKey(frozenset("A")), chosen("B"), 100, MultipleRule.PARTIAL
    )
    assert marked == Marked(0, False)


def test_no_answer_is_worth_nothing_and_waits_for_nobody() -> None:
    assert mark(QuestionType.SHORT_ANSWER, TextKey("答"), None, 500) == Marked(0, False)
    assert mark(QuestionType.SHORT_ANSWER, TextKey("答"), TextResponse("  "), 500) == Marked(
        0, False
    )
    assert mark(QuestionType.SHORT_ANSWER, TextKey("答"), TextResponse("我"), 500) == Marked(
        None, None
    )


@pytest.mark.parametrize(
    ("given", "accepted"),
    [
        ("ＡＢＣ", "abc"),
        ("《 宪 法 》", "宪法"),
        ("３.14", "3.14"),
        ("三年，以下", "三年以下"),
        ("−5", "-5"),
        ("，", "，"),
    ],
)
def test_a_blank_forgives_width_case_space_and_punctuation(given: str, accepted: str) -> None:
    key = BlankKey(((accepted, "另一种"),))
    assert mark(QuestionType.FILL_BLANK, key, BlankResponse((given,)), 100).right


@pytest.mark.parametrize(
    ("one", "other"), [("3.14", "314"), ("-5", "5"), ("50%", "50"), ("1-5", "15")]
)
def test_a_blank_does_not_forgive_another_number(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_marks_of_blanks_add_up_with_the_remainder_on_the_last() -> None:
    key = BlankKey((("甲",), ("乙",), ("丙",)))
    worth = [
        mark(QuestionType.FILL_BLANK, key, BlankResponse(given), 100).awarded
        for given in [("甲", "", ""), ("", "", "丙"), ("甲", "乙", "丙"), ("乙", "甲", "丁")]
    ]
    assert worth == [33, 34, 100, 0]


def test_blanks_in_any_order_get_the_best_assignment() -> None:
    key = BlankKey((("甲", "乙"), ("甲",)), ordered=False)
    kind = QuestionType.FILL_BLANK
    assert mark(kind, key, BlankResponse(("甲", "乙")), 100) == Marked(100, True)
    assert mark(kind, key, BlankResponse(("甲", "甲")), 100) == Marked(100, True)
    assert mark(kind, key, BlankResponse(("乙", "乙")), 100) == Marked(50, False)


@given(
    st.lists(st.sampled_from("甲乙丙丁"), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 999),
)
def test_the_keys_own_answers_are_wholly_right(
    answers: list[str], ordered: bool, full: int
) -> None:
    key = BlankKey(tuple((each,) for each in answers), ordered)
    assert mark(QuestionType.FILL_BLANK, key, BlankResponse(tuple(answers)), full) == Marked(
        full, True
    )


def test_a_key_of_another_kind_is_a_programming_error() -> None:
    with pytest.raises(TypeError, match="a TextKey does not mark a ChoiceResponse"):
        mark(QuestionType.SINGLE, TextKey("甲"), chosen("A"), 100)


def test_several_answers_of_a_choice_are_each_wholly_right() -> None:
    key = choice_key(["AB", "C"])
    kind, rule = QuestionType.MULTIPLE, MultipleRule.PARTIAL
    for answer, marked in (
        ("AB", Marked(100, True)),
        ("C", Marked(100, True)),
        ("A", Marked(50, False)),
        ("ABC", Marked(0, False)),
    ):
        assert mark(kind, key, chosen(answer), 100, rule) == marked


def test_all_or_nothing_is_the_rule_unless_another_is_named() -> None:
    assert mark(QuestionType.MULTIPLE, KEY, chosen("AB"), 100) == Marked(0, False)


def test_blanks_that_are_missing_are_wrong_and_further_ones_are_left_out() -> None:
    key = BlankKey((("甲",), ("乙",)))
    kind = QuestionType.FILL_BLANK
    assert mark(kind, key, BlankResponse(("甲",)), 100) == Marked(50, False)
    assert mark(kind, key, BlankResponse(("甲", "乙", "丙")), 100) == Marked(100, True)
    assert mark(kind, BlankKey(()), BlankResponse(("甲",)), 100) == Marked(0, False)


def test_an_empty_blank_is_never_right() -> None:
    for ordered in (True, False):
        key = BlankKey((("", " ", "甲"), ("乙",)), ordered)
        assert mark(QuestionType.FILL_BLANK, key, BlankResponse(("", "乙")), 100).awarded == 50


def test_blanks_in_any_order_are_worth_a_share_each_and_all_the_whole() -> None:
    key = BlankKey((("甲",), ("乙",), ("丙",)), ordered=False)
    worth = [
        mark(QuestionType.FILL_BLANK, key, BlankResponse(given), 100)
        for given in [("丙", "", ""), ("丙", "甲", "丁"), ("丙", "甲", "乙")]
    ]
    assert worth == [Marked(33, False), Marked(66, False), Marked(100, True)]


def test_an_answer_gives_way_in_turn_so_that_all_find_a_blank() -> None:
    key = BlankKey((("甲", "乙"), ("甲", "丙"), ("甲",)), ordered=False)
    assert mark(QuestionType.FILL_BLANK, key, BlankResponse(("甲", "乙", "丙")), 90).right
    assert mark(QuestionType.FILL_BLANK, key, BlankResponse(("乙", "甲", "甲")), 90).right
