"""How well the questions of a category are known: in counts, from the last answer to each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from learnapp.domain.practice.notebook import Recall

SET, REVIEW = 20, 10  # questions of a practice in a row, and of a review
KEPT = 10  # questions that a phone keeps for when there is no network


@dataclass(frozen=True)
class ShelfLevel:
    """Questions last answered with knowledge, last guessed or wrong, and never practised."""

    known: int
    shaky: int
    new: int


def level_of(questions: int, answered: Iterable[tuple[str, int]]) -> ShelfLevel:
    """The level of a category with so many questions, from (how it was last answered, how many).

    What was practised may have left the bank since: nothing is ever below none.
    """
    counts = list(answered)
    known = min(questions, sum(count for recall, count in counts if recall == Recall.KNOWN))
    shaky = sum(count for recall, count in counts if recall != Recall.KNOWN)
    shaky = min(shaky, questions - known)
    return ShelfLevel(known, shaky, questions - known - shaky)
