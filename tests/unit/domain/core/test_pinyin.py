"""Spelling: characters as their words are read, and the letter that a search goes by."""

from __future__ import annotations

import subprocess
import sys

import pytest

from learnapp.domain.core.pinyin import initial, syllables


@pytest.mark.parametrize(
    ("text", "spelt"),
    [("重庆", ["chong", "qing"]), ("云岭A区", ["yun", "ling", "A", "qu"]), ("", [])],
)
def test_characters_are_spelt_as_their_words_are_read(text: str, spelt: list[str]) -> None:
    assert syllables(text) == spelt


@pytest.mark.parametrize(("char", "letter"), [("法", "f"), ("A", "A"), ("，", "，")])
def test_a_search_goes_by_the_first_letter_of_a_character(char: str, letter: str) -> None:
    assert initial(char) == letter


def test_a_server_that_spells_nothing_does_not_load_the_dictionaries() -> None:
    asked = "import sys, learnapp.app; print({'pypinyin', 'zxcvbn'} & {*sys.modules})"
    found = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "set()"
