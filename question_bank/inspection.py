"""What was read from a file, as one JSON object and as lines for a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from question_bank.content import Content, from_json
from question_bank.formats.recognise.answers import as_answers, as_truth, first_line
from question_bank.formats.recognise.row_parts import path_text
from question_bank.formats.records import BankFile, Note, Outcome, Record, Where
from question_bank.kinds import QuestionType
from question_bank.messages import message
from question_bank.model import (
    BlankKey,
    ChoiceKey,
    Question,
    TextKey,
    key_from_json,
    letters,
    make_options,
)
from question_bank.options import OR

_CHOICES = (str(QuestionType.SINGLE), str(QuestionType.MULTIPLE))


def inspect_json(found: BankFile, name: str) -> dict[str, Any]:
    """The file as one object: totals, outcomes, types, every record, and the notes."""
    return {
        **summary_json(found, name),
        "records": [_record(record) for record in found.records],
        "notes": [_note(note) for note in found.notes],
    }


def inspect_pieces(found: BankFile, name: str) -> Iterator[str]:
    """The file as JSON: totals, outcomes, types, every record and the notes; record by record, so that
    a long one is never in memory."""
    yield json.dumps(summary_json(found, name), ensure_ascii=False).removesuffix("}")
    yield ', "records": ['
    for number, record in enumerate(found.records):
        yield ", " * (number > 0) + json.dumps(_record(record), ensure_ascii=False)
    notes = json.dumps([_note(note) for note in found.notes], ensure_ascii=False)
    yield f'], "notes": {notes}}}'


def summary_json(found: BankFile, name: str) -> dict[str, Any]:
    """The head of the JSON: the file, its format, and how many of what.

    `total` and `types` count each record that is a question, whatever its outcome.
    """
    counted = Counter((record.type, record.outcome) for record in found.records)
    kinds: Counter[str] = Counter()
    outcomes: Counter[Outcome] = Counter()
    for (kind, outcome), count in counted.items():
        outcomes[outcome] += count
        if kind is not None:
            kinds[kind] += count
    return {
        "file": name,
        "format": found.format,
        "total": sum(kinds.values()),
        "outcomes": {str(outcome): outcomes[outcome] for outcome in Outcome},
        "types": {str(kind): kinds[str(kind)] for kind in QuestionType},
    }


def inspect_lines(found: BankFile, name: str, language: str = "zh") -> Iterator[str]:
    """The file as lines for a person: what was found, and where something is to be confirmed."""
    summary = summary_json(found, name)
    yield f"{name}（{found.format}）: {summary['total']}"
    yield "  " + "  ".join(f"{kind} {count}" for kind, count in summary["types"].items() if count)
    yield "  " + "  ".join(f"{outcome} {count}" for outcome, count in summary["outcomes"].items())
    for record in found.records:
        if record.reasons:
            stated = "；".join(message(each.code, each.params, language) for each in record.reasons)
            yield f"{place_text(record.where, language)}: {stated}"
            yield f"    {record.raw[:100]!r}"
    for note in found.notes:
        text = message(note.code, note.params, language)
        yield f"{place_text(note.where, language)}: {text}".lstrip(": ")


def place_text(where: Where, language: str = "zh") -> str:
    """A place in words: 表1 第 3 行, 第 12 段."""
    english = language.startswith("en")
    number = "" if where.first is None else str(where.first)
    if where.until is not None:
        number += f"–{where.until}"
    if not number:
        return where.item or where.sheet or ""
    if where.row is not None:
        text = f"row {number}" if english else f"第 {number} 行"
    else:
        text = f"paragraph {number}" if english else f"第 {number} 段"
    return " ".join(filter(None, [where.sheet, where.item, text]))


def _record(record: Record) -> dict[str, Any]:
    draft = record.draft or {}
    question = record.question
    passage = question.passage if question else _content(draft.get("passage"))
    stem = question.stem if question else _content(draft.get("stem"))
    explanation = question.explanation if question else _content(draft.get("explanation"))
    return {
        "where": record.where.to_json(),
        "outcome": str(record.outcome),
        "type": record.type,
        "passage": passage.plain if passage else None,
        "stem": stem.plain if stem and stem.plain else record.raw,
        "options": _options(record),
        "answer": _answer(record),
        "explanation": (explanation.plain if explanation else "") or None,
        "category": path_text(question.category if question else draft.get("category") or ())
        or None,
        "reasons": [reason.code for reason in record.reasons],
    }


def _content(data: Any) -> Content | None:
    return from_json(data) if data else None


def _options(record: Record) -> list[str]:
    if record.type == QuestionType.TRUE_FALSE:
        return []
    if record.question is not None:
        return [each.content.plain for each in record.question.options]
    given = (record.draft or {}).get("options") or []
    return [from_json(each["content"]).plain for each in given]


def _answer(record: Record) -> Any:
    """Letters, "true" or "false", a list of blanks, or text; None when there is none."""
    if record.question is not None:
        return _key_answer(record.question)
    draft = record.draft or {}
    stated = str(draft.get("said") or "").strip()
    if draft.get("key") is not None:
        return _draft_answer(draft)
    if not stated:
        return None
    if record.type in _CHOICES:
        found = as_answers(first_line(stated))
        return OR.join(found) if found else stated
    if record.type == QuestionType.TRUE_FALSE:
        truth = as_truth(first_line(stated))
        return stated if truth is None else "true" if truth else "false"
    return [stated] if record.type == QuestionType.FILL_BLANK else stated


def _draft_answer(draft: dict[str, Any]) -> Any:
    """The answer of a draft that has a key, through a question of its own shape."""
    options = make_options([from_json(each["content"]) for each in draft.get("options") or []])
    question = Question(
        type=QuestionType(draft["type"]),
        stem=Content(),
        options=options,
        key=key_from_json(draft["key"]),
    )
    return _key_answer(question)


def _key_answer(question: Question) -> Any:
    match question.key:
        case ChoiceKey(option_ids, others):
            if question.type is QuestionType.TRUE_FALSE:
                return "true 或 false" if others else "true" if "true" in option_ids else "false"
            return letters(question)
        case BlankKey(blanks):
            return ["|".join(accepted) for accepted in blanks]
        case TextKey(reference, points):
            return reference or "\n".join(points)


def _note(note: Note) -> dict[str, Any]:
    return {
        "code": note.code,
        "where": note.where.to_json(),
        "text": message(note.code, note.params),
    }
