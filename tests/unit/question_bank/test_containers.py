"""Files that hold questions in an unusual wrapping: JSON, PDF, old Word XML, pages under other names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from question_bank.formats import Declared, Refused, read
from question_bank.inspection import inspect_json
from question_bank.model import letters
from question_bank.secrecy import may_lapse
from tests.unit.question_bank.banks import docx, paragraphs_xml
from tests.unit.question_bank.pdf import pdf

Told = list[tuple[str | None, Any]]


def told(data: bytes | str, name: str) -> Told:
    """The type and answer of every record."""
    found = inspect_json(read(data if isinstance(data, bytes) else data.encode(), name), name)
    return [(each["type"], each["answer"]) for each in found["records"]]


def reasons(data: bytes | str, name: str) -> list[list[str]]:
    found = read(data if isinstance(data, bytes) else data.encode(), name)
    return [[each.code for each in record.reasons] for record in found.records]


def refusal(data: bytes, name: str) -> Refused:
    with pytest.raises(Refused) as refused:
        read(data, name)
    return refused.value


TRUTHS: Told = [("true_false", "true"), ("true_false", "false")]
PAGE = "<html><body><p>1.须登记。（√）</p><p>2.可代签。（×）</p></body></html>"
OLD_WORD = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"><w:body><wx:sect>'
    '<w:p><w:pPr><w:listPr><wx:t wx:val="1."/></w:listPr></w:pPr><w:r><w:t>须登记。（√）</w:t></w:r></w:p>'
    "<w:p><w:r><w:t>2.可代签。（×）</w:t></w:r></w:p></wx:sect></w:body></w:wordDocument>"
)
FLAT = (
    '<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">'
    '<pkg:part pkg:name="/word/document.xml"><pkg:xmlData>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    f"{paragraphs_xml('1.须登记。（√）', '2.可代签。（×）')}</w:body></w:document>"
    "</pkg:xmlData></pkg:part></pkg:package>"
)
ARCHIVE = f"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{PAGE}"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PAGE, "a.txt"),
        (PAGE, "a.doc"),
        (PAGE.encode("gb18030"), "a.txt"),
        (ARCHIVE, "a.mht"),
        (ARCHIVE, "a.doc"),
        (OLD_WORD, "a.doc"),
        (OLD_WORD, "a.xml"),
        (FLAT, "a.xml"),
        ("1.须登记。（√）\n2.可代签。（×）", "a.doc"),
    ],
)
def test_what_a_file_is_called_makes_no_difference(data: bytes | str, name: str) -> None:
    assert told(data, name) == TRUTHS


def test_an_old_word_file_with_macros_is_refused() -> None:
    marked = OLD_WORD.replace("<w:wordDocument ", '<w:wordDocument w:macrosPresent="yes" ')
    marked = marked.replace("<w:body>", "<w:docSuppData/><w:body>", 1)
    assert refusal(marked.encode(), "a.doc").code == "macros"


@pytest.mark.parametrize(
    ("name", "data"), [("page.html", PAGE), ("page.mht", ARCHIVE), ("page.txt", PAGE[:0])]
)
def test_a_page_inside_a_word_file_is_read_where_it_stands(name: str, data: str) -> None:
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="aFChunk" Target="{name}"/></Relationships>'
    )
    chunk = (
        '<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        'r:id="r1"/>'
    )
    member = "word__" + name.replace(".", "_dot_")
    members = {member: data, "word___rels__document_dot_xml_dot_rels": link}
    found = inspect_json(
        read(docx(chunk + paragraphs_xml("3.当面交接。（√）"), **members), "a.docx"), "a.docx"
    )
    answers = [(each["type"], each["answer"]) for each in found["records"]]
    assert answers == [*(TRUTHS if data else []), ("true_false", "true")]
    assert [n["code"] for n in found["notes"]] == ([] if data else ["chunk_not_read"])


def test_a_table_that_only_lays_out_a_page_is_read_as_its_text() -> None:
    page = "<table><tr><td>1.谁？</td></tr><tr><td>A.甲</td><td>B.乙</td></tr><tr><td>答案：B</td></tr></table>"
    assert told(f"<html><body>{page}</body></html>", "a.html") == [("single", "B")]


# JSON.

OBJECTS = [
    {"type": "单选题", "question": "谁？", "options": ["A. 甲", "B. 乙"], "answer": "B"},
    {"题型": "判断", "题干": "须登记", "答案": True},
    {"question": "哪些？", "A": "甲", "B": "乙", "C": "丙", "answer": ["A", "C"]},
    {"question": "哪个？", "options": {"A": "甲", "B": "乙"}, "correct_answer": "乙"},
    {"question": "哪些？", "options": [{"text": "甲", "is_correct": True}, {"text": "乙"}]},
    {"question": "由____填写", "answer": ["值班员"], "analysis": "<p>见规定</p>"},
]
ANSWERS: Told = [
    ("single", "B"),
    ("true_false", "true"),
    ("multiple", "AC"),
    ("single", "B"),
    ("single", "A"),
    ("fill_blank", ["值班员"]),
]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (json.dumps(OBJECTS), "a.json"),
        (json.dumps({"data": {"list": OBJECTS}}), "a.json"),
        (json.dumps(OBJECTS, ensure_ascii=False), "a.txt"),
        ("\n".join(map(json.dumps, OBJECTS)), "a.json"),
    ],
)
def test_objects_with_known_names_are_questions(data: str, name: str) -> None:
    assert told(data, name) == ANSWERS


def test_names_on_the_way_to_a_question_are_its_category() -> None:
    data = {
        "title": "题库",
        "chapters": [{"name": "总则", "sections": [{"questions": OBJECTS[:1]}]}],
    }
    (record,) = read(json.dumps(data).encode(), "a.json").records
    assert record.question and record.question.category == ("题库", "总则")


@pytest.mark.parametrize(("places", "right"), [(0, "A"), (1, "A"), ([0, 2], "AC")])
def test_places_of_options_are_an_answer_to_confirm(places: object, right: str) -> None:
    data = json.dumps([{"question": "谁？", "options": ["甲", "乙", "丙"], "answer": places}])
    assert told(data, "a.json")[0][1] == right
    assert reasons(data, "a.json") == [["answer_by_place"]]


@pytest.mark.parametrize("data", [b"[{", b"[" * 100_000, b"{}", b'[{"a": 1}]', b"[1, 2]"])
def test_json_without_questions_is_refused(data: bytes) -> None:
    assert refusal(data, "a.json").code in ("broken_file", "no_questions")


# PDF.


def test_a_pdf_with_text_is_read_without_its_furniture() -> None:
    one = ["值班规定题库", "1. 谁填写日志（ ）。", "A. 值班员", "第 1 页"]
    two = ["值班规定题库", "B. 访客", "答案：A", "2. 谁保管", "第 2 页"]
    three = ["值班规定题库", "钥匙（ ）。", "A. 访客", "B. 值班员", "答案：B", "第 3 页"]
    found = read(pdf(one, two, three), "a.pdf")
    assert [str(each.outcome) for each in found.records] == ["ready", "ready"]
    assert told(pdf(one, two, three), "a.pdf") == [("single", "A"), ("single", "B")]
    stems = [each.question.stem.plain for each in found.records if each.question]
    assert stems == ["谁填写日志（ ）。", "谁保管\n钥匙（ ）。"]
    assert sum(note.code == "page_furniture" for note in found.notes) == 6


def test_a_word_that_a_line_broke_is_put_together() -> None:
    found = read(
        pdf(["1. Who keeps the respon-", "sibility? ", "A. Me", "B. You", "Answer: A"]), "a.pdf"
    )
    assert found.records[0].question
    assert found.records[0].question.stem.plain == "Who keeps the responsibility?"


def test_a_scanned_pdf_is_refused_with_its_true_reason() -> None:
    refused = refusal(pdf([], []), "a.pdf")
    assert (refused.code, refused.params) == ("pdf_scanned", {"pages": 2, "empty": 2})


def test_a_page_without_text_is_noted() -> None:
    found = read(pdf(["1.值班员每日都须当面登记来访的人。（√）"], []), "a.pdf")
    assert [note.code for note in found.notes] == ["pages_without_text"]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", pdf(["1.甲（√）"])[:300]])
def test_a_broken_pdf_is_refused(data: bytes) -> None:
    assert refusal(data, "a.pdf").code in ("broken_file", "pdf_scanned", "no_questions")


# What a person with the right declares.


def test_a_marking_that_has_lapsed_may_be_declared_so() -> None:
    data = "绝密★启用前\n1.须登记。（√）".encode()
    assert refusal(data, "a.txt").code == "secrecy_marking"
    found = read(data, "a.txt", declared=Declared(marking_lapsed=True))
    assert len(found.records) == 1
    assert found.notes[0].code == "marking_lapsed"
    assert found.notes[0].params == {"marking": "绝密★启用前"}


@pytest.mark.parametrize("marking", ["机密", "秘密★", "绝密★长期"])
def test_a_marking_without_an_end_never_lapses(marking: str) -> None:
    assert not may_lapse(marking)
    with pytest.raises(Refused, match="secrecy_marking"):
        read(f"{marking}\n1.须登记（√）".encode(), "a.txt", declared=Declared(marking_lapsed=True))


def test_an_old_document_with_macros_is_converted_only_when_somebody_says_so() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    data = ole + "WordDocument".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le")

    def convert(old: bytes, extension: str) -> bytes:
        return docx(paragraphs_xml("1.须登记。（√）"))

    with pytest.raises(Refused, match="macros_old"):
        read(data, "a.doc", convert)
    assert len(read(data, "a.doc", convert, Declared(without_macros=True)).records) == 1


def test_options_of_data_are_found_under_any_name_and_never_taken_for_an_answer() -> None:
    listed = [
        {"question": f"第{n}问", "answers": ["甲", "乙"], "correctAnswer": "B"} for n in (1, 2)
    ]
    flagged = [
        {"title": f"第{n}问", "answers": [{"text": "甲"}, {"text": "乙", "isCorrect": True}]}
        for n in (1, 2)
    ]
    named = [
        {"question": "谁", "options": [{"t": "甲", "i": "A"}, {"t": "乙", "i": "B"}], "answer": "B"}
    ]
    for data in (listed, flagged, named):
        for record in read(json.dumps(data).encode(), "a.json").records:
            assert record.question is not None and letters(record.question) == "B"
