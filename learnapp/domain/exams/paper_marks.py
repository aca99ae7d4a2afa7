"""Marks read off a paper answer sheet by two people apart: what counts is what both read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from learnapp.domain.core.errors import RuleBroken


@dataclass(frozen=True)
class MarkDifference:
    """A question of which two people read other marks, in hundredths."""

    question: int
    first: int
    second: int


def check_marks(marks: Mapping[int, int | None], full: Mapping[int, int]) -> dict[int, int]:
    """The marks of every place, in hundredths.

    Raises RuleBroken of "q<place>": `mark_needed` where none was read, `mark_too_high` above the full
    marks of the place.
    """
    found = {}
    for question, most in full.items():
        given = marks.get(question)
        if given is None:
            raise RuleBroken(f"q{question}", "mark_needed", n=question)
        if given > most:
            raise RuleBroken(f"q{question}", "mark_too_high", n=question, most=most / 100)
        found[question] = given
    return found


def differences(first: Mapping[int, int], second: Mapping[int, int]) -> list[MarkDifference]:
    """Where two readings of one sheet differ, in the order of the paper."""
    return [
        MarkDifference(question, first[question], second.get(question, 0))
        for question in sorted(first)
        if first[question] != second.get(question)
    ]


def is_right(awarded: int, full: int, by_rule: bool) -> bool | None:
    """Whether an answer counts as right by its marks; None for what a person marks, or in between."""
    if not by_rule:
        return None
    return True if awarded == full else False if awarded == 0 else None
