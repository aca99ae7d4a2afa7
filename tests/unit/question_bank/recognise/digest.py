"""A recognised file in short lines, so that a test shows all that becomes of a few lines of text.

A note is `# place code parameters`; a record is `place outcome type | stem | options | =key | …`,
with `(type)` and `said …` where there is no whole question, and `!code` for each reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import dedent
from typing import Any

from question_bank.content import from_json
from question_bank.formats import BankFile, Note, Record, read
from question_bank.formats.recognise.assemble import assemble
from question_bank.formats.recognise.headers import find_header
from question_bank.formats.recognise.tables import Cells, read_rows
from question_bank.formats.records import Where
from question_bank.model import BlankKey, Key, Question, TextKey, letters


def reads(text: str, expected: str, name: str = "a.txt") -> None:
    """Assert what a text gives: notes first, then records; a line that begins with | or … goes on."""
    assert of_file(read(dedent(text).strip("\n").encode(), name)) == _lines(expected)


def rows_read(
    rows: Sequence[Sequence[Any]],
    expected: str,
    formulas: Mapping[tuple[int, int], bool] | None = None,
) -> None:
    """Assert what a table gives, as `reads` does."""
    header = find_header(rows)
    assert header is not None
    notes: list[Note] = []
    parts = list(read_rows(rows, header, Cells("表", formulas or {}), notes))
    assert [*map(_note, notes), *(_record(assemble(each)) for each in parts)] == _lines(expected)


def of_file(found: BankFile) -> list[str]:
    """The notes and records of a file, each in one line."""
    return [*map(_note, found.notes), *map(_record, found.records)]


def _lines(expected: str) -> list[str]:
    return dedent(expected).strip().replace("\n|", " |").replace("\n…", "").split("\n")


def _where(where: Where) -> str:
    return f"{where.first or ''}" + (f"-{where.until}" if where.until else "")


def _note(note: Note) -> str:
    shown = f"# {_where(note.where)} {note.code} {_params(note.params)}"
    return " ".join(shown.replace("\n", " ⏎ ").split())


def _params(params: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in params.items())


def _record(record: Record) -> str:
    parts = _whole(record.question) if record.question else _draft(record.draft or {})
    parts += [_reason(each.code, each.params, each.repair) for each in record.reasons]
    shown = f"{_where(record.where)} {record.outcome} " + " | ".join(parts)
    return " ".join(shown.replace("\n", " ⏎ ").split())


def _whole(question: Question) -> list[str]:
    return [
        f"{question.type}",
        question.stem.plain,
        *(each.content.plain for each in question.options),
        f"={_key(question.key, question)}",
        *_about(
            question.explanation.plain,
            question.source,
            question.category,
            question.difficulty,
            question.passage.plain if question.passage else "",
        ),
    ]


def _draft(draft: dict[str, Any]) -> list[str]:
    return [
        f"({draft['type']})",
        _plain(draft["stem"]),
        *(_plain(each["content"]) for each in draft["options"]),
        f"said {draft['said']}",
        *_about(
            _plain(draft["explanation"]),
            draft["source"],
            draft["category"],
            draft["difficulty"],
            _plain(draft["passage"] or []),
        ),
    ]


def _about(
    why: str, source: str, category: Sequence[str], level: int | None, case: str
) -> list[str]:
    named = {"why": why, "from": source, "in": "/".join(category), "level": level, "case": case}
    return [f"{name} {value}" for name, value in named.items() if value]


def _key(key: Key, question: Question) -> str:
    match key:
        case BlankKey():
            blanks = "; ".join("/".join(each) for each in key.blanks)
            return blanks if key.ordered else f"any order {blanks}"
        case TextKey():
            return " + ".join([key.reference, *key.points])
    return letters(question)


def _reason(code: str, params: Mapping[str, Any], repair: Mapping[str, Any]) -> str:
    return f"!{code} {_params(params)}".strip() + (f" -> {_params(repair)}" if repair else "")


def _plain(raw: list[Any]) -> str:
    return from_json(raw).plain
