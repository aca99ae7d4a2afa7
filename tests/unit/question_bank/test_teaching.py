"""A layout that nobody knows, marked in two records, reads the rest of the file and the next one."""

from __future__ import annotations

import io
import json
from collections import Counter

import pytest
import xlsxwriter

from question_bank.formats import BankFile, Declared, Outcome, Refused, read
from question_bank.formats.recognise.taught_layout import Example, layout_from_json
from question_bank.formats.taught_files import learned
from question_bank.guarded import learned_limited, lines_limited, read_limited
from question_bank.inspection import inspect_json


def told(number: int) -> str:
    return "AB"[number % 2]


def example(number: int, answer: str = "", count: str = "") -> Example:
    options = (f"值班员{number}", f"访客{number}")
    return Example(f"谁签字{number}", options, answer or told(number), count)


# What one record looks like, and how a person marks it.
ROWS = {
    "signs between": "<{n}> 谁签字{n} // 值班员{n} / 访客{n} => {a}",
    "answer first": "[{a}] 谁签字{n} A|值班员{n} B|访客{n}",
    "one sign for all": "谁签字{n},值班员{n},访客{n},{a}",
    "words behind": "第{n}条>谁签字{n}>值班员{n}>访客{n}>选{a}（必会）",
    "lines": "☆谁签字{n}\n甲→值班员{n}\n乙→访客{n}\n正解：{a}\n",
    "answer below the stem": "@{n} 谁签字{n}\n!{a}\n+值班员{n}\n+访客{n}",
}


def text_of(row: str, count: int = 6) -> str:
    return "\n".join(row.format(n=n, a=told(n)) for n in range(1, count + 1))


def taught(text: str, *examples: Example, name: str = "题.txt") -> BankFile:
    """The file read by what the examples teach, the layout kept as JSON meanwhile."""
    layout = json.loads(json.dumps(learned("txt", text.encode(), examples).to_json()))
    return read(text.encode(), name, declared=Declared(layout=layout))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_two_marked_records_teach_the_file(row: str) -> None:
    numbers = ("1", "2") if "第{n}条" in row or "<{n}>" in row or "@{n}" in row else ("", "")
    marked = [example(n, count=numbers[n - 1]) for n in (1, 2)]
    found = taught(text_of(row), *marked)
    records = inspect_json(found, "题.txt")["records"]
    assert [each["answer"] for each in records] == list(map(told, range(1, 7)))
    assert [each["options"] for each in records] == [
        [f"值班员{n}", f"访客{n}"] for n in range(1, 7)
    ]
    assert all(each["outcome"] == "ready" for each in records)


def test_headings_type_what_is_below_and_other_lines_are_not_understood() -> None:
    rows = text_of(ROWS["signs between"])
    text = f"值班题库\n一、单选题\n{rows}\n这一行不是题\n二、判断题\n<7> 须登记。 => 对"
    found = taught(text, example(1, count="1"), example(2, count="2"))
    counted = Counter((each.type, each.outcome) for each in found.records)
    assert counted == {
        ("single", Outcome.READY): 6,
        ("true_false", Outcome.READY): 1,
        (None, Outcome.NOT_UNDERSTOOD): 1,
    }


def test_answers_by_place_are_sure_where_the_file_shows_the_first_place() -> None:
    row = "<{n}> 谁签字{n} // 值班员{n} / 访客{n} => {a}"
    for places, sure, answers in (
        ((1, 2), True, "AB"),
        ((0, 1), True, "AB"),
        ((1, 1), False, "AA"),
    ):
        text = "\n".join(row.format(n=n, a=places[n % 2]) for n in range(2, 6))
        marked = [example(n, str(places[n % 2]), str(n)) for n in (2, 3)]
        records = inspect_json(taught(text, *marked), "题")["records"]
        assert "".join(each["answer"] for each in records) == answers * 2
        assert all((each["outcome"] == "ready") is sure for each in records)


def test_a_record_without_answer_that_swallows_the_next_is_a_doubt() -> None:
    text = "谁签字1\n值班员1\n访客1\n>>B\n谁签字2\n值班员2\n访客2\n谁签字3\n值班员3\n访客3\n>>A"
    found = taught(text, example(1))
    assert [each.outcome for each in found.records] == [Outcome.READY, Outcome.TO_CONFIRM]
    assert [each.code for each in found.records[1].reasons] == ["layout_exceeded"]


def workbook(*rows: tuple[str, ...]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return data.getvalue()


def test_columns_are_taught_in_a_table_whose_titles_say_nothing() -> None:
    rows = [("甲栏", "乙栏", "丙栏", "丁栏", "戊栏")]
    rows += [(told(n), f"谁签字{n}", str(n), f"值班员{n}", f"访客{n}") for n in range(1, 6)]
    data = workbook(*rows)
    layout = learned("xlsx", data, [example(1), example(2)]).to_json()
    found = read(data, "题.xlsx", declared=Declared(layout=layout))
    records = inspect_json(found, "题.xlsx")["records"]
    assert [each["answer"] for each in records] == list(map(told, range(1, 6)))
    assert {each["outcome"] for each in records} == {"ready"}


@pytest.mark.parametrize(
    ("marked", "code"),
    [
        ([], "layout_needs_examples"),
        ([Example("没有这句话")], "piece_not_found"),
        ([example(1), Example("值班员2", ("谁签字2",), "2")], "piece_not_found"),
    ],
)
def test_what_cannot_be_learned_says_why(marked: list[Example], code: str) -> None:
    with pytest.raises(Refused) as refused:
        learned("txt", text_of(ROWS["signs between"]).encode(), marked)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "broken", [{}, {"parts": [{"role": "stem", "before": "x" * 500}]}, {"parts": 1}]
)
def test_a_layout_that_is_none_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises(Refused, match="layout_unknown"):
        layout_from_json(broken)


def test_a_layout_of_lines_is_not_for_a_table() -> None:
    layout = learned("txt", text_of(ROWS["lines"]).encode(), [example(1)]).to_json()
    with pytest.raises(Refused, match="layout_not_for"):
        read(
            workbook(("题目", "答案"), ("须登记。", "对")),
            "题.xlsx",
            declared=Declared(layout=layout),
        )


def test_a_file_from_outside_is_taught_within_limits() -> None:
    data = text_of(ROWS["lines"]).encode()
    lines, total = lines_limited(data, "题.txt", 1, 2)
    assert (lines, total) == (["甲→值班员1", "乙→访客1"], 24)
    layout = learned_limited(data, "题.txt", [example(1), example(2)])
    found = read_limited(data, "题.txt", declared=Declared(layout=layout))
    assert len(found.records) == 6
