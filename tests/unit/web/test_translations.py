"""Every sentence of the pages and the code has an English one with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
PO = ROOT / "learnapp/translations/en/LC_MESSAGES/messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "translated": (2,), "counted": (2, 3)}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")


def extracted() -> list[tuple[str, ...]]:
    """The msgids in learnapp/ and templates/: one form each, or singular and plural."""
    with (ROOT / "ops/babel.cfg").open(encoding="utf-8") as cfg:
        methods, options = parse_mapping_cfg(cfg)
    # The patterns of the mapping are relative to the root, so var/ and .venv/ are not walked.
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        KEYWORDS,
        directory_filter=lambda at: (
            Path(at).relative_to(ROOT).parts[0] in {"learnapp", "templates"}
        ),
    )
    ids = {(each[2],) if isinstance(each[2], str) else tuple(each[2]) for each in found}
    return sorted(ids)


@pytest.fixture(scope="module")
def catalogue():
    """The English catalogue."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def test_extraction_finds_code_and_templates():
    ids = extracted()
    assert ("本周",) in ids
    assert ("现在交卷？",) in ids


@pytest.mark.parametrize("forms", extracted(), ids=lambda forms: forms[0])
def test_english(forms, catalogue):
    message = catalogue.get(forms[0])
    assert message is not None, "not in messages.po"
    assert not message.fuzzy
    english = (message.string,) if isinstance(message.string, str) else message.string
    assert len(english) == len(forms)
    for text in english:
        assert text.strip()
        assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(forms[0]))


def test_the_test_page_says_in_chinese_what_its_template_has_translated():
    """The script brings the Chinese sentences; the template those of other languages."""
    script = (ROOT / "static/js/paper_view.js").read_text(encoding="utf-8")
    page = (ROOT / "templates/exams/attempts/paper.html").read_text(encoding="utf-8")
    chinese = re.search(r"const CHINESE = \{(.*?)\n\};", script, re.DOTALL)
    words = re.search(r'<template id="words"(.*?)</template>', page, re.DOTALL)
    assert chinese and words
    here = dict(re.findall(r'^  (\w+):\s+"(.*)",$', chinese.group(1), re.MULTILINE))
    there = {
        re.sub(r"-(\w)", lambda letter: letter.group(1).upper(), name): text
        for name, text in re.findall(r"data-([a-z-]+)=\"\{\{ _\('(.*?)'\) \}\}\"", words.group(1))
    }
    assert here == there and len(here) > 20
