"""Raised and lowered letters of Word and of the web stay what they are: 10³ is not 103."""

from __future__ import annotations

import pytest

from question_bank.formats import read
from question_bank.formats.exchange.markup import text_of_html
from question_bank.formats.office.raised import is_mathematical, lowered, raised
from tests.unit.question_bank.banks import docx


@pytest.mark.parametrize(
    ("text", "above", "below"),
    [
        ("3", "³", "₃"),
        ("-1", "⁻¹", "₋₁"),
        ("n", "ⁿ", "_n"),
        ("ab", "^(ab)", "_(ab)"),
        ("n+1", "ⁿ⁺¹", "_(n+1)"),
        ("", "", ""),
    ],
)
def test_a_raised_text_has_signs_of_its_own_or_a_mark_before_it(
    text: str, above: str, below: str
) -> None:
    assert (raised(text), lowered(text)) == (above, below)


@pytest.mark.parametrize(
    ("text", "is_one"), [("2", True), (" n-1 ", True), ("[1]", False), ("。", False), ("", False)]
)
def test_marks_of_notes_and_stray_punctuation_are_not_raised(text: str, is_one: bool) -> None:
    assert is_mathematical(text) is is_one


def run(text: str, place: str = "") -> str:
    """A run of Word's, above or below the line where a place is given."""
    properties = f'<w:rPr><w:vertAlign w:val="{place}"/></w:rPr>' if place else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_what_word_raises_in_a_question_stays_raised() -> None:
    stem = (
        run("1.甲地有 10") + run("3 ", "superscript") + run("亩，水为 H") + run("2", "subscript")
        + run("O，见注") + run("[1]", "superscript") + run("，价 5") + run("0", "baseline") + run("元。（ ）")
    )  # fmt: skip
    lines = [stem, run("A.对"), run("B.错"), run("答案：A")]
    body = "".join(f"<w:p>{each}</w:p>" for each in lines)
    (record,) = read(docx(body), "a.docx").records
    assert "甲地有 10³ 亩，水为 H₂O，见注[1]，价 50元" in record.raw


def test_the_web_reads_the_same() -> None:
    assert (
        text_of_html("10<sup>3</sup> H<sub>2</sub>O x<sup>ab</sup><sup> </sup>") == "10³ H₂O x^(ab)"
    )
