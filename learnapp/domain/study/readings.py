"""Readings: how a text falls into portions, and what evidences that one was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

READING_PACE = 300  # characters a minute, an adult's
PORTION_LENGTH = 4 * READING_PACE


@dataclass(frozen=True)
class PortionPlan:
    """A portion as sections first..last, both included, counted from 0."""

    first: int
    last: int
    length: int


def plan_portions(lengths: Sequence[int], aim: int = PORTION_LENGTH) -> list[PortionPlan]:
    """Cut sections of these lengths into portions of about `aim` characters, sections kept whole.

    A section joins the running portion while that brings its length nearer to the aim.
    """
    plans: list[PortionPlan] = []
    first, running = 0, 0
    for index, length in enumerate(lengths):
        if index > first and abs(running + length - aim) > abs(running - aim):
            plans.append(PortionPlan(first, index - 1, running))
            first, running = index, 0
        running += length
    if lengths:
        plans.append(PortionPlan(first, len(lengths) - 1, running))
    return plans


def is_read(last_section_reached: int, last_section: int, needs_check: bool, checked: bool) -> bool:
    """Evidence of reading: the last section reached, and the check question right if there is one."""
    return last_section_reached >= last_section and (checked or not needs_check)


@dataclass(frozen=True)
class UnreadPortion:
    """A portion asked of a person and not done; `ordinal` is its place in the reading just read,
    None in another reading."""

    portion_id: int
    ordinal: int | None


def next_to_read(ordinal: int, unread: Sequence[UnreadPortion]) -> UnreadPortion | None:
    """What to read after portion `ordinal` of a reading, of the unread in the order they fall due.

    The reading's own next portion comes first, then whatever falls due first.
    """
    own = [
        (each.ordinal, each)
        for each in unread
        if each.ordinal is not None and each.ordinal > ordinal
    ]
    if own:
        return min(own, key=lambda pair: pair[0])[1]
    return next((each for each in unread if each.ordinal != ordinal), None)


def reading_minutes(length: int) -> int:
    """About how many minutes a text of so many characters takes: at least one, nothing for nothing."""
    return -(-length // READING_PACE)


@dataclass(frozen=True)
class PortionProgress:
    """How far a reader is in a portion: sections in all, the one to read next counted from 0, the
    characters of each. `reached` is -1 before it was opened."""

    lengths: Sequence[int]
    at: int
    reached: int

    @property
    def section(self) -> int:
        """The section to go on with, counted from 1."""
        return max(0, min(self.at, len(self.lengths) - 1)) + 1

    @property
    def begun(self) -> bool:
        """Whether the reader has opened it before."""
        return self.reached >= 0

    @property
    def minutes_left(self) -> int:
        """About how many minutes the text from the present section on takes."""
        return reading_minutes(sum(self.lengths[self.section - 1 :]))
