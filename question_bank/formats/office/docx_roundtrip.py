"""Reading back a paper that was written here: its paragraph styles say what each paragraph is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.formats.exchange.structured import GivenQuestion, record_of
from question_bank.formats.recognise import answers
from question_bank.formats.recognise.line_classifier import range_of
from question_bank.formats.recognise.lines import content_of, plain
from question_bank.formats.recognise.row_parts import path
from question_bank.formats.records import Note, Record, Where
from question_bank.kinds import QuestionType

_NUMBER = re.compile(r"^\s*(\d{1,5})\s*[.．、]\s?")
_LETTER = re.compile(r"^\s*([A-ZＡ-Ｚ])\s*[.．、]\s?")
_LABEL = re.compile(r"^\s*(?:答案|解析)\s*[：:]")
_DETAIL = re.compile(r"^\s*(\S{1,4}?)\s*[：:](.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Styled:
    """A paragraph with its style and its marked text."""

    style: str
    text: str
    where: Where


@dataclass(slots=True)
class _Draft:
    where: Where
    type: QuestionType | None
    passage: str
    stem: list[str]
    options: list[list[str]] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)


def read_styled(paragraphs: Sequence[Styled]) -> tuple[list[Record], list[Note]]:
    """The questions of styled paragraphs, and notes on headings and whatever has no such style."""
    reader = _Reader()
    for each in paragraphs:
        reader.take(each)
    reader.close()
    return reader.records, reader.notes


class _Reader:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self.notes: list[Note] = []
        self._now: _Draft | None = None
        self._type: QuestionType | None = None
        self._passage: list[str] = []
        self._until = 0

    def take(self, each: Styled) -> None:
        """One paragraph."""
        now = self._now
        style = each.style.removesuffix("More")
        if style in ("QBHeading", "QBPassageTitle", "QBPassage"):
            self._above(each)
        elif each.style == "QBStem":
            self._open(each)
        elif now is None or not style.startswith("QB"):
            if plain(each.text):
                self.notes.append(
                    Note("text_outside", {"text": plain(each.text)[:200]}, each.where)
                )
            return
        else:
            _add(now, style, each.style != style, each.text)
        if self._now is not None:
            self._now.raw.append(each.text)
            self._now.where = self._now.where.reaching(each.where.paragraph)

    def _above(self, each: Styled) -> None:
        self.close()
        text = plain(each.text)
        if each.style == "QBHeading":
            self._type = answers.type_named(text)
            self._passage = []
            self.notes.append(Note("heading", {"text": text[:80]}, each.where))
        elif each.style == "QBPassageTitle":
            self._passage = []
            self._until = (range_of(text) or (0, 0))[1]
            self.notes.append(Note("passage", {"text": text[:80]}, each.where))
        else:
            self._passage.append(each.text)
            last = self.notes[-1]
            self.notes[-1] = Note(last.code, last.params, last.where.reaching(each.where.paragraph))

    def _open(self, each: Styled) -> None:
        self.close()
        number = _NUMBER.match(each.text)
        if number and self._until and int(number.group(1)) > self._until:
            self._passage, self._until = [], 0
        stem = each.text[number.end() :] if number else each.text
        self._now = _Draft(each.where, self._type, "\n".join(self._passage), [stem])

    def close(self) -> None:
        """End the question that is open."""
        if self._now is not None:
            self.records.append(_record(self._now))
        self._now = None


def _add(now: _Draft, style: str, more: bool, text: str) -> None:
    match style:
        case "QBStem":
            now.stem.append(text)
        case "QBOption" if more and now.options:
            now.options[-1].append(text)
        case "QBOption":
            now.options.append([_LETTER.sub("", text)])
        case "QBAnswer":
            now.answer.append(text if more else _LABEL.sub("", text))
        case "QBExplanation":
            now.explanation.append(text if more else _LABEL.sub("", text))
        case "QBDetail":
            if found := _DETAIL.match(text):
                now.details.append((found.group(1), found.group(2)))


def _record(now: _Draft) -> Record:
    kind = now.type
    details = dict(now.details)
    level = details.get("难度", "").strip()
    given = GivenQuestion(
        now.where,
        kind,
        stem=content_of("\n".join(now.stem), blanks=kind is QuestionType.FILL_BLANK),
        options=[content_of("\n".join(each)) for each in now.options],
        explanation=content_of("\n".join(now.explanation)),
        source=details.get("来源", ""),
        category=path(details.get("章节", "")),
        difficulty=answers.difficulty_named(level) if level else None,
        passage=content_of(now.passage) if now.passage.strip() else None,
        raw="\n".join(plain(each) for each in now.raw),
    )
    _take_answer(given, "\n".join(now.answer), now.details)
    return record_of(given)


def _take_answer(given: GivenQuestion, stated: str, details: Sequence[tuple[str, str]]) -> None:
    stated = plain(stated)
    if given.type is QuestionType.SHORT_ANSWER:
        given.reference = stated
        given.points = tuple(answers.unescape(text) for name, text in details if name == "要点")
    elif given.type is QuestionType.FILL_BLANK:
        found = answers.as_blanks(stated, given.stem.blanks) if stated else None
        if found is not None:
            given.blanks, given.ordered = found
    elif given.type is QuestionType.TRUE_FALSE:
        if not given.take_truths(stated) and stated:
            given.doubt("answer_not_true_false", answer=stated[:40])
    elif stated:
        given.take_letters(stated)


def is_styled(styles: Sequence[str]) -> bool:
    """Whether the paragraphs of a document are those of a paper that was written here."""
    ours = sum(style.startswith("QB") for style in styles)
    return styles.count("QBStem") > 0 and ours * 2 > len(styles)
