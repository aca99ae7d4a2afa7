"""How long what people type may be: columns, services and forms ask one place."""

from __future__ import annotations

import re
from pathlib import Path

from learnapp.domain.core.lengths import LINE, PARAGRAPH

ROOT = Path(__file__).parents[4]


def test_a_line_is_shorter_than_a_paragraph():
    assert LINE < PARAGRAPH


def test_no_module_names_these_lengths_by_number():
    by_number = re.compile(rf"(?:\[:|max=|TypedText\()({LINE}|{PARAGRAPH})\b")
    found = [
        str(path.relative_to(ROOT))
        for layer in ("db", "services", "web")
        for path in (ROOT / "learnapp" / layer).rglob("*.py")
        if "migrations" not in path.parts and by_number.search(path.read_text(encoding="utf-8"))
    ]
    assert not found
