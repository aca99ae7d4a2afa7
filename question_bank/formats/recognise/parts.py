"""The parts of a question as written, and the draft they are collected in while lines are read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.formats.recognise import answers
from question_bank.formats.recognise.marks import parted
from question_bank.formats.records import Reason, Where
from question_bank.kinds import CHOICES, QuestionType

BRACKET = re.compile(
    r"[（(\[【]([\s　]*"
    r"(?:[A-HＡ-Ｈ](?:[\s　、,，;；/]*[A-HＡ-Ｈ])*|√|×|✓|✔|✗|✘|❌|对|错|是|否|正确|错误"
    r"|[TFVXtfvxＴＦＶＸ](?=[\s　]*[）)\]】][\s　。.；;]*(?:\n|$)))"
    r"[\s　]*)[)）\]】]"
)
_AFTER_LABEL = re.compile(r"(?<=[)）.．、])\t\s*")


@dataclass(slots=True)
class Parts:
    """The parts of one question as written, before anyone has judged them.

    `section` and `style` tell where and how its number stood; `legend` what signs mean there;
    `stray` what stood behind the answer and belongs nowhere.
    """

    where: Where
    number: int = 0
    declared: QuestionType | None = None
    any_number: bool = False  # 不定项: one right option is as good as several
    stem: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    explanation: str = ""
    points: tuple[str, ...] = ()
    source: str = ""
    category: tuple[str, ...] = ()
    difficulty: int | None = None
    passage: str = ""
    raw: str = ""
    reasons: list[Reason] = field(default_factory=list)
    section: int = 0
    style: str = ""
    legend: dict[str, bool] = field(default_factory=dict)
    passage_opens: bool = False
    stray: list[str] = field(default_factory=list)
    in_words: bool = False  # the section asks for words, whatever it calls them
    gaps_paired: bool = False  # strokes in this section stand in pairs around answers
    details: list[str] = field(default_factory=list)  # lines that say something about the question
    behind: bool = False  # its options stand behind its answer
    by_column: bool = False  # its raw text is a row of cells, in any order
    from_data: bool = False  # its raw text is code in which words stand escaped
    strong: list[str] = field(default_factory=list)  # what stood out by colour, weight or a line
    stressed: list[str] = field(default_factory=list)  # the same in the stem

    def doubt(self, code: str, repair: dict[str, Any] | None = None, **params: Any) -> None:
        """Give a reason why the record cannot be ready, with the fields that would mend it."""
        reason = Reason(code, params, repair or {})
        if reason not in self.reasons:
            self.reasons.append(reason)


def bracket_answers(stem: str) -> list[str]:
    """What is in brackets in the stem and reads as an answer."""
    return [each.strip() for each in BRACKET.findall(stem)]


@dataclass(slots=True)
class Draft:
    """The question that is being read, its texts as lists of lines so that time stays linear."""

    parts: Parts
    number: int
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, list[str]]] = field(default_factory=list)
    answers: list[list[str]] = field(default_factory=list)
    explanation: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    bracketed: bool = False
    glued: bool = False  # its first option has others on its line: signs there part options
    field: str = "stem"
    nested: int = 0
    until: int | None = None

    @property
    def next_letter(self) -> str:
        """The letter that the next option should have."""
        return chr(ord(self.options[-1][0]) + 1) if self.options else "A"

    @property
    def written(self) -> bool:
        """Whether the open field is the answer of a question that takes words for an answer."""
        if self.field != "answer" or self.options or not self.answers:
            return False
        if self.parts.declared is not None:
            return self.parts.declared not in CHOICES
        stated = self.answers[-1]
        if len(stated) != 1:
            return True
        return (
            answers.as_truth(stated[0], sure=True) is None and answers.as_answers(stated[0]) is None
        )

    def close(self) -> Parts:
        """The parts, with the lines joined."""
        parts = self.parts
        parts.where = parts.where.reaching(self.until)
        parts.stem = _joined(self.stem)
        parts.options = [(letter, _joined(lines)) for letter, lines in self.options]
        if self.glued:
            parts.options = parted(parts.options)
        parts.answers = [_joined(lines) for lines in self.answers]
        parts.explanation = _joined(self.explanation)
        parts.raw = _joined(self.raw)
        return parts


def _joined(lines: Sequence[str]) -> str:
    """The lines as one text. The tab after a list's number is dropped: Word's is no character."""
    return "\n".join(_AFTER_LABEL.sub("", each) for each in lines if each).strip()
