"""Marking short answers: points, one marker or two who read blind, and a third where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken

ARBITER = 3
# Two markers who differ by more than this share of the full marks want a third (in thousandths).
# Chosen, not from a rule: one mark of six, two of twelve.
TOLERANCE = 167


class AnswerOutcome(StrEnum):
    """What became of one answer, as far as its person may know."""

    RIGHT = "right"
    WRONG = "wrong"
    PARTIAL = "partial"
    PENDING = "pending"  # waits for a marker
    HIDDEN = "hidden"  # not released yet
    VOID = "void"


@dataclass(frozen=True)
class Opinion:
    """What the marker in a seat thinks an answer is worth, in hundredths; seats as MarkOpinion."""

    seat: int
    marker: int
    awarded: int


def shares(full: int, points: int) -> list[int]:
    """What each of so many points is worth: even halves of a mark, the last takes what is left."""
    if points <= 0:
        return []
    each = full // points // 50 * 50 or full // points
    return [each] * (points - 1) + [full - each * (points - 1)]


def check_awarded(full: int, points: Sequence[int], awarded: int) -> None:
    """Raise RuleBroken unless each point stays within its share and the whole within the full marks."""
    if not 0 <= awarded <= full or any(each < 0 for each in points):
        raise RuleBroken("awarded", "mark_out_of_range", most=full)
    if points and sum(points) != awarded:
        raise RuleBroken("awarded", "points_do_not_add_up")


def differ(full: int, first: int, second: int) -> bool:
    """Whether two opinions are too far apart to be averaged."""
    return abs(first - second) * 1000 > TOLERANCE * full


def seat_for(markers: int, full: int, opinions: Sequence[Opinion], marker: int) -> int | None:
    """The seat in which a marker may give an opinion now; None when it is not their turn.

    Their own seat is theirs to think again while the others have not spoken after them.
    """
    taken = {each.seat: each for each in opinions}
    own = next((each.seat for each in opinions if each.marker == marker), None)
    if own is not None:
        return own if own == max(taken) else None
    for seat in range(1, markers + 1):
        if seat not in taken:
            return seat
    if markers == 2 and ARBITER not in taken and differ(full, taken[1].awarded, taken[2].awarded):
        return ARBITER
    return None


def settled(markers: int, full: int, opinions: Sequence[Opinion]) -> int | None:
    """The mark that follows, in hundredths: the one opinion, the mean of two, or the arbiter's word;
    None while somebody is still to be heard. The mean of two is never rounded down."""
    taken = {each.seat: each.awarded for each in opinions}
    if markers == 1:
        return taken.get(1)
    if ARBITER in taken:
        return taken[ARBITER]
    if 1 not in taken or 2 not in taken or differ(full, taken[1], taken[2]):
        return None
    return -(-(taken[1] + taken[2]) // 2)
