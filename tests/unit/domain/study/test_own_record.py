"""What a record says, and the code by which its print is checked."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from learnapp.domain.study.own_record import (
    ALPHABET,
    CODE_LENGTH,
    DoneLine,
    ExamLine,
    RecordSummary,
    clean_code,
    digest_of,
    in_year,
    new_code,
    printed_code,
)
from tests.unit.domain.instants import MONDAY

RECORD = RecordSummary(
    "张三",
    "城关派出所",
    2026,
    [],
    [DoneLine("正当防卫（1/2）", MONDAY, "portion", False)],
    [ExamLine("第1周周测", MONDAY, 8000, 10_000, True)],
)


def test_the_same_record_has_the_same_digest_and_any_change_another():
    assert RECORD.digest == replace(RECORD).digest == digest_of(RECORD.as_json())
    for other in (
        replace(RECORD, name="李四"),
        replace(RECORD, year=None),
        replace(RECORD, done=[]),
        replace(RECORD, exams=[replace(RECORD.exams[0], awarded=8001)]),
    ):
        assert other.digest != RECORD.digest


def test_a_code_is_read_from_paper_however_it_was_typed():
    code = new_code(Random(7))
    assert len(code) == CODE_LENGTH and set(code) <= set(ALPHABET)
    assert clean_code(printed_code(code)) == clean_code(f" {code.lower()} ") == code
    assert clean_code("？") == ""


@pytest.mark.parametrize(("year", "held"), [(None, True), (2026, True), (2025, False)])
def test_a_day_belongs_to_its_own_year(year, held):
    assert in_year(MONDAY, year) is held
