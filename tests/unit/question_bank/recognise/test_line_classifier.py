"""What a single line is, by its marks alone."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from question_bank.formats.recognise.headings import legend_of
from question_bank.formats.recognise.line_classifier import classify, range_of
from question_bank.formats.recognise.line_kinds import ClassifiedLine
from question_bank.formats.recognise.line_kinds import LineKind as K
from question_bank.formats.recognise.marks import (
    split_answer,
    split_explanation,
    split_options,
    untick,
)
from question_bank.kinds import QuestionType as T


@pytest.mark.parametrize(
    ("text", "kind", "value", "about"),
    [
        ("一、单选题", K.HEADING, "一、单选题", {"type": T.SINGLE}),
        ("第三部分 判断题", K.HEADING, "第三部分 判断题", {"type": T.TRUE_FALSE}),
        ("四、简答题：共5题", K.HEADING, "四、简答题：共5题", {"type": T.SHORT_ANSWER}),
        (
            "五．不定项选择题",
            K.HEADING,
            "五．不定项选择题",
            {"type": T.MULTIPLE, "any_number": True},
        ),
        ("选择题", K.HEADING, "选择题", {}),
        ("单选题 10道", K.HEADING, "单选题 10道", {"type": T.SINGLE}),
        ("论述题 每题20分", K.HEADING, "论述题 每题20分", {"type": T.SHORT_ANSWER}),
        ("简述甲：乙", K.TEXT, "简述甲：乙", {}),
        ("简述题", K.HEADING, "简述题", {"type": T.SHORT_ANSWER}),
        ("1.单选题", K.HEADING, "1.单选题", {"type": T.SINGLE}),
        (
            "判断题（正确填A，错误填B）",
            K.HEADING,
            "判断题（正确填A，错误填B）",
            {"type": T.TRUE_FALSE, "legend": (("A", True), ("B", False))},
        ),
        ("第一章 总则", K.CHAPTER, "第一章 总则", {}),
        ("第十二节 附则", K.CHAPTER, "第十二节 附则", {}),
        ("专题三", K.CHAPTER, "专题三", {}),
        ("导论", K.CHAPTER, "导论", {}),
        ("第三条 规定", K.TEXT, "第三条 规定", {}),
        ("第一章规定，甲", K.TEXT, "第一章规定，甲", {}),
        ("【测试题】", K.CHAPTER, "测试题", {"name": "title"}),
        ("--- 自测 ---", K.CHAPTER, "自测", {"name": "title"}),
        ("====", K.EMPTY, "", {}),
        ("※待确认：甲", K.EMPTY, "", {}),
        ("1.甲", K.NUMBER, "甲", {"number": 1, "style": "."}),
        ("1、甲", K.NUMBER, "甲", {"number": 1, "style": "、"}),
        ("（1）甲", K.NUMBER, "甲", {"number": 1, "name": "point", "style": "()"}),
        ("(12) 甲", K.NUMBER, "甲", {"number": 12, "name": "point", "style": "()"}),
        ("①甲", K.NUMBER, "甲", {"number": 1, "name": "point", "style": "()"}),
        ("⑩、甲", K.NUMBER, "甲", {"number": 10, "name": "point", "style": "()"}),
        ("第3题 甲", K.NUMBER, "甲", {"number": 3, "style": "第"}),
        ("第3题：甲", K.NUMBER, "甲", {"number": 3, "style": "第"}),
        ("12", K.NUMBER, "", {"number": 12}),
        ("1234567", K.TEXT, "1234567", {}),
        ("1\t甲", K.NUMBER, "甲", {"number": 1, "style": "\t"}),
        ("1  甲", K.NUMBER, "甲", {"number": 1, "style": "\t"}),
        ("1）甲", K.NUMBER, "甲", {"number": 1, "style": ")"}),
        ("1】甲", K.NUMBER, "甲", {"number": 1, "style": "]"}),
        ("[1]甲", K.NUMBER, "甲", {"number": 1, "style": "]"}),
        ("1：甲", K.NUMBER, "甲", {"number": 1, "style": ":"}),
        ("1．甲", K.NUMBER, "甲", {"number": 1, "style": "."}),
        ("1.5%的人", K.TEXT, "1.5%的人", {}),
        ("3.14是什么", K.NUMBER, "14是什么", {"number": 3, "style": "."}),
        ("1【单选】甲", K.NUMBER, "甲", {"number": 1, "name": "tag", "type": T.SINGLE}),
        (
            "2.【判断题】（2分）甲",
            K.NUMBER,
            "甲",
            {"number": 2, "name": "tag", "type": T.TRUE_FALSE},
        ),
        ("【单选题】甲", K.NUMBER, "甲", {"name": "tag", "type": T.SINGLE}),
        ("（多选题）甲", K.NUMBER, "甲", {"name": "tag", "type": T.MULTIPLE}),
        (
            "（不定项选择题）甲",
            K.NUMBER,
            "甲",
            {"name": "tag", "type": T.MULTIPLE, "any_number": True},
        ),
        ("3甲法院", K.TEXT, "甲法院", {"number": 3, "name": "glued"}),
        ("3个月内", K.TEXT, "3个月内", {}),
        ("3个人", K.TEXT, "个人", {"number": 3, "name": "glued"}),
        ("12条例", K.TEXT, "条例", {"number": 12, "name": "glued"}),
        ("5月1日", K.TEXT, "5月1日", {}),
        ("A.甲", K.OPTION, "甲", {"letter": "A"}),
        ("Ａ、甲", K.OPTION, "甲", {"letter": "A"}),
        ("(B)甲", K.OPTION, "甲", {"letter": "B"}),
        ("[C] 甲", K.OPTION, "甲", {"letter": "C"}),
        ("D：甲", K.OPTION, "甲", {"letter": "D"}),
        ("E。甲", K.OPTION, "甲", {"letter": "E"}),
        ("I.甲", K.TEXT, "I.甲", {}),
        ("A 甲", K.OPTION, "甲", {"letter": "A", "name": "loose"}),
        ("A\t甲", K.OPTION, "甲", {"letter": "A", "name": "loose"}),
        ("B甲", K.OPTION, "甲", {"letter": "B", "name": "bare"}),
        ("A股", K.OPTION, "股", {"letter": "A", "name": "bare"}),
        ("A、B两地", K.OPTION, "B两地", {"letter": "A"}),
        ("案例一：甲", K.PASSAGE, "案例一：甲", {}),
        ("【材料】", K.PASSAGE, "【材料】", {}),
        ("材料", K.PASSAGE, "材料", {}),
        ("阅读以下材料，回答1-3题。", K.PASSAGE, "阅读以下材料，回答1-3题。", {}),
        ("根据案例回答下列问题", K.PASSAGE, "根据案例回答下列问题", {}),
        ("二、阅读材料，完成第4～6题", K.PASSAGE, "二、阅读材料，完成第4～6题", {}),
        ("答案：A", K.ANSWER, "A", {}),
        ("正确答案 B", K.ANSWER, "B", {}),
        ("【参考答案】C", K.ANSWER, "C", {}),
        ("答：甲", K.ANSWER, "甲", {}),
        ("答案是B", K.ANSWER, "B", {}),
        ("答案应为：D", K.ANSWER, "D", {}),
        ("本题答案：A", K.ANSWER, "A", {}),
        ("答案要点：甲", K.ANSWER, "甲", {}),
        ("答案解析：甲", K.EXPLANATION, "甲", {}),
        ("解析：甲", K.EXPLANATION, "甲", {}),
        ("【解析】甲", K.EXPLANATION, "甲", {}),
        ("【答案解析】：甲", K.EXPLANATION, "甲", {}),
        ("试题分析：甲", K.EXPLANATION, "甲", {}),
        ("难度：易", K.DETAIL, "易", {"name": "难度"}),
        ("【出处】刑法", K.DETAIL, "刑法", {"name": "出处"}),
        ("法律依据：甲", K.DETAIL, "甲", {"name": "法律依据"}),
        ("知识点】甲", K.DETAIL, "甲", {"name": "知识点"}),
        ("得分：2", K.DETAIL, "2", {"name": "得分"}),
        ("我的答案：A", K.DETAIL, "A", {"name": "我的答案"}),
        ("我的答案：A 正确答案：B", K.ANSWER, "B", {}),
        ("Answer: B", K.ANSWER, "B", {}),
        ("The correct answer: C", K.ANSWER, "C", {}),
        ("Key：D", K.ANSWER, "D", {}),
        ("Rationale: x", K.EXPLANATION, "x", {}),
        ("Feedback: y", K.EXPLANATION, "y", {}),
        ("√A.甲", K.OPTION, "甲 √", {"letter": "A"}),
        ("✓ (B) 乙", K.OPTION, "乙 √", {"letter": "B"}),
        ("√甲", K.TEXT, "√甲", {}),
        ("√", K.TEXT, "√", {}),
    ],
)
def test_a_line_is_what_its_marks_say(
    text: str, kind: K, value: str, about: dict[str, Any]
) -> None:
    assert asdict(classify(text)) == asdict(ClassifiedLine(kind, value, **about))


def test_a_heading_is_short() -> None:
    assert classify("单选题（" + "甲" * 99 + "）").kind is not K.HEADING
    assert classify("单选题（" + "甲" * 98 + "）").kind is K.HEADING
    assert classify("第一章 " + "甲" * 29).kind is K.CHAPTER
    assert classify("第一章 " + "甲" * 30).kind is not K.CHAPTER


@pytest.mark.parametrize(
    ("text", "legend"),
    [
        ("（正确填1，错误填2）", {"1": True, "2": False}),
        ("对的选A，错的选B", {"A": True, "B": False}),
        ("A为错误，B为正确", {"A": False, "B": True}),
        ("１．√　２．×", {"1": True, "2": False}),
        ("1表示正确", {}),
        ("1为正确，2为正确", {}),
        ("甲乙", {}),
    ],
)
def test_a_legend_names_both_signs_and_differently(text: str, legend: dict[str, bool]) -> None:
    assert dict(legend_of(text)) == legend


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("回答1-3题", (1, 3)),
        ("完成第4～12小题", (4, 12)),
        ("根据案例回答 2 至 3 问", (2, 3)),
        ("1-3", None),
    ],
)
def test_a_passage_says_for_which_questions_it_is(text: str, found: object) -> None:
    assert range_of(text) == found


@pytest.mark.parametrize(
    ("text", "first", "before", "options"),
    [
        ("问 A.一 B.二C.三", "A", "问 ", "A一 B二 C三"),
        ("（A）一（B）二", "A", "", "A一 B二"),
        ("一 C.三 D.", "C", "一 ", "C三 D"),
        ("一 B.二", "A", "一 B.二", ""),
        ("A.B.二", "A", "A.B.二", ""),
        ("A.一 C.三", "A", "", "A一 C.三"),
        ("问 A 一 B 二", "A", "问 ", "A一 B二"),
        ("SPA.一", "A", "SPA.一", ""),
        ("甲", "A", "甲", ""),
    ],
)
def test_options_in_a_line_follow_one_another(
    text: str, first: str, before: str, options: str
) -> None:
    found = split_options(text, first)
    assert (found[0], " ".join(letter + value for letter, value in found[1])) == (before, options)


@pytest.mark.parametrize(
    ("text", "before", "answer"),
    [
        ("B.二 答案：B", "B.二", "B"),
        ("问【正确答案】 A 解析：无", "问", "A 解析：无"),
        ("答案：", "答案：", None),
        ("问", "问", None),
    ],
)
def test_an_answer_is_parted_from_what_stands_before_it(
    text: str, before: str, answer: str | None
) -> None:
    found = split_answer(text)
    assert (found[0].strip(), found[1]) == (before, answer)


@pytest.mark.parametrize(
    ("text", "said", "explained"),
    [
        ("A 解析：无", "A", "无"),
        ("A【答案解析】：甲乙", "A", "甲乙"),
        ("A（分析）甲", "A", "甲"),
        ("A", "A", None),
    ],
)
def test_an_explanation_is_parted_from_the_answer(
    text: str, said: str, explained: str | None
) -> None:
    found = split_explanation(text)
    assert (found[0].strip(), found[1] and found[1].strip()) == (said, explained)


def test_a_tick_before_an_option_is_moved_behind_it() -> None:
    assert untick("√ A.甲") == "A.甲 √"
    assert untick("√甲") == "√甲"
