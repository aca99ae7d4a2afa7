"""What is shown of a question's data on an admin's pages: its place, its options, its answer."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

from learnapp.web.language import is_english
from question_bank.content import from_json
from question_bank.formats import Where
from question_bank.inspection import place_text
from question_bank.kinds import QuestionType
from question_bank.messages import message
from question_bank.options import letter_of


def said(code: str, params: dict[str, Any]) -> str:
    """The library's sentence for a code, in the reader's language."""
    return message(code, params, _language())


def _language() -> str:
    return "en" if is_english() else "zh"


def place_of(place: dict[str, Any]) -> str:
    """A place in a file, in words."""
    return place_text(Where(**place), _language())


def shown_options(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The options with their letters, and which are right."""
    right = set((record.get("key") or {}).get("options", []))
    return [
        {"letter": letter_of(n), "content": each["content"], "right": each["id"] in right}
        for n, each in enumerate(record.get("options") or [])
    ]


def answer_of(record: dict[str, Any]) -> str:
    """The answer in words: letters, 正确 or 错误, blanks, or the reference."""
    key = record.get("key") or {}
    if "options" in key:
        if record.get("type") == QuestionType.TRUE_FALSE:
            return gettext("正确") if "true" in key["options"] else gettext("错误")
        options = enumerate(record.get("options") or [])
        return "".join(letter_of(n) for n, each in options if each["id"] in key["options"])
    if "blanks" in key:
        return "；".join(" / ".join(accepted) for accepted in key["blanks"])
    return "\n".join(filter(None, [key.get("text", ""), *key.get("points", [])]))


def question_text(record: dict[str, Any]) -> str:
    """The stem and the options with their letters as plain lines, to be compared with another's."""
    lines = [from_json(record.get("stem") or []).plain]
    options = enumerate(record.get("options") or [])
    lines += [f"{letter_of(n)}. {from_json(each['content']).plain}" for n, each in options]
    return "\n".join(lines)
