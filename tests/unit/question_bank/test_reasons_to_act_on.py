"""What is said of a file that is not understood, or of which a part is not: what to do, and where."""

from __future__ import annotations

import json

import pytest

from question_bank.formats import Refused, read
from question_bank.messages import CODES, message

ASKED = [f"{n}. 第{n}种情形应当（）" for n in range(1, 5)]
OPTIONS = "A.登记\nB.下班\nC.吃饭"


@pytest.mark.parametrize(
    ("text", "why", "first"),
    [
        (
            "某局资料\n接警后首先应当登记下班\n钥匙由谁保管\n",
            "why_no_marks",
            "2: 接警后首先应当登记下班",
        ),
        ("某法\n第一条 为了公开\n第二条 适用于全体\n", "why_prose", "1: 某法"),
        ("锟斤拷锟斤拷\n锟斤拷锟斤拷锟\n", "why_garbled", "1: 锟斤拷锟斤拷"),
        ("INSERT INTO q VALUES ('谁登记')\n" * 2, "why_code", "1: INSERT INTO q VALUES ('谁登记')"),
    ],
)
def test_a_text_without_questions_says_what_it_lacks_and_where(
    text: str, why: str, first: str
) -> None:
    with pytest.raises(Refused) as refused:
        read(text.encode(), "a.txt")
    assert (refused.value.code, refused.value.params["why"]) == ("no_questions", why)
    assert refused.value.params["lines"][0] == first
    for language in ("zh", "en"):
        said = message(refused.value.code, refused.value.params, language)
        assert message(why, None, language) in said and first in said


def test_data_without_questions_shows_the_names_that_were_seen() -> None:
    with pytest.raises(Refused) as refused:
        read(json.dumps([{"a1": "谁", "a2": "甲"}]).encode(), "a.json")
    assert refused.value.params == {"why": "why_names", "lines": ["a1", "a2"]}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\n".join(f"{each}\n{OPTIONS}" for each in ASKED), "mostly_without_answers"),
        (
            "\n".join(f"{each}\n{OPTIONS}\n答案：第二项" for each in ASKED),
            "mostly_unreadable_answers",
        ),
        (
            "判断题\n" + "\n".join(f"{each}。\n答案：A" for each in ASKED),
            "mostly_unexplained_signs",
        ),
        (
            "\n".join(f"{n}. 第{n}种如何处理\n甲、登记\n乙、下班\n答案：甲" for n in range(1, 5)),
            "mostly_without_type",
        ),
    ],
)
def test_what_most_questions_lack_is_said_once_with_three_places(text: str, code: str) -> None:
    (note, *_) = read(text.encode(), "a.txt").notes
    assert note.code == code and note.params["count"] == note.params["records"] == 4
    assert len(note.params["lines"]) == 3 and code in CODES


def test_lines_behind_a_question_that_belong_to_none_are_pointed_at() -> None:
    known = "\n".join(f"{each}\n{OPTIONS}\n答案：A" for each in ASKED)
    note = read(f"{known}\n◎谁｜甲｜乙\n◎哪｜甲｜乙\n◎何｜甲｜乙\n".encode(), "a.txt").notes[0]
    assert (note.code, note.params["count"]) == ("stretch_not_read", 3)
    assert note.params["lines"][0] == "◎谁｜甲｜乙" and note.where.paragraph == 16
