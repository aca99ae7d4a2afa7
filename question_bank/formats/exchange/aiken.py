"""Aiken, the plainest of formats: a stem, lettered options, ANSWER: and a letter."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from question_bank.content import EMPTY
from question_bank.formats.exchange import labelled_fields
from question_bank.formats.exchange.structured import GivenQuestion, record_of
from question_bank.formats.recognise.lines import MOST_LINES, content_of
from question_bank.formats.recognise.text_file import decode
from question_bank.formats.records import BankFile, Note, Record, Refused, Where
from question_bank.kinds import QuestionType
from question_bank.model import LETTERS, ChoiceKey, Question, letters
from question_bank.options import lettered

_OPTION = re.compile(r"^\s*([A-Z])\s*[.)]\s+(.*)$")
_ANSWER = re.compile(r"^\s*ANSWER\s*[:：]\s*(.*?)\s*$", re.IGNORECASE)
_STRICT_ANSWER = re.compile(r"^ANSWER:\s*[A-Z]\s*$", re.MULTILINE)
# A line of a stem that would read as an option or an answer gets an invisible neighbour.
_LIKE = re.compile(r"^(?=\s*(?:[A-Z]\s*[.)]\s|ANSWER\s*[:：]))", re.IGNORECASE)


def looks_like_aiken(text: str) -> bool:
    """Whether a text has answers as Aiken writes them, and options to go with them."""
    answers = len(_STRICT_ANSWER.findall(text))
    return answers > 0 and len(re.findall(r"^[A-Z][.)] ", text, re.MULTILINE)) >= 2 * answers


def read_aiken(data: bytes) -> BankFile:
    """The questions of an Aiken file; raises Refused if it is no text or far too long."""
    lines = decode(data).split("\n")
    if len(lines) > MOST_LINES:
        raise Refused("too_large", lines=len(lines), limit=MOST_LINES)
    records: list[Record] = []
    notes: list[Note] = []
    block: list[tuple[int, str]] = []
    parted = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            parted = True
            continue
        whole, block = _divided(block, line, parted)
        if whole:
            records.append(_record(whole))
        parted = False
        block.append((number, line))
        if _ANSWER.match(line):
            records.append(_record(block))
            block = []
    if block and any(_OPTION.match(line) for _, line in block):
        records.append(_record(block))
    elif block:
        text = " ".join(line.strip() for _, line in block)[:200]
        where = Where(paragraph=block[0][0]).reaching(block[-1][0])
        notes.append(Note("text_outside", {"text": text}, where))
    return BankFile("aiken", records, notes)


def _divided(
    block: list[tuple[int, str]], line: str, parted: bool
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The lines of a question that ended without an answer, and those of the one that goes on.

    A text behind an empty line below options is the next stem; so is what lies between the last
    option and another A.
    """
    last = max((n for n, (_, text) in enumerate(block) if _OPTION.match(text)), default=None)
    option = _OPTION.match(line)
    if last is None or _ANSWER.match(line):
        return [], block
    if option is None:
        return (block, []) if parted else ([], block)
    if option.group(1) == "A" and last + 1 < len(block):
        return block[: last + 1], block[last + 1 :]
    return [], block


def _record(block: Sequence[tuple[int, str]]) -> Record:
    stem: list[str] = []
    options: list[tuple[str, str]] = []
    stated = strange = ""
    for _, line in block:
        if answer := _ANSWER.match(line):
            stated = answer.group(1).upper()
        elif option := _OPTION.match(line):
            options.append((option.group(1), option.group(2).strip()))
        elif options:
            letter, text = options[-1]
            options[-1] = (letter, f"{text}\n{line.strip()}")
            strange = strange or line.strip()  # an option is one line
        else:
            stem.append(line.strip())
    texts = labelled_fields.parted("\n".join(stem), labelled_fields.QUESTION)
    passage = texts.get(labelled_fields.PASSAGE)
    given = GivenQuestion(
        Where(paragraph=block[0][0]).reaching(block[-1][0]),
        QuestionType.SINGLE,
        stem=content_of(texts.get(labelled_fields.QUESTION, "")),
        options=[content_of(text) for _, text in options],
        passage=content_of(passage) if passage else None,
        raw="\n".join(line for _, line in block),
    )
    if strange:
        given.doubt("heading_inside", text=strange[:40])
    _take_answer(given, [letter for letter, _ in options], stated)
    return record_of(given)


def _take_answer(given: GivenQuestion, marks: list[str], stated: str) -> None:
    chosen = re.findall(r"[A-Z]", stated)
    if marks != list(LETTERS[: len(marks)]):
        given.doubt("letters_out_of_order", letters="".join(marks))
    if not re.fullmatch(r"[A-Z](?:[\s,]*[A-Z])*", stated):
        if stated:
            given.doubt("answer_not_letters", answer=stated[:40])
        return
    if beyond := "".join(each for each in chosen if each not in marks):
        given.doubt("key_beyond_options", letters=beyond)
        return
    if len(chosen) > 1:
        # Aiken knows one answer only; anyone who wrote several meant several.
        given.type = QuestionType.MULTIPLE
        given.doubt("type_disagrees", type="single", answer="".join(chosen))
    given.right = frozenset(marks.index(each) for each in chosen)


def fits_aiken(question: Question) -> bool:
    """Whether Aiken has a form for the question: one right option, and no other, of at most 26."""
    one = isinstance(question.key, ChoiceKey) and not question.key.others
    kinds = (QuestionType.SINGLE, QuestionType.TRUE_FALSE)
    return one and question.type in kinds and len(question.options) <= len(LETTERS)


def write_aiken(questions: Sequence[Question], pictures: Mapping[str, bytes]) -> bytes:
    """The single choice and true/false questions in Aiken; it holds stem, options and key only."""
    return "\n".join(_block(each) for each in questions if fits_aiken(each)).encode()


def _block(question: Question) -> str:
    passage = (question.passage or EMPTY).plain
    stem = question.stem.plain
    if passage:
        stem = labelled_fields.joined(
            [(labelled_fields.PASSAGE, passage), (labelled_fields.QUESTION, stem)]
        )
    else:
        stem = labelled_fields.escaped(stem)
    lines = [_plain_line(each) for each in stem.split("\n") if each.strip()]
    lines += [
        f"{letter}. {' '.join(each.content.plain.split())}"
        for letter, each in lettered(question.options)
    ]
    return "\n".join([*lines, f"ANSWER: {letters(question)}", ""])


def _plain_line(line: str) -> str:
    return _LIKE.sub("\u3000", line)
