"""Why a file, or most of it, was not made out as questions: said so that an admin can act on it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from question_bank.formats.recognise.lines import Line, plain
from question_bank.formats.records import Note, Outcome, Record

_SHOWN = 3
_LONGEST = 60
_FEWEST = 3
_TEXTS = frozenset({"docx", "txt", "md", "pdf", "html"})
_STRAY = frozenset({"text_after_answer", "answer_with_stray_text"})
# What most records lack, and the note that says what to do about it; of two that are as frequent
# the first.
_ADVICE = {
    "key_not_matched": "mostly_unmatched_key",
    "key_length_differs": "mostly_unmatched_key",
    "no_answer": "mostly_without_answers",
    "answer_not_letters": "mostly_unreadable_answers",
    "answer_unreadable": "mostly_unreadable_answers",
    "answer_not_true_false": "mostly_unexplained_signs",
    "too_few_options": "mostly_without_options",
    "type_unknown": "mostly_without_type",
}
_GARBLED = re.compile("[锟斤拷�]{3,}|(?:烫){3,}|(?:屯){3,}|[ÃÂåæçèé][\x80-\xbf]{1,2}")
_CODE = re.compile(
    r"^\s*(?:INSERT\s+INTO|\\\w+|<\?php|import\s|var\s|const\s|let\s|\{|\[)", re.IGNORECASE
)
_ARTICLE = re.compile(r"^\s*第[一二三四五六七八九十百零\d]+[条章]")
_ASKS = re.compile(r"[?？（(]\s*[)）]?|_{2,}|什么|如何|怎样|哪|几|应当|是否")
_LONG_LINE = 80


def why_nothing(lines: Sequence[Line], names: Sequence[str], form: str) -> dict[str, Any]:
    """What to say of a file without questions: `why`, as a code, and the lines that show it.

    `names` are those of its objects, where it is data; `form` is its format.
    """
    spoken = [(each.where.at, plain(each.text).strip()) for each in lines]
    spoken = [(at, text) for at, text in spoken if text]
    asking = [(at, text) for at, text in spoken if _ASKS.search(text)] or spoken
    shown = [f"{at}: {text[:_LONGEST]}" if at else text[:_LONGEST] for at, text in asking[:_SHOWN]]
    why = _why([text for _, text in spoken], names, form)
    return {"why": why, "lines": shown or list(names[:10])}


def _why(texts: Sequence[str], names: Sequence[str], form: str) -> str:
    if names:
        return "why_names"
    if not texts:
        return "why_empty" if form in _TEXTS else "why_no_items"

    def mostly(pattern: re.Pattern[str]) -> bool:
        return 3 * sum(pattern.search(text) is not None for text in texts) > len(texts)

    if mostly(_GARBLED):
        return "why_garbled"
    if mostly(_CODE):
        return "why_code"
    long = sum(len(text) > _LONG_LINE for text in texts)
    return "why_prose" if mostly(_ARTICLE) or 2 * long > len(texts) else "why_no_marks"


def file_notes(records: Iterable[Record]) -> list[Note]:
    """Notes on what most records of a file lack, and on stretches that went into none."""
    total = unread = 0
    counted: Counter[str] = Counter()
    first: dict[str, list[Record]] = {}
    notes: list[Note] = []
    for each in records:
        total += 1
        codes = {_ADVICE[reason.code] for reason in each.reasons if reason.code in _ADVICE}
        if each.outcome is Outcome.NOT_UNDERSTOOD:
            unread += 1
            codes = {"mostly_not_understood"}
        for code in codes:
            counted[code] += 1
            if len(held := first.setdefault(code, [])) < _SHOWN:
                held.append(each)
        if (stretch := _stretch(each)) is not None:
            notes.append(stretch)
    code = max(("mostly_not_understood", *_ADVICE.values()), key=lambda each: counted[each])
    if counted[code] >= _FEWEST and 2 * counted[code] > total:
        lines = [_shown(each) for each in first[code]]
        params = {"records": total, "count": counted[code], "unread": unread, "lines": lines}
        notes.insert(0, Note(code, params, first[code][0].where))
    return notes


def _shown(record: Record) -> str:
    """The place of a record and the beginning of what it was made of."""
    at = record.where.first
    text = record.raw.split("\n")[0][:_LONGEST]
    return f"{at}: {text}" if at else text


def _stretch(record: Record) -> Note | None:
    """A note where several lines behind a question belong to none: another layout may begin there."""
    stray = [str(each.params.get("text", "")) for each in record.reasons if each.code in _STRAY]
    if len(stray) < _FEWEST:
        return None
    lines = [text[:_LONGEST] for text in stray[:_SHOWN]]
    return Note("stretch_not_read", {"count": len(stray), "lines": lines}, record.where)
