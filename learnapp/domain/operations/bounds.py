"""How much one person may write in a day: far above honest use, so that nobody fills the disk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MB = 1_000_000


class Use(StrEnum):
    """What is counted, each by itself."""

    ANSWERS = "answers"  # long answers of exams; the number of events is bounded per attempt
    CHECKS = "checks"
    PRACTICE = "practice"
    REPORTS = "reports"
    UPLOADS = "uploads"
    REFUSALS = "refusals"  # recorded in the audit; what is refused further in a day is not


@dataclass(frozen=True)
class Bound:
    """The most of a use per person and day: how often, and how many bytes in all."""

    count: int
    size: int


MOST: dict[Use, Bound] = {
    Use.ANSWERS: Bound(20_000, 100 * MB),
    Use.CHECKS: Bound(3_000, 3 * MB),
    Use.PRACTICE: Bound(5_000, 20 * MB),
    Use.REPORTS: Bound(100, MB),
    Use.UPLOADS: Bound(500, 3_000 * MB),
    Use.REFUSALS: Bound(50, MB),
}

# A response up to this many bytes is bounded by the number of events of its attempt alone.
SMALL = 2_000
