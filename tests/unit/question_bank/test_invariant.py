"""What must hold of every ready record, and what becomes of records that break it."""

from __future__ import annotations

import pytest

from question_bank.formats.recognise.assemble import assemble
from question_bank.formats.recognise.parts import Parts
from question_bank.formats.records import Where
from question_bank.kinds import QuestionType


def codes(
    stem: str = "谁填写（ ）",
    options: str = "甲 乙",
    said: str = "B",
    raw: str | None = None,
    explanation: str = "",
    kind: QuestionType | None = None,
) -> list[str]:
    """The doubts of question 3 with these parts, which account for all of its source unless said."""
    marked = [(letter, text) for letter, text in zip("ABCD", options.split(), strict=False)]
    parts = Parts(Where(paragraph=1), number=3, declared=kind, stem=stem, options=marked)
    parts.answers, parts.explanation = [said], explanation
    lines = [f"3.{stem}", *(f"{letter}.{text}" for letter, text in marked), f"答案：{said}"]
    parts.raw = raw if raw is not None else "\n".join([*lines, explanation])
    return [each.code for each in assemble(parts).reasons]


WORDS = QuestionType.SHORT_ANSWER


def test_a_record_that_is_its_source_is_ready() -> None:
    assert codes() == []
    assert codes(explanation="见第四条。") == []
    assert codes("简述要求", "", "1.当面\n2.清点\n3.签字\n4.归档", kind=WORDS) == []


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (codes(stem="谁填写（ ）答案：A"), "label_inside"),
        (codes(options="甲 乙【答案】A"), "label_inside"),
        (codes("简述要求", "", "当面。答案：清点", kind=WORDS), "label_inside"),
        (codes(stem="谁填写（ ）A.丙B.丁"), "mark_inside"),
        (codes(options="甲 乙C.丙"), "mark_inside"),
        (codes(options="A、甲 乙"), "mark_inside"),
        (codes(options="甲 乙 丙 D"), "mark_inside"),
        (codes("简述要求", "", "当面\n二、判断题", kind=WORDS), "heading_inside"),
        (codes(stem="谁填写（ ）\n二、判断推理"), "heading_inside"),
        (codes(explanation="见第四条。二、判断题（每题1分）"), "heading_inside"),
        (codes("简述要求", "", "当面。4.简述意义", kind=WORDS), "number_inside"),
        (codes(explanation="见第四条。\n4.谁保管（ ）"), "number_inside"),
        (codes(raw="3.谁填写\nA.甲\nB.乙\n答案：B"), ""),
        (codes(raw="3.谁来填写\nA.甲\nB.乙\n答案：B"), "text_put_in"),
        (codes(raw="3.谁填写\nB.乙\nA.甲\n答案：B"), "text_put_in"),
        (codes(raw="3.谁填写\n每日都要\nA.甲\nB.乙\n答案：B"), "text_left_out"),
    ],
)
def test_a_record_that_breaks_the_invariant_is_doubted(broken: list[str], code: str) -> None:
    assert broken == [code] * bool(code)


def test_a_letter_that_the_stem_names_may_be_an_option() -> None:
    assert codes(stem="类A与类B，输出是（ ）", options="A B object 报错") == []
