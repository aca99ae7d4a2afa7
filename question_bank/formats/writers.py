"""The formats that questions can be written in, and what each of them cannot carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from question_bank.content import Content, Media
from question_bank.formats.exchange.aiken import fits_aiken, write_aiken
from question_bank.formats.exchange.gift_out import fits_gift, write_gift
from question_bank.formats.exchange.moodle_out import write_moodle
from question_bank.formats.exchange.qti_out import write_qti
from question_bank.formats.exchange.yaml_bank import write_yaml
from question_bank.formats.office.docx_paper import write_docx
from question_bank.formats.office.xlsx_bank import write_xlsx
from question_bank.model import Question

FIELDS = ("explanation", "source", "category", "difficulty", "passage", "pictures")


@dataclass(frozen=True, slots=True)
class Writer:
    """A format: how it is written, which questions fit, which fields it has no place for."""

    write: Callable[[Sequence[Question], Mapping[str, bytes]], bytes]
    lacks: frozenset[str] = frozenset()
    fits: Callable[[Question], bool] = lambda question: True


WRITERS: dict[str, Writer] = {
    "xlsx": Writer(write_xlsx),
    "yaml": Writer(write_yaml),
    "docx": Writer(write_docx),
    "gift": Writer(write_gift, fits=fits_gift),
    "aiken": Writer(write_aiken, frozenset(FIELDS) - {"passage"}, fits_aiken),
    "xml": Writer(write_moodle),
    "zip": Writer(write_qti),
}


def unwritable(questions: Sequence[Question], form: str) -> Counter[str]:
    """How many of the questions do not fit the format ("question"), or lose a field in it.

    Counts by the field's name; raises KeyError for a format that is not written.
    """
    writer = WRITERS[form]
    lost: Counter[str] = Counter()
    for question in questions:
        if not writer.fits(question):
            lost["question"] += 1
            continue
        lost.update(field for field in writer.lacks if _has(question, field))
    return lost


def _has(question: Question, field: str) -> bool:
    if field == "pictures":
        texts = [question.stem, question.explanation, question.passage]
        texts += [each.content for each in question.options]
        return any(_pictured(each) for each in texts if each is not None)
    value = getattr(question, field)
    return not value.is_empty if isinstance(value, Content) else bool(value)


def _pictured(content: Content) -> bool:
    return any(isinstance(piece, Media) for piece in content.pieces)
