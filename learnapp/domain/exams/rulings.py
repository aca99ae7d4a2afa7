"""What is ruled of a question after its exam: its key, or that it is void; what marks follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from question_bank.marking import Marked, MultipleRule, mark
from question_bank.model import Key, QuestionType, Response


class Ruling(StrEnum):
    """What a key revision says of its question."""

    KEY = "key"
    VOID_FULL = "void_full"  # void: everybody who had it on their paper gets its full marks
    VOID_OUT = "void_out"  # void: its marks are taken out of the full marks

    @property
    def voids(self) -> bool:
        """Whether the question is void."""
        return self is not Ruling.KEY


class Correction(StrEnum):
    """What a person may do about a question that went wrong."""

    REPLACE = "replace"
    ADMIT = "admit"  # a further answer is right beside the present ones
    VOID_FULL = "void_full"
    VOID_OUT = "void_out"

    @property
    def ruling(self) -> Ruling:
        """What the question's key revision then says."""
        return Ruling(self) if self in (Correction.VOID_FULL, Correction.VOID_OUT) else Ruling.KEY


@dataclass(frozen=True, slots=True)
class MarkedAs:
    """How a place of a paper is marked: its type, its full marks in hundredths, and how an incomplete
    answer to a multiple choice counts."""

    kind: QuestionType
    full: int
    rule: MultipleRule


def award(ruling: Ruling, key: Key, response: Response | None, place: MarkedAs) -> Marked:
    """The marks of a response in hundredths; of a void question regardless of the answer.

    `right` is None for a void question: its mark says nothing of the person, so that notebook,
    remedial study, item statistics and comparisons of papers leave it out.
    """
    if ruling.voids:
        return Marked(place.full if ruling is Ruling.VOID_FULL else 0, None)
    return mark(place.kind, key, response, place.full, place.rule)


class RulingPlace(Protocol):
    """A marked place of a paper: full marks, marks, and by which ruling they were given."""

    @property
    def full(self) -> int: ...
    @property
    def awarded(self) -> int: ...
    @property
    def ruling(self) -> str: ...


@dataclass(frozen=True)
class Tally:
    """What the places of a paper come to, in hundredths: the marks, the full marks of the places
    that count, and those of the whole paper as it was set."""

    awarded: int
    full: int
    paper: int

    def passes(self, pass_mark: int) -> bool:
        """Whether the marks reach the exam's pass mark, which is set for the whole paper."""
        return self.awarded >= pass_mark_for(pass_mark, self.paper, self.full)


def tally(places: Iterable[RulingPlace]) -> Tally:
    """The marks of all places of a paper. A place that was left out counts on neither side."""
    awarded = full = paper = 0
    for place in places:
        paper += place.full
        if place.ruling != Ruling.VOID_OUT:
            awarded += place.awarded
            full += place.full
    return Tally(awarded, full, paper)


def pass_mark_for(pass_mark: int, paper: int, full: int) -> int:
    """The pass mark of a paper of which only `full` of its `paper` marks count, in hundredths.

    The share that has to be reached stays what the exam set; the pass mark follows in proportion.
    Where that gives no whole hundredth it is rounded down, in the candidate's favour: anyone who
    has the set share of what is left passes.
    """
    return pass_mark if full == paper else pass_mark * full // paper
