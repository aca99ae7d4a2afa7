"""Files that must not be read, or are no files at all: refused with a reason, never a crash."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import question_bank
from question_bank import messages
from question_bank.formats import Refused, read
from question_bank.formats.office.xlsx_bank import write_xlsx
from question_bank.sample import load
from question_bank.secrecy import find_marking
from tests.unit.question_bank.banks import W, docx, paragraphs_xml
from tests.unit.question_bank.test_reading_tables import HEADER, ROW, workbook

QUESTION = paragraphs_xml("1.甲问", "A.一", "B.二", "答案：A")


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(Refused) as refused:
        read(data, name)
    assert messages.message(refused.value.code, refused.value.params) != refused.value.code
    return refused.value.code


@pytest.mark.parametrize(
    "text",
    [
        "机密★10年",
        "秘密★",
        "绝密★启用前",
        "机　密",
        "绝密",
        "密级：秘密",
        "机密★1年　编号 003",
        "秘密 第 1 页",
    ],
)
def test_a_marking_is_found(text: str) -> None:
    assert find_marking(["某某单位", text])


@pytest.mark.parametrize(
    "text",
    [
        "国家秘密的密级分为绝密、机密、秘密三级。",
        "标志“机密★10年”的意思是（　）",
        "保守国家秘密法知识题库",
        "机密级国家秘密是重要的国家秘密",
        "A.绝密",
        "商业秘密",
        "绝密 机密 秘密",
        "",
    ],
)
def test_the_word_in_a_question_on_secrets_is_no_marking(text: str) -> None:
    assert find_marking([text]) is None


def test_a_marked_file_is_refused_wherever_it_is_marked() -> None:
    header = f"<w:hdr {W}>{paragraphs_xml('机密★5年')}</w:hdr>"
    box = f"<w:p><w:r><w:txbxContent>{paragraphs_xml('秘密★')}</w:txbxContent></w:r></w:p>"
    marked = [
        (docx(QUESTION, word__header2_dot_xml=header), "a.docx"),
        (docx(QUESTION, word__footer1_dot_xml=header), "a.docx"),
        (docx(paragraphs_xml("机　密") + QUESTION), "a.docx"),
        (docx(box + QUESTION), "a.docx"),
        ("秘密★3年\n\n1.甲问（对）".encode(), "a.txt"),
        (workbook(("Sheet1", [["绝密"], HEADER, ROW])), "a.xlsx"),
        (workbook(("Sheet1", [HEADER, ROW]), header='&L某单位&R&"黑体"机密★10年'), "a.xlsx"),
        ("机密\n题干,答案\n甲,对".encode(), "a.csv"),
    ]
    assert {refusal(data, name) for data, name in marked} == {"secrecy_marking"}


def test_a_bank_on_the_law_of_secrets_is_read() -> None:
    text = "保密法题库\n1.最高的密级是\nA.绝密\nB.机密\n答案：A\n2.国家秘密分三级。（对）"
    assert len(read(text.encode(), "a.txt").records) == 2
    row = ["", "单选题", "最高的密级是", "A", "绝密", "机密", "秘密"]
    assert len(read(workbook(("Sheet1", [HEADER, row])), "a.xlsx").records) == 1


def test_what_is_no_bank_is_refused_by_name_or_content() -> None:
    assert refusal(b"x", "~$题库.docx") == "lock_file"
    assert refusal(b"", "a.docx") == "empty_file"
    assert refusal(b"x", "a.pdf") == "wrong_type"
    assert refusal(b"x", "a") == "wrong_type"
    assert refusal(b"x", "a.xlsm") == "macros"
    assert refusal(b"not a zip", "a.docx") == "broken_file"
    assert read(workbook(("Sheet1", [HEADER, ROW])), "a.docx").format == "xlsx"
    assert refusal(docx(""), "a.docx") == "no_questions"
    assert refusal("一句话".encode(), "a.txt") == "no_questions"
    assert refusal(b"a\0b", "a.txt") == "broken_file"
    assert refusal(docx(QUESTION, word__vbaProject_dot_bin=b"x"), "a.docx") == "macros"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    assert refusal(ole + "EncryptedPackage".encode("utf-16-le"), "a.xlsx") == "encrypted"


def test_a_zip_bomb_is_refused_unread() -> None:
    assert refusal(docx(QUESTION, word__x_dot_xml=b" " * 30_000_000), "a.docx") == "too_large"


def test_entities_are_not_resolved() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entity = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        body = f"<w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>"
        archive.writestr("word/document.xml", entity + body)
    assert refusal(out.getvalue(), "a.docx") == "broken_file"


ENDINGS = ("docx", "xlsx", "xls", "txt", "md", "csv", "tsv", "yaml", "gift", "aiken", "xml", "zip")
NAMES = st.sampled_from([f"a.{each}" for each in (*ENDINGS, "html")])


def read_or_refused(data: bytes, name: str) -> None:
    try:
        read(data, name)
    except Refused as refused:
        assert refused.code in messages.CODES


@given(st.binary(max_size=300), NAMES)
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    read_or_refused(data, name)


_scraps = st.sampled_from(
    [
        "1.",
        "A.",
        "B、",
        "（A）",
        "答案：",
        "AB",
        "解析：",
        "\n",
        "\t",
        "____",
        "一、单选题",
        "对",
        "第一章",
        "题干",
        "- ",
        ": ",
        "[",
        "甲",
        ",",
        "|",
        "A",
        "★",
    ]
)


@settings(max_examples=200)
@given(st.lists(_scraps, max_size=30).map("".join), NAMES)
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    read_or_refused(text.encode(), name)
    lines = text.replace("\t", " ").split("\n")
    read_or_refused(docx(paragraphs_xml(*lines)), "a.docx")


WHOLE = {"a.docx": docx(QUESTION), "a.xlsx": write_xlsx(load()[:3])}


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 100_000), st.binary(min_size=1, max_size=4))
def test_a_damaged_office_file_is_read_or_refused(name: str, place: int, damage: bytes) -> None:
    data = WHOLE[name]
    place %= len(data)
    read_or_refused(data[:place] + damage + data[place + len(damage) :], name)
    read_or_refused(data[:place], name)


_cells = st.none() | st.text("AB对甲1.（）、/", max_size=6) | st.floats(-5, 2000) | st.booleans()


@settings(max_examples=40)
@given(st.lists(st.lists(_cells, max_size=7), max_size=4))
def test_any_table_is_read_or_refused(rows: list[list[object]]) -> None:
    read_or_refused(workbook(("Sheet1", [HEADER, *rows])), "a.xlsx")


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for code in messages.CODES:
        assert messages.message(code) != code
        assert messages.message(code, {}, "en") != messages.message(code, {}, "zh")
    assert messages.message("no_such_code") == "no_such_code"
    assert "10年" in messages.message("secrecy_marking", {"marking": "机密★10年"}, "en")


def test_every_code_the_library_gives_has_a_sentence() -> None:
    given_codes: set[str] = set()
    calls = r"(?:doubt|Refused|Note|Problem|Reason|_Wrong|BadResponse)\(\s*\"([a-z_]+)\""
    for file in Path(question_bank.__file__).parent.rglob("*.py"):
        if file.name != "messages.py":
            given_codes |= set(re.findall(calls, file.read_text(encoding="utf-8")))
    assert len(given_codes) > 40
    assert given_codes <= messages.CODES


def test_the_sample_bank_is_whole_and_of_every_type() -> None:
    bank = load()
    assert len(bank) >= 50
    assert len({question.type for question in bank}) == 5
