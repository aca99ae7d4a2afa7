"""Writing .xlsx: the template that admins fill in, which is also the export that imports again."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from question_bank.content import EMPTY, Content, Media
from question_bank.formats.exchange.inline_pictures import without_descriptions
from question_bank.formats.office.cells import new_workbook, put, put_row
from question_bank.formats.recognise.answers import escape
from question_bank.formats.recognise.row_parts import path_text
from question_bank.kinds import QuestionType
from question_bank.model import (
    BlankKey,
    ChoiceKey,
    Question,
    TextKey,
    letters,
)
from question_bank.options import OR, letter_of

TYPE_NAMES = {
    QuestionType.SINGLE: "单选题",
    QuestionType.MULTIPLE: "多选题",
    QuestionType.TRUE_FALSE: "判断题",
    QuestionType.FILL_BLANK: "填空题",
    QuestionType.SHORT_ANSWER: "简答题",
}
_BEFORE = ("题型", "题干", "正确答案")
_AFTER = ("解析", "要点", "章节", "难度", "来源", "材料")
_FEWEST_OPTIONS = 6
_NONE: Mapping[str, bytes] = {}


def write_xlsx(questions: Iterable[Question], pictures: Mapping[str, bytes] = _NONE) -> bytes:
    """A workbook of the questions; with none, the empty template.

    Pictures lie over the cells whose texts they belong to, behind all words of them.
    """
    rows = list(questions)
    options = max([_FEWEST_OPTIONS, *(len(each.options) for each in rows)])
    out = io.BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet("题库")
    head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#E7EEF5", "border": 1})
    body = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    put_row(sheet, 0, [*_BEFORE, *map(letter_of, range(options)), *_AFTER], head)
    for number, question in enumerate(rows, 1):
        for column, text in enumerate(_cells(question, options, pictures)):
            if text:
                put(sheet, number, column, text, body)
        for column, content in _contents(question, options):
            _put_pictures(sheet, (number, column), content, pictures)
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, 1, 50, body)
    sheet.set_column(2, 2 + options + len(_AFTER), 18, body)
    sheet.data_validation(
        1, 0, 20_000, 0, {"validate": "list", "source": list(TYPE_NAMES.values())}
    )
    sheet.ignore_errors({"number_stored_as_text": "A1:Z20001"})
    book.close()
    return out.getvalue()


def _contents(question: Question, options: int) -> Iterator[tuple[int, Content]]:
    """What may hold pictures, with its column."""
    yield _BEFORE.index("题干"), question.stem
    first = len(_BEFORE)
    if question.type is not QuestionType.TRUE_FALSE:
        yield from ((first + n, each.content) for n, each in enumerate(question.options))
    behind = first + options
    yield behind + _AFTER.index("解析"), question.explanation
    yield behind + _AFTER.index("材料"), question.passage or EMPTY


def _put_pictures(
    sheet: Any, place: tuple[int, int], content: Content, pictures: Mapping[str, bytes]
) -> None:
    for piece in content.pieces:
        if isinstance(piece, Media) and piece.sha256 in pictures:
            data = io.BytesIO(pictures[piece.sha256])
            about = {"image_data": data, "object_position": 2, "description": piece.alt}
            sheet.insert_image(*place, f"{piece.sha256[:16]}.png", about)


def _cells(question: Question, options: int, pictures: Mapping[str, bytes]) -> list[str]:
    def text(content: Content) -> str:
        return without_descriptions(content, pictures)

    texts: list[str] = []
    if question.type is not QuestionType.TRUE_FALSE:
        texts = [text(each.content) for each in question.options]
    texts += [""] * (options - len(texts))
    points = question.key.points if isinstance(question.key, TextKey) else ()
    level = "" if question.difficulty is None else str(question.difficulty)
    return [
        TYPE_NAMES[question.type],
        text(question.stem),
        answer_text(question),
        *texts,
        text(question.explanation),
        "\n".join(points),
        path_text(question.category),
        level,
        question.source,
        text(question.passage or EMPTY),
    ]


def answer_text(question: Question) -> str:
    """The answer as a person writes it, and as every reader of ours takes it."""
    match question.key:
        case ChoiceKey() as key:
            if question.type is QuestionType.TRUE_FALSE:
                names = {"true": "正确", "false": "错误"}
                return OR.join(
                    names[each.id] for each in question.options if {each.id} in key.answers
                )
            return letters(question)
        case BlankKey(blanks, ordered):
            return ("" if ordered else "（顺序不限）") + "；".join(map(_accepted, blanks))
        case TextKey(reference):
            return reference


def _accepted(answers: Sequence[str]) -> str:
    return "|".join(map(escape, answers))
