"""Texts are put together with the signs of the page's language."""

from __future__ import annotations

import pytest

from learnapp.wording.joining import headed, listed, parted, with_note


@pytest.mark.parametrize(
    "language, shown",
    [
        ("zh", ["甲、乙", "甲；乙", "甲（乙）", "甲：乙"]),
        ("en", ["甲, 乙", "甲; 乙", "甲 (乙)", "甲: 乙"]),
    ],
)
def test_lists_notes_and_heads_have_the_signs_of_their_language(language, shown):
    texts = ("甲", "乙")
    assert [
        listed(language, texts),
        parted(language, texts),
        with_note(language, *texts),
        headed(language, *texts),
    ] == shown


def test_a_text_without_a_note_has_no_brackets():
    assert with_note("en", "甲", "") == with_note("zh", "甲", "") == "甲"
