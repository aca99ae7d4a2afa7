"""A question as the fields of a form, and back: what a person types is checked like a file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from question_bank.content import Content, Media, Paragraph, Piece, Text, from_json
from question_bank.formats.exchange.structured import GivenQuestion, record_of
from question_bank.formats.office.xlsx_bank import answer_text
from question_bank.formats.recognise import answers
from question_bank.formats.recognise.lines import clean
from question_bank.formats.recognise.row_parts import path, path_text
from question_bank.formats.records import Record, Where
from question_bank.kinds import QuestionType
from question_bank.model import Question, TextKey, question_from_json
from question_bank.options import OR

MOST_OPTIONS = 20
_PICTURE = re.compile(r"〔图(\d{1,3})〕")


@dataclass(frozen=True, slots=True)
class Fields:
    """What a form shows: all of it text; a picture is 〔图1〕, by its place in the question."""

    type: str
    stem: str
    options: tuple[str, ...] = ()
    answer: str = ""
    points: str = ""
    explanation: str = ""
    category: str = ""
    difficulty: str = ""
    source: str = ""
    passage: str = ""


def to_fields(data: Mapping[str, Any]) -> Fields:
    """The fields of a question or a draft, as JSON data."""
    pictures = _pictures(data)

    def shown(value: Any) -> str:
        return _shown(from_json(value), pictures) if value else ""

    whole = _whole(data)
    points = whole.key.points if whole is not None and isinstance(whole.key, TextKey) else ()
    level = data.get("difficulty")
    return Fields(
        type=str(data.get("type") or QuestionType.SINGLE),
        stem=shown(data.get("stem")),
        options=tuple(shown(each["content"]) for each in _options(data)),
        answer=answer_text(whole) if whole is not None else str(data.get("said") or ""),
        points="\n".join(points),
        explanation=shown(data.get("explanation")),
        category=path_text(data.get("category") or ()),
        difficulty="" if level is None else str(level),
        source=str(data.get("source") or ""),
        passage=shown(data.get("passage")),
    )


def content_of_field(text: str, before: Mapping[str, Any]) -> Content:
    """The content of one field as it was typed; pictures are those of `before`, by their places."""
    return _content(text, _pictures(before))


def from_fields(fields: Fields, before: Mapping[str, Any], where: Where | None = None) -> Record:
    """The record that the fields make; pictures are those of `before`, by their places.

    It is ready only if the question is whole; otherwise its reasons say what is wrong.
    """
    pictures = _pictures(before)
    kind = QuestionType(fields.type) if fields.type in set(QuestionType) else None
    given = GivenQuestion(
        where or Where(),
        kind,
        stem=_content(fields.stem, pictures, blanks=kind is QuestionType.FILL_BLANK),
        explanation=_content(fields.explanation, pictures),
        source=clean(fields.source).strip()[:400],
        category=path(clean(fields.category)),
        passage=_content(fields.passage, pictures) if fields.passage.strip() else None,
        raw=fields.stem,
    )
    level = fields.difficulty.strip()
    given.difficulty = answers.difficulty_named(level) if level else None
    if level and given.difficulty is None:
        given.doubt("difficulty_range", difficulty=level[:20])
    texts = [each for each in fields.options[:MOST_OPTIONS]]
    while texts and not texts[-1].strip():
        texts.pop()
    if kind in (QuestionType.SINGLE, QuestionType.MULTIPLE):
        given.options = [_content(each, pictures) for each in texts]
    _take_answer(given, clean(fields.answer).strip(), fields.points)
    return record_of(given)


def _take_answer(given: GivenQuestion, stated: str, points: str) -> None:
    match given.type:
        case QuestionType.SHORT_ANSWER:
            given.reference = stated
            given.points = tuple(each.strip() for each in clean(points).split("\n") if each.strip())
        case QuestionType.FILL_BLANK:
            found = answers.as_blanks(stated, given.stem.blanks) if stated else None
            if found is not None:
                given.blanks, given.ordered = found
        case QuestionType.TRUE_FALSE:
            if given.take_truths(stated):
                return
            if (letters := answers.as_answers(stated)) and set(letters) <= {"A", "B"}:
                given.take_truths(OR.join("正确" if each == "A" else "错误" for each in letters))
            elif stated:
                given.doubt("answer_not_true_false", answer=stated[:40])
        case QuestionType.SINGLE | QuestionType.MULTIPLE if stated:
            given.take_letters(stated)


def _whole(data: Mapping[str, Any]) -> Question | None:
    """The question, if the data is one (a draft has `said`, the answer as stated)."""
    if "said" in data and data.get("key") is None:
        return None
    try:
        return question_from_json(dict(data))
    except ValueError:
        return None


def _options(data: Mapping[str, Any]) -> list[Any]:
    if data.get("type") == QuestionType.TRUE_FALSE:
        return []
    return list(data.get("options") or [])


def _pictures(data: Mapping[str, Any]) -> list[Media]:
    """The pictures of a question in reading order, each once."""
    values = [data.get("passage"), data.get("stem")]
    values += [each["content"] for each in data.get("options") or []]
    values.append(data.get("explanation"))
    found = [
        piece
        for value in values
        if value
        for piece in from_json(value).pieces
        if isinstance(piece, Media)
    ]
    return list(dict.fromkeys(found))


def _shown(content: Content, pictures: Sequence[Media]) -> str:
    return "\n".join(
        "".join(
            f"〔图{pictures.index(piece) + 1}〕" if isinstance(piece, Media) else _plain(piece)
            for piece in paragraph.pieces
        )
        for paragraph in content.paragraphs
    )


def _plain(piece: Piece) -> str:
    return Paragraph((piece,)).plain


def _content(text: str, pictures: Sequence[Media], blanks: bool = False) -> Content:
    """The content of a field; a picture's sign that names none stays text."""
    plain = Content.from_text(clean(text).strip(), blanks)
    if not pictures or "〔图" not in text:
        return plain
    return Content(
        tuple(
            Paragraph(tuple(each for piece in p.pieces for each in _pictured(piece, pictures)))
            for p in plain.paragraphs
        )
    )


def _pictured(piece: Piece, pictures: Sequence[Media]) -> list[Piece]:
    if not isinstance(piece, Text):
        return [piece]
    pieces: list[Piece] = []
    end = 0
    for found in _PICTURE.finditer(piece.text):
        number = int(found.group(1))
        if not 1 <= number <= len(pictures):
            continue
        if found.start() > end:
            pieces.append(Text(piece.text[end : found.start()]))
        pieces.append(pictures[number - 1])
        end = found.end()
    if end < len(piece.text):
        pieces.append(Text(piece.text[end:]))
    return pieces
