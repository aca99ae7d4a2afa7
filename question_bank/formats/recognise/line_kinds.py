"""What a line is by its marks: the words that the parts of the recogniser share about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from question_bank.kinds import QuestionType


class LineKind(Enum):
    """The kinds of line."""

    EMPTY = "empty"
    HEADING = "heading"
    CHAPTER = "chapter"
    NUMBER = "number"
    PASSAGE = "passage"
    OPTION = "option"
    ANSWER = "answer"
    EXPLANATION = "explanation"
    DETAIL = "detail"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ClassifiedLine:
    """A line as its marks tell it; `value` is what follows the mark.

    `style` is how a number was marked (".", "、", "()", a tab …), `legend` what a heading says that
    signs stand for (1 for true, 2 for false).
    """

    kind: LineKind
    value: str = ""
    number: int = 0
    letter: str = ""
    name: str = ""
    type: QuestionType | None = None
    any_number: bool = False
    style: str = ""
    legend: tuple[tuple[str, bool], ...] = ()
