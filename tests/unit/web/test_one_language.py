"""A page speaks one language: no Chinese in its English but what is typed or quoted, no English but names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.one_language import CHINESE, LATIN, NAMES, TYPED

ROOT = Path(__file__).resolve().parents[3]
PO = ROOT / "learnapp/translations/en/LC_MESSAGES/messages.po"
PLACEHOLDERS = re.compile(r"%\(\w+\)s|\{\w+\}")
NOT_SHOWN = re.compile(
    r"\{#.*?#\}|\b(?:_|ngettext)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)", re.DOTALL
)
# Drawn when nothing else can be: it asks for no language.
PLAIN = "templates/core/errors/plain.html"
TEMPLATES = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*.html")
)


def _sentences() -> list[tuple[str, list[str]]]:
    """Each Chinese sentence of the catalogue with its English ones."""
    with PO.open("rb") as file:
        found = [each for each in read_po(file, locale="en") if each.id]
    return [
        (
            each.id if isinstance(each.id, str) else each.id[0],
            [each.string] if isinstance(each.string, str) else list(each.string),
        )
        for each in found
    ]


def test_the_english_of_no_sentence_has_chinese_but_what_is_typed():
    wrong = [
        english
        for _, texts in _sentences()
        for english in texts
        if CHINESE.search(TYPED.sub("", english))
    ]
    assert wrong == []


def test_no_chinese_sentence_has_english_but_names():
    wrong = [
        chinese
        for chinese, _ in _sentences()
        if LATIN.search(NAMES.sub("", PLACEHOLDERS.sub("", chinese)))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", [each for each in TEMPLATES if each != PLAIN])
def test_a_template_has_chinese_in_sentences_alone(name):
    text = NOT_SHOWN.sub("", (ROOT / name).read_text(encoding="utf-8"))
    assert [line.strip() for line in text.splitlines() if CHINESE.search(line)] == []
