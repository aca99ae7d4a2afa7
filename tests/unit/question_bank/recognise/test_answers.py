"""Answers as written: letters, true or false in all their signs, blanks, type names."""

from __future__ import annotations

import pytest

from question_bank.formats.recognise.answers import (
    as_answers,
    as_blanks,
    as_letters,
    as_truth,
    as_truths,
    difficulty_named,
    each_right,
    escape,
    first_line,
    in_brackets,
    leading_letters,
    leading_truth,
    sign,
    type_named,
    unescape,
)
from question_bank.kinds import QuestionType as T

WRITTEN = (
    *("简答题", "问答", "论述", "简述", "名词解释", "案例分析", "材料分析", "辨析", "主观", "解答"),
    *("分析题", "写作", "综合题"),
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" Single ", T.SINGLE),
        ("multiple", T.MULTIPLE),
        ("true_false", T.TRUE_FALSE),
        ("fill_blank", T.FILL_BLANK),
        ("short_answer", T.SHORT_ANSWER),
        ("单项选择题", T.SINGLE),
        ("单选", T.SINGLE),
        ("多项选择", T.MULTIPLE),
        ("多选题", T.MULTIPLE),
        ("复选", T.MULTIPLE),
        ("不定项单选", T.MULTIPLE),
        *((word, T.TRUE_FALSE) for word in ("判断题", "是非", "对错", "正误")),
        *((word, T.FILL_BLANK) for word in ("填空题", "完形")),
        *((word, T.SHORT_ANSWER) for word in WRITTEN),
        ("选择题", None),
        ("", None),
    ],
)
def test_a_type_goes_by_many_names(text: str, kind: T | None) -> None:
    assert type_named(text) is kind


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("B", "B"),
        ("ａｂＤ", "ABD"),
        ("A、C", "AC"),
        ("A，C; D|E/F", "ACDEF"),
        ("A&B+C", "ABC"),
        ("（ A ）", "A"),
        ("【B】。", "B"),
        ("AA", "AA"),
        ("甲", None),
        ("A乙", None),
        ("", None),
        ("A" * 60, "A" * 60),
        ("A" * 61, None),
    ],
)
def test_an_answer_of_letters(text: str, letters: str | None) -> None:
    assert as_letters(text) == letters


def test_or_parts_answers_that_are_each_right() -> None:
    assert each_right(" A 或 C或者B or D OR E") == ["A", "C", "B", "D", "E"]
    assert each_right("word") == ["word"]
    assert as_answers("AB或C") == ("AB", "C") and as_answers("A或甲") is None
    assert as_truths("正确 或 错误") == {True, False} and as_truths("对") == {True}
    assert as_truths("对或甲") is None


SURE = {True: "对 正确 √ ✓ ✔ ☑ ✅ true TRUE", False: "错 错误 × ✗ ✘ ❌ ☒ ╳ false"}
ELSE = {
    True: "是 T y YES 真 正 V 对的 正确的 （对）",
    False: "x 否 非 F n No 假 误 不对 不正确 错的 错误的 【错】",
}


@pytest.mark.parametrize("truth", [True, False])
def test_true_and_false_have_many_signs_and_some_mean_nothing_else(truth: bool) -> None:
    for word in SURE[truth].split():
        assert as_truth(word) is truth and as_truth(word, sure=True) is truth
    for word in ELSE[truth].split():
        assert as_truth(word) is truth
    assert as_truth("T", sure=True) is None and as_truth("x", sure=True) is None
    assert as_truth("大概") is None and as_truth("✔\ufe0f", sure=True) is True


def test_words_behind_letters_or_truth_are_parted_from_them() -> None:
    assert leading_letters("B（依据第三条）") == ("B", "(依据第三条)")
    assert leading_letters("A、C 见书") == ("AC", "见书")
    assert leading_letters("B超检查") == ("B", "超检查")
    assert leading_letters("SPA") == (None, "") and leading_letters("见书") == (None, "")
    assert leading_truth("错误，应当甲") == (False, ",应当甲")
    assert leading_truth("对 因为") == (True, "因为")
    assert leading_truth("对象") == (None, "") and leading_truth("") == (None, "")


def test_the_first_line_says_something() -> None:
    assert first_line(" \n 甲 \n乙") == "甲" and first_line("") == ""


def test_a_sign_is_read_without_its_brackets() -> None:
    assert [sign(each) for each in ("（1）", "2.0", "a", "Ｂ。")] == ["1", "2", "A", "B"]


# Blanks


@pytest.mark.parametrize(
    ("text", "count", "blanks"),
    [
        ("三；二", 2, [["三"], ["二"]]),
        ("三|叁;二", 2, [["三", "叁"], ["二"]]),
        ("三\n二", 2, [["三"], ["二"]]),
        ("(三) (二)", 2, [["三"], ["二"]]),
        ("三、二", 2, [["三"], ["二"]]),
        ("三，二", 2, [["三"], ["二"]]),
        ("三  二", 2, [["三"], ["二"]]),
        ("三\t二", 2, [["三"], ["二"]]),
        ("三 二", 2, [["三"], ["二"]]),
        ("三|二", 2, [["三"], ["二"]]),
        ("三/二", 2, [["三"], ["二"]]),
        ("三；二", 1, [["三；二"]]),
        ("三|叁", 1, [["三", "叁"]]),
        ("三/二", 1, [["三/二"]]),
        ("第一空：三 第二空：二", 2, [["三"], ["二"]]),
        ("①三；②二", 2, [["三"], ["二"]]),
        ("（1）三 （2）二", 2, [["三"], ["二"]]),
        ("1.三 2.二", 2, [["三"], ["二"]]),
        ("三；", 2, None),
        ("三、二、一", 2, None),
        ("三", 2, None),
    ],
)
def test_the_answers_of_blanks_are_parted_where_they_are_as_many(
    text: str, count: int, blanks: list[list[str]] | None
) -> None:
    wanted = None if blanks is None else (tuple(map(tuple, blanks)), True)
    assert as_blanks(text, count) == wanted


def test_the_order_of_blanks_may_not_matter() -> None:
    assert as_blanks("（顺序不限）三；二", 2) == ((("三",), ("二",)), False)


def test_an_escaped_separator_is_part_of_an_answer() -> None:
    odd = "一;二；三|四｜五\\六"
    assert unescape(escape(odd)) == odd
    assert as_blanks(f"{escape(odd)}；乙", 2) == (((odd,), ("乙",)), True)


def test_answers_in_brackets_are_counted() -> None:
    assert in_brackets("(甲)（乙）") == 2 and in_brackets("甲（乙）") == 0


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("易 容易 简单 1", 1),
        ("较易 2 较易度", 2),
        ("中 中等 适中 一般 3", 3),
        ("较难 偏难 4", 4),
        ("难 困难 很难 5 难度", 5),
        ("0 6 甲 1.5", None),
    ],
)
def test_a_difficulty_is_a_word_or_a_number(words: str, level: int | None) -> None:
    assert {difficulty_named(word) for word in words.split()} == {level}
