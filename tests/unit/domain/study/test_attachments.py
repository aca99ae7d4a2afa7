"""What may go along with a reading is known by its content, not by its name alone."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.study.attachments import (
    KINDS,
    MOST_ATTACHMENTS,
    MOST_BYTES,
    check_attachment,
)

BEGINNINGS = {
    "pdf": b"%PDF-1.7",
    "mp3": b"ID3\x04",
    "m4a": b"\0\0\0\x20ftypM4A ",
    "mp4": b"\0\0\0\x20ftypisom",
    "webm": b"\x1a\x45\xdf\xa3\x01\0\x42\x82\x84webm",
}


@pytest.mark.parametrize("ending", sorted(KINDS))
def test_a_file_that_is_what_its_name_says_is_taken_and_any_other_is_not(ending):
    assert check_attachment(f"讲座.{ending.upper()}", BEGINNINGS[ending], 0) is KINDS[ending]
    for other, data in BEGINNINGS.items():
        if {ending, other} != {"m4a", "mp4"} and ending != other:
            with pytest.raises(RuleBroken, match="broken_file"):
                check_attachment(f"讲座.{ending}", data, 0)


def test_sound_without_a_head_is_known_by_its_first_frame():
    assert check_attachment("a.mp3", b"\xff\xfb\x90\x64", 0)


@pytest.mark.parametrize(
    ("name", "size", "there", "code"),
    [
        ("a.exe", 9, 0, "wrong_type"),
        ("a", 9, 0, "wrong_type"),
        ("a.pdf", MOST_BYTES + 1, 0, "attachment_too_large"),
        ("a.pdf", 9, MOST_ATTACHMENTS, "attachments_enough"),
    ],
)
def test_too_much_and_other_kinds_are_refused(name, size, there, code):
    with pytest.raises(RuleBroken, match=code):
        check_attachment(name, BEGINNINGS["pdf"].ljust(size), there)
