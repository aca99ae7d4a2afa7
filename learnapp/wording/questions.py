"""Sentences about a question's data: its place in a file, its right answers, its being void."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from learnapp.domain.exams.rulings import Ruling
from learnapp.wording.catalogue import Language, counted, translated
from learnapp.wording.joining import parted
from question_bank.formats import Where
from question_bank.inspection import place_text
from question_bank.kinds import QuestionType
from question_bank.messages import message
from question_bank.model import answers_in
from question_bank.options import in_letters

_ACCEPTED = " / "  # between the accepted texts of a blank


def library_sentence(language: Language, code: str, params: Mapping[str, Any]) -> str:
    """The question library's sentence for a code of its own."""
    return message(code, params, language)


def place_label(language: Language, place: Mapping[str, Any]) -> str:
    """A place in a file, in words."""
    return place_text(Where(**place), language)


def either(language: Language, answers: Sequence[str]) -> str:
    """Several right answers in words: "A 或 C"."""
    return translated(language, " 或 ").join(answers)


def any_answer_label(
    language: Language, option_ids: Sequence[str], answers: Sequence[Sequence[str]]
) -> str | None:
    """The right answers in the letters of the options as they are shown, where there are several."""
    if len(answers) < 2:
        return None
    words = either(language, in_letters(option_ids, answers))
    return translated(language, "%(answers)s，任何一个都对", answers=words)


def void_sentence(language: Language, ruling: str) -> str | None:
    """What it means for the marks that a question is void; None where it is not."""
    if ruling == Ruling.VOID_FULL:
        return translated(language, "此题作废：卷上有它的人都得满分。")
    if ruling == Ruling.VOID_OUT:
        return translated(language, "此题作废：不计分，满分和合格线都已扣除它的分数。")
    return None


def answer_text(language: Language, record: Mapping[str, Any]) -> str:
    """The answer of a stored question in words: letters ("A 或 C" where both are right), 正确 or
    错误, blanks, or the reference with its points."""
    key: Mapping[str, Any] = record.get("key") or {}
    if answers := answers_in(key):
        if record.get("type") == QuestionType.TRUE_FALSE:
            words = {
                "true": translated(language, "正确"),
                "false": translated(language, "错误"),
            }
            truths = sorted(chain(*answers), reverse=True)
            return either(language, [words[each] for each in truths])
        option_ids = [each["id"] for each in record.get("options") or []]
        return either(language, in_letters(option_ids, answers))
    if "blanks" in key:
        return blanks_text(language, key["blanks"])
    return "\n".join(filter(None, [key.get("text", ""), *key.get("points", [])]))


def questions_label(language: Language, count: int) -> str:
    """How many questions: 3 题."""
    return counted(language, "%(num)s 题", "%(num)s 题", count)


def key_text(language: Language, key: Mapping[str, Any]) -> str | None:
    """The right answer in words where it is not an option; None where it is."""
    if "blanks" in key:
        return blanks_text(language, key["blanks"])
    return str(key["text"]) if "text" in key else None


def blanks_text(language: Language, blanks: Sequence[Sequence[str]]) -> str:
    """The accepted texts of each blank: 三十日 / 30日；书面."""
    return parted(language, (_ACCEPTED.join(accepted) for accepted in blanks))
