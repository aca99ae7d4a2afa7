"""The page of rules names symbols that exist."""

from __future__ import annotations

import importlib
import re

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
