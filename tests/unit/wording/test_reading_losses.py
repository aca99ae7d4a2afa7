"""What a reading lost of its file, in both languages."""

from __future__ import annotations

import pytest

from learnapp.wording import reading_losses
from learnapp.wording.reading_losses import lost_text


def test_a_loss_is_said_with_its_name_and_how_often():
    assert lost_text("zh", "chart", "", 1) == "图表"
    assert lost_text("zh", "chart", "图 1", 1) == "图表：图 1"
    assert lost_text("zh", "chart", "图 1", 3) == "图表：图 1（3 处）"
    english = lost_text("en", "chart", "A", 3)
    assert english.isascii() and "A" in english and "3" in english


@pytest.mark.parametrize("code", reading_losses._LOST)
def test_every_loss_has_words_in_both_languages(code):
    assert lost_text("zh", code, "", 1) != code
    assert lost_text("en", code, "", 1).isascii()


def test_a_loss_without_words_is_shown_by_its_code():
    assert lost_text("en", "odd", "", 2).startswith("odd")
