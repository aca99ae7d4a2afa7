"""成绩册: what a window's mark sheet says of each person, and how the marks are distributed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from learnapp.domain.core.share import Share
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import RollState, RollWindow, count_roll


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
    VOIDED = "voided"  # 违: for misconduct; what was voided otherwise has no remark


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
    state: RollState,
    attempt: AttemptFacts | None,
    kind: WindowKind | None,
    *,
    over: bool,
    misconduct: bool = False,
) -> SheetLine:
    """Return a person's line: `attempt` is the one that decides, `kind` that of its window.

    Who answers again has the marks of what was handed in before. Nobody is absent until the
    window is `over`, as in `count_roll`.
    """
    again = state is RollState.ANSWERING and attempt is not None and attempt.counts
    if attempt is None or not (state is RollState.SAT or again):
        still = state is RollState.NO_ACCOUNT and not over
        spared = state is RollState.VOIDED and not misconduct
        remark = None if still or spared else _REMARKS.get(state)
        return SheetLine(None, None, Grade.NONE, remark)
    later = kind is not None and kind is not WindowKind.MAIN
    remark = Remark.LATER if later else None
    if attempt.passed is None:
        return SheetLine(None, None, Grade.UNMARKED, remark)
    grade = Grade.FAILED
    if attempt.passed:
        grade = Grade.PASSED_LATER if later else Grade.PASSED
    return SheetLine(attempt.awarded, attempt.full, grade, remark)


@dataclass(frozen=True)
class UnitResult:
    """What a window came to in one unit, or in several together: how many were expected, sat and passed,
    and why the others did not."""

    unit_id: int
    expected: int
    sat: int
    absent: int
    deferred: int
    excused: int
    voided: int
    passed: int = 0
    unmarked: int = 0
    misconduct: int = 0  # of the voided those for misconduct

    @classmethod
    def of(
        cls,
        unit_id: int,
        window: RollWindow,
        states: Mapping[RollState, int],
        again: int,
        now: datetime,
    ) -> UnitResult:
        """Of how many are in each state, as `count_roll` counts them."""
        counts = count_roll(window, states, again, now)
        return cls(
            unit_id,
            counts.expected,
            counts.sat,
            counts.absent,
            counts.deferred,
            counts.excused,
            states.get(RollState.VOIDED, 0),
        )

    def with_marks(self, passed: int, unmarked: int, misconduct: int) -> UnitResult:
        """The same with how many passed, wait for their marks, and were found 违纪."""
        return replace(self, passed=passed, unmarked=unmarked, misconduct=misconduct)

    @property
    def voided_otherwise(self) -> int:
        """How many have nothing but what was voided for another cause than misconduct."""
        return self.voided - self.misconduct

    @property
    def sitting_rate(self) -> Share:
        """参考率: 实考 ÷ 应考."""
        return Share(self.sat, self.expected)

    @property
    def pass_rate(self) -> Share:
        """合格率: passed ÷ 实考."""
        return Share(self.passed, self.sat)


def together(units: Iterable[UnitResult]) -> UnitResult:
    """The sum of some units' counts; it is of no unit (0)."""
    counted = [name.name for name in fields(UnitResult) if name.name != "unit_id"]
    rows = list(units)
    return UnitResult(0, **{name: sum(getattr(row, name) for row in rows) for name in counted})


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
