"""Scans of answer sheets: what may be attached."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.scans import MOST_BYTES, MOST_SCANS, check_scan

PDF = b"%PDF-1.7 ..."


@pytest.mark.parametrize(
    ("name", "data", "there", "code"),
    [
        ("一.pdf", PDF, 0, None),
        ("一.JPG", b"\xff\xd8\xff\xe0", MOST_SCANS - 1, None),
        ("一.exe", PDF, 0, "wrong_type"),
        ("一.png", PDF, 0, "broken_file"),
        ("一.pdf", b"<html>", 0, "broken_file"),
        ("一.pdf", PDF + bytes(MOST_BYTES), 0, "scan_too_large"),
        ("一.pdf", PDF, MOST_SCANS, "scans_enough"),
    ],
)
def test_a_scan_is_what_its_name_says_and_not_too_much(name, data, there, code):
    if code is None:
        check_scan(name, data, there)
        return
    with pytest.raises(RuleBroken, match=code):
        check_scan(name, data, there)
