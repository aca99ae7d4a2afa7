"""A packed sequence is like a list, and a file read from its path like one read from bytes."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from question_bank.formats import read, read_path
from question_bank.formats.compact_list import Packed
from question_bank.inspection import inspect_pieces, summary_json
from tests.unit.question_bank.test_reading_tables import HEADER, ROW, workbook


@given(some.integers(0, 6_500), some.slices(6_500))
def test_is_like_a_list(count: int, part: slice) -> None:
    there = list(range(count))
    packed = Packed(there)
    assert len(packed) == count
    assert list(packed) == there
    assert packed[part] == there[part]
    assert [packed[at] for at in (0, -1) if count] == [there[at] for at in (0, -1) if count]


def test_a_workbook_on_disk_reads_as_its_bytes_do(tmp_path: Path) -> None:
    rows = [[*ROW[:2], f"第{number}问", *ROW[3:]] for number in range(4_500)]
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook(("Sheet1", [HEADER, *rows])))
    found = read_path(path)
    assert len(found.records) == 4_500
    assert list(found.records) == list(read(path.read_bytes(), "a.xlsx").records)
    written = json.loads("".join(inspect_pieces(found, "a")))
    assert written | summary_json(found, "a") == written
    assert len(written["records"]) == 4_500


def test_other_files_on_disk_read_as_their_bytes_do(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("1.甲\nA.一\nB.二\n答案：A\n", encoding="utf-8")
    assert read_path(path) == read(path.read_bytes(), "a.txt")
