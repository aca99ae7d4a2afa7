"""Keys given to their questions: which section answers, and which one says why."""

from __future__ import annotations

import pytest

from question_bank.formats import Outcome, read
from question_bank.model import TextKey

QUESTIONS = """一、单项选择题
1.接到群众报警，首先应当做什么？
A.登记受理
B.劝其改日再来
C.告知不归本单位管
2.当场处罚应当向当事人出示什么？
A.工作日志
B.执法身份证件
C.单位介绍信
二、简答题
1.简述受案登记的作用。
2.简述公开办事的要求。

"""
FIRST, SECOND = "案件有据可查，不会漏办。", "事项、依据和期限都要公布。"


def _read(key: str) -> list[tuple[str, str, str]]:
    """(outcome, what the key says, explanation) of each question."""
    found = []
    for each in read((QUESTIONS + key).encode(), "a.txt").records:
        question = each.question
        assert question is not None, each.reasons
        if isinstance(question.key, TextKey):
            said = question.key.reference
        else:
            (chosen,) = question.key.option_ids
            said = "ABC"[[option.id for option in question.options].index(chosen)]
        found.append((each.outcome, said, question.explanation.plain))
    return found


ANSWERED = [
    (Outcome.READY, "A", ""),
    (Outcome.READY, "B", ""),
    (Outcome.READY, FIRST, ""),
    (Outcome.READY, SECOND, ""),
]


@pytest.mark.parametrize(
    "key",
    [
        f"参考答案\n一、单项选择题\n1.A 2.B\n二、简答题\n1.{FIRST}\n2.{SECOND}",
        f"参考答案：\n一、单项选择题\n1.A 2.B\n\n1.{FIRST}\n2.{SECOND}",
        f"参考答案\n1.A\n2.B\n1.{FIRST}\n2.{SECOND}",
    ],
    ids=["headings of both", "a heading of the first", "no headings"],
)
def test_a_second_section_of_the_same_numbers_answers_the_second_run_of_questions(key):
    assert _read(key) == ANSWERED


def test_explanations_under_a_title_of_their_own_go_to_the_answers_before_them():
    why = "解析\n一、单项选择题\n1.先登记才不漏办。\n2.身份证件表明身份。"
    key = f"参考答案\n一、单项选择题\n1.A 2.B\n二、简答题\n1.{FIRST}\n2.{SECOND}\n{why}"
    found = _read(key)
    assert [said for _, said, _ in found] == [said for _, said, _ in ANSWERED]
    assert [why for _, _, why in found] == ["先登记才不漏办。", "身份证件表明身份。", "", ""]


def test_a_second_section_explains_where_only_one_run_of_questions_waits():
    asked = QUESTIONS.partition("二、简答题")[0]
    key = "参考答案\n1.A 2.B\n1.先登记才不漏办。\n2.身份证件表明身份。"
    records = read((asked + key).encode(), "a.txt").records
    whys = [each.question.explanation.plain for each in records if each.question]
    assert whys == ["先登记才不漏办。", "身份证件表明身份。"]
