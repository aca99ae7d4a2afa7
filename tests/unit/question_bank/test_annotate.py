"""What could not be taken comes back with remarks, and reads again once it is corrected."""

from __future__ import annotations

import io
import zipfile

import pytest

from question_bank.annotate import REMARK, RejectedRecord, annotated
from question_bank.formats import Outcome, read
from tests.unit.question_bank.banks import docx, paragraphs_xml
from tests.unit.question_bank.test_reading_tables import HEADER, workbook

TEXT = "一、单选题\n1.甲问\nA.一\nB.二\n答案：A\n2.乙问\nA.一\nB.二\n"
ROWS = [
    HEADER,
    ["", "单选题", "甲问", "A", "一", "二", ""],
    ["", "单选题", "乙问", "", "一", "二", ""],
]
CSV = "\n".join(",".join(row) for row in ROWS)


def troubles(data: bytes, name: str) -> tuple[str, list[RejectedRecord]]:
    found = read(data, name)
    open_ = [each for each in found.records if each.outcome is not Outcome.READY]
    return found.format, [RejectedRecord(each.where, each.raw, "没有答案") for each in open_]


@pytest.mark.parametrize(
    ("data", "name", "fix"),
    [
        (TEXT.encode(), "a.txt", (b"B.\xe4\xba\x8c\n", "B.二\n答案：B\n".encode())),
        (CSV.encode(), "a.csv", ("乙问,".encode(), "乙问,B".encode())),
    ],
)
def test_a_text_comes_back_with_remarks_and_reads_again(
    data: bytes, name: str, fix: tuple[bytes, bytes]
) -> None:
    form, open_ = troubles(data, name)
    back, ending = annotated(data, form, open_)
    assert REMARK in back.decode("utf-8-sig") and "甲问" not in back.decode("utf-8-sig")
    (before,) = read(back, f"b.{ending}").records
    assert before.outcome is Outcome.TO_CONFIRM
    (after,) = read(back.replace(*fix), f"b.{ending}").records
    assert after.question is not None and after.question.stem.plain == "乙问"


def test_a_word_file_comes_back_with_red_remarks_and_reads_again() -> None:
    data = docx(paragraphs_xml(*TEXT.strip().split("\n")))
    form, open_ = troubles(data, "a.docx")
    back, ending = annotated(data, form, open_)
    with zipfile.ZipFile(io.BytesIO(back)) as archive:
        assert "没有答案" in archive.read("word/document.xml").decode()
    (record,) = read(back, f"b.{ending}").records
    assert [reason.code for reason in record.reasons] == ["no_answer"]


def test_a_workbook_keeps_its_columns_and_gets_one_more() -> None:
    data = workbook(("题", ROWS))
    form, open_ = troubles(data, "a.xlsx")
    back, ending = annotated(data, form, open_)
    (record,) = read(back, f"b.{ending}").records
    assert [reason.code for reason in record.reasons] == ["no_answer"]
    assert record.where.sheet == "题"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (f"<html><body><p>{TEXT.replace(chr(10), '</p><p>')}</p></body></html>".encode(), "a.doc"),
        (b'[{"question": "\xe7\x94\xb2", "options": ["x", "z"], "answer": ""}]', "a.json"),
    ],
)
def test_what_is_neither_text_nor_table_comes_back_as_a_text(data: bytes, name: str) -> None:
    form, open_ = troubles(data, name)
    back, ending = annotated(data, form, open_)
    assert ending == "txt" and REMARK in back.decode("utf-8-sig")
