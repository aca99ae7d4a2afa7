"""What is shown of a question's data on an admin's pages: its place, its options, its answer."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from flask_babel import gettext

from learnapp.domain.exams.rulings import Ruling
from learnapp.web.core.language import is_english
from question_bank.content import from_json
from question_bank.formats import Where
from question_bank.inspection import place_text
from question_bank.kinds import QuestionType
from question_bank.messages import message
from question_bank.model import answers_in
from question_bank.options import in_letters, letter_of


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
    right = set(chain(*answers_in(record.get("key") or {})))
    return [
        {"letter": letter_of(n), "content": each["content"], "right": each["id"] in right}
        for n, each in enumerate(record.get("options") or [])
    ]


def either(answers: Sequence[str]) -> str:
    """Several right answers in words: "A 或 C"."""
    return gettext(" 或 ").join(answers)


def void_sentence(ruling: str) -> str | None:
    """What it means for the marks that a question is void; None where it is not."""
    return {
        Ruling.VOID_FULL: gettext("此题作废：卷上有它的人都得满分。"),
        Ruling.VOID_OUT: gettext("此题作废：不计分，满分和合格线都已扣除它的分数。"),
    }.get(Ruling(ruling))


def answer_of(record: dict[str, Any]) -> str:
    """The answer in words: letters ("A 或 C" where both are right), 正确 or 错误, blanks, or the
    reference."""
    key = record.get("key") or {}
    if answers := answers_in(key):
        if record.get("type") == QuestionType.TRUE_FALSE:
            truths = sorted(chain(*answers), reverse=True)
            words = {"true": gettext("正确"), "false": gettext("错误")}
            return either([words[each] for each in truths])
        return either(in_letters([each["id"] for each in record.get("options") or []], answers))
    if "blanks" in key:
        return "；".join(" / ".join(accepted) for accepted in key["blanks"])
    return "\n".join(filter(None, [key.get("text", ""), *key.get("points", [])]))


def question_text(record: dict[str, Any]) -> str:
    """The stem and the options with their letters as plain lines, to be compared with another's."""
    lines = [from_json(record.get("stem") or []).plain]
    options = enumerate(record.get("options") or [])
    lines += [f"{letter_of(n)}. {from_json(each['content']).plain}" for n, each in options]
    return "\n".join(lines)
