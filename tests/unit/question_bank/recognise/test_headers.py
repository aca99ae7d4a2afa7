"""The header of a table: found by its words, in one row or two, or told by what columns hold."""

from __future__ import annotations

from typing import Any

import pytest

from question_bank.formats.recognise.headers import (
    HEADER_WITHIN,
    LONGEST_CELL,
    Header,
    MarkedText,
    assumed_header,
    cell_text,
    find_header,
    header_of,
)

NAMES = {
    "type": "题型 题目类型 试题类型 类型 题型名称 试题题型 Type",
    "sub_type": "小题题型 子题题型",
    "stem": "题干 题目 试题 问题 试题题干 题目内容 试题内容 小题题干 题干内容 题目题干 STEM Question",
    "answer": "正确答案 答案 标准答案 参考答案 试题答案 正确选项 answer",
    "explanation": "解析 答案解析 试题解析 题目解析 答题解析 详解 说明 explanation",
    "category": "目录 章节 分类 知识点 所属章节 题目分类 试题分类 所属分类 考点 category",
    "difficulty": "难度 难易度 难易程度 难度系数 difficulty",
    "source": "来源 出处 依据 法条依据 法律依据 题目来源 试题来源 source",
    "options": "选项 备选项 备选答案 选项内容 options",
    "passage": "材料 大题题干 案例 背景材料 案情 题目材料 passage",
    "points": "得分点 采分点 评分要点 要点 points",
    "number": "序号 题号 编号 No ID",
    "ignored": "选项数 分值 分数 标签 备注 待确认",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_column_is_known_by_any_of_its_names(name: str) -> None:
    for title in NAMES[name].split():
        assert header_of([None, title], 0).columns == {name: 1}


@pytest.mark.parametrize(
    ("title", "letter"),
    [
        ("A", "A"),
        ("ｂ", "B"),
        ("选项C", "C"),
        ("D选项", "D"),
        ("E项", "E"),
        ("Option F", "F"),
        ("选项 G（选填）", "G"),
        ("选项1", "A"),
        ("option9", "I"),
    ],
)
def test_a_column_of_an_option_is_known_by_its_letter_or_number(title: str, letter: str) -> None:
    assert header_of([title], 0).options == {letter: 0}


def test_remarks_and_marks_in_a_title_do_no_harm() -> None:
    for title in ("题 干（必填）", "*题干:", "题干[text]", "【必填】题干", "题干\n(必填)"):
        assert header_of([title], 0).columns == {"stem": 0}


def test_what_has_no_name_or_a_name_once_more_is_unknown() -> None:
    header = header_of(
        ["题干", "经办 人" + "甲" * 50, "题目", "", "（必填）", "甲" * 301, "A", "A"], 3
    )
    assert header.columns == {"stem": 0} and header.options == {"A": 6}
    assert header.unknown == {1: "经办 人" + "甲" * 36, 2: "题目", 4: "（必填）", 7: "A"}
    assert (header.row, header.rows) == (3, 1)


def test_a_table_is_two_hundred_columns_wide_at_the_most() -> None:
    assert header_of([""] * 199 + ["题干"], 0).columns == {"stem": 199}
    assert header_of([""] * 200 + ["题干"], 0).columns == {}


FULL = ["题干", "答案", "A", "B"]


def test_the_header_is_the_first_row_with_a_stem_and_an_answer_or_options() -> None:
    assert find_header([["答案"], ["题干"], FULL]) == Header(
        2, columns={"stem": 0, "answer": 1}, options={"A": 2, "B": 3}
    )
    assert find_header([["题干", "A"]]) == Header(0, columns={"stem": 0}, options={"A": 1})
    assert find_header([["题干"], ["甲"]]) is None and find_header([]) is None


def test_the_header_is_among_the_first_fifteen_rows() -> None:
    assert HEADER_WITHIN == 15
    found = find_header([[]] * 14 + [FULL])
    assert found is not None and found.row == 14
    assert find_header([[]] * 15 + [FULL]) is None


def test_letters_may_stand_in_a_second_row() -> None:
    first = ["题干", "选项", "", "答案"]
    found = find_header([[], first, ["", "A", "B", "题干", "解析"], ["甲", "一", "二", "A", "理"]])
    assert found == Header(
        2,
        rows=2,
        columns={"stem": 0, "answer": 3, "explanation": 4},
        options={"A": 1, "B": 2},
    )
    one = find_header([first, ["甲", "A", "B", "A"]])
    assert one == Header(0, columns={"stem": 0, "options": 1, "answer": 3})
    assert find_header([first, ["", "A", "", "A"]]) == one
    assert find_header([first]) == one


def test_what_stands_above_may_say_what_signs_mean() -> None:
    found = find_header([["1为正确", None], ["", "2为错误"], ["题干", "答案"]])
    assert found is not None and found.legend == {"1": True, "2": False}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (1840.0, "1840"),
        (3.5, "3.5"),
        (7, "7"),
        (1e15, "1000000000000000.0"),
        (True, "TRUE"),
        ("甲\r\n乙\u200b", "甲\n乙"),
        ("甲" * (LONGEST_CELL + 1), "甲" * LONGEST_CELL),
        (MarkedText("\ue000x"), "\ue000x"),
    ],
)
def test_a_cell_reads_as_a_person_reads_it(value: Any, text: str) -> None:
    assert cell_text(value) == text


ROWS = [["1", "甲甲问是什么", "一", "二", "A"], ["2", "乙乙问是什么", "三", "四", "B"]]
THIRD = ["3", "丙丙问是什么", "五", "", "AB"]


def test_a_table_without_a_header_is_told_by_what_its_columns_hold() -> None:
    assert assumed_header([*ROWS, THIRD]) == Header(
        -1, columns={"stem": 1, "answer": 4}, options={"A": 2, "B": 3}
    )


def test_an_answer_before_the_stem_has_the_options_behind() -> None:
    rows = [["A", "甲甲问是什么", "一", "", "二"], ["对", "乙乙问是什么", "三", "", "四"]]
    assert assumed_header([*rows, ["", ""], rows[0]]) == Header(
        -1, columns={"stem": 1, "answer": 0}, options={"A": 2, "B": 4}
    )


@pytest.mark.parametrize(
    "rows",
    [
        [],
        ROWS,
        [*ROWS, ["丙丙问是什么", "AB"]],
        [*ROWS, [*THIRD[:4], "大概"]],
        [*ROWS, [*THIRD[:4], ""]],
        [["对", "对", "正确"]] * 3,
    ],
)
def test_what_is_not_plain_has_no_header(rows: list[list[str]]) -> None:
    assert assumed_header(rows) is None


def test_a_few_answers_may_be_missing() -> None:
    rows = [*ROWS, THIRD] * 3 + [[*THIRD[:4], ""]]
    assert assumed_header(rows) is not None
