"""The page of rules names symbols that exist, and the pages on the code name files that do."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.architecture.test_layers import ROOT


def test_every_symbol_that_answers_a_question_exists():
    text = (ROOT / "docs" / "where.md").read_text(encoding="utf-8")
    symbols = re.findall(r"^\| [^|]+ \| `([\w.]+):(\w+)` \|$", text, re.MULTILINE)
    rows = [line for line in text.splitlines() if line.startswith("| ") and "`" in line]
    assert len(symbols) == len(rows) >= 30
    missing = [
        f"{module}:{name}"
        for module, name in symbols
        if not hasattr(importlib.import_module(module), name)
    ]
    assert not missing


@pytest.mark.parametrize("page", ["docs/architecture.md", "docs/states.md", "CONTRIBUTING.md"])
def test_every_file_that_a_page_names_exists(page: str):
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:learnapp|question_bank|static|templates|tests)/[\w./]+)`", text))
    assert len(named) > 5
    assert not sorted(each for each in named if not (ROOT / each).exists())
