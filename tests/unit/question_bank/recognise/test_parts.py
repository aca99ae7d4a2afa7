"""The parts of a question as written, and the draft they are collected in."""

from __future__ import annotations

import pytest

from question_bank.formats.recognise.parts import Draft, Parts, bracket_answers
from question_bank.formats.records import Reason, Where
from question_bank.kinds import QuestionType as T


def draft(declared: T | None = None, **fields: object) -> Draft:
    made = Draft(Parts(Where(paragraph=3), declared=declared), 1)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def test_a_doubt_is_named_once() -> None:
    parts = Parts(Where())
    for _ in range(2):
        parts.doubt("no_answer", n=1)
    parts.doubt("no_answer", {"type": "single"}, n=1)
    assert parts.reasons == [
        Reason("no_answer", {"n": 1}, {}),
        Reason("no_answer", {"n": 1}, {"type": "single"}),
    ]


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        ("是（A）还是( B、C )", ["A", "B、C"]),
        ("[√]【错误】", ["√", "错误"]),
        ("（ＡＢ）", ["ＡＢ"]),
        ("（甲）（ ）（Ab）（I）", []),
    ],
)
def test_what_reads_as_an_answer_in_brackets(stem: str, found: list[str]) -> None:
    assert bracket_answers(stem) == found


def test_the_next_option_has_the_next_letter() -> None:
    assert draft().next_letter == "A"
    assert draft(options=[("A", []), ("B", [])]).next_letter == "C"


@pytest.mark.parametrize(
    ("declared", "answers", "written"),
    [
        (T.SHORT_ANSWER, [["A"]], True),
        (T.SINGLE, [["一段话"]], False),
        (None, [["一段话"]], True),
        (None, [["A"]], False),
        (None, [["A 或 B"]], False),
        (None, [["对"]], False),
        (None, [["是"]], True),
        (None, [["A", "更多"]], True),
        (None, [[]], True),
        (None, [], False),
    ],
)
def test_an_answer_takes_words_where_it_is_neither_letters_nor_truth(
    declared: T | None, answers: list[list[str]], written: bool
) -> None:
    assert draft(declared, field="answer", answers=answers).written is written


def test_only_an_open_answer_without_options_takes_words() -> None:
    words = {"answers": [["一段话"]]}
    assert not draft(field="stem", **words).written
    assert not draft(field="answer", options=[("A", ["一"])], **words).written


def test_a_draft_closes_with_its_lines_joined() -> None:
    parts = draft(
        stem=["1.\t甲", "", "乙 "],
        options=[("A", ["一", "续"])],
        answers=[["A"], ["B", "C"]],
        explanation=["理", "由"],
        raw=["全", "文"],
        until=5,
    ).close()
    assert (parts.stem, parts.options) == ("1.甲\n乙", [("A", "一\n续")])
    assert (parts.answers, parts.explanation, parts.raw) == (["A", "B\nC"], "理\n由", "全\n文")
    assert parts.where == Where(paragraph=3, until=5)
