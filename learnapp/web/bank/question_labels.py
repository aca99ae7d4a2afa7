"""A question's data as an admin's page shows it: its options with letters, its text to compare."""

from __future__ import annotations

from itertools import chain
from typing import Any

from question_bank.content import from_json
from question_bank.model import answers_in
from question_bank.options import letter_of


def shown_options(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The options with their letters, and which are right."""
    right = set(chain(*answers_in(record.get("key") or {})))
    return [
        {"letter": letter_of(n), "content": each["content"], "right": each["id"] in right}
        for n, each in enumerate(record.get("options") or [])
    ]


def question_text(record: dict[str, Any]) -> str:
    """The stem and the options with their letters as plain lines, to be compared with another's."""
    lines = [from_json(record.get("stem") or []).plain]
    options = enumerate(record.get("options") or [])
    lines += [f"{letter_of(n)}. {from_json(each['content']).plain}" for n, each in options]
    return "\n".join(lines)
