"""成绩册: what a window's mark sheet says of each person, and how the marks are distributed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import RollState


class Grade(StrEnum):
    """What became of a person, as the column 合格 prints it."""

    PASSED = "passed"
    PASSED_LATER = "passed_later"  # 合格（补）: by a make-up or retake, beside the mark
    FAILED = "failed"
    UNMARKED = "unmarked"  # handed in, not marked yet
    NONE = "none"


class Remark(StrEnum):
    """The short remarks of a mark sheet."""

    ABSENT = "absent"  # 缺
    DEFERRED = "deferred"  # 缓
    EXCUSED = "excused"  # 免
    LATER = "later"  # 补
    VOIDED = "voided"  # 违


_REMARKS = {
    RollState.ABSENT: Remark.ABSENT,
    RollState.NO_ACCOUNT: Remark.ABSENT,
    RollState.AWAY: Remark.DEFERRED,
    RollState.EXCUSED: Remark.EXCUSED,
    RollState.VOIDED: Remark.VOIDED,
}


@dataclass(frozen=True)
class SheetLine:
    """A person's marks in hundredths (None: none yet), grade and remark."""

    awarded: int | None
    full: int | None
    grade: Grade
    remark: Remark | None


def line_of(
    state: RollState, attempt: AttemptFacts | None, kind: WindowKind | None, *, over: bool
) -> SheetLine:
    """Return a person's line: `attempt` is the one that decides, `kind` that of its window.

    Who answers again has the marks of what was handed in before. Nobody is absent until the
    window is `over`, as in `count_roll`.
    """
    again = state is RollState.ANSWERING and attempt is not None and attempt.counts
    if attempt is None or not (state is RollState.SAT or again):
        still = state is RollState.NO_ACCOUNT and not over
        return SheetLine(None, None, Grade.NONE, None if still else _REMARKS.get(state))
    later = kind is not None and kind is not WindowKind.MAIN
    remark = Remark.LATER if later else None
    if attempt.passed is None:
        return SheetLine(None, None, Grade.UNMARKED, remark)
    grade = Grade.FAILED
    if attempt.passed:
        grade = Grade.PASSED_LATER if later else Grade.PASSED
    return SheetLine(attempt.awarded, attempt.full, grade, remark)


BANDS = (0, 60, 70, 80, 90)  # percent of full marks; the last reaches to 100


@dataclass(frozen=True)
class Distribution:
    """How many marks are in each band of `BANDS`, and their middle in hundredths of a percent."""

    counts: tuple[int, ...]
    median: int | None

    @property
    def total(self) -> int:
        """How many marks there are."""
        return sum(self.counts)


def distribution(lines: Iterable[SheetLine]) -> Distribution:
    """Count the marks of those who have any by their share of full marks."""
    shares = sorted(
        each.awarded * 10_000 // each.full
        for each in lines
        if each.awarded is not None and each.full
    )
    counts = [0] * len(BANDS)
    for share in shares:
        counts[max(n for n, low in enumerate(BANDS) if share >= low * 100)] += 1
    return Distribution(tuple(counts), _median(shares))


def _median(ordered: Sequence[int]) -> int | None:
    if not ordered:
        return None
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2
