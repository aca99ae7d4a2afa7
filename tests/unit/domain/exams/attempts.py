"""Attempts for tests of the rules of exams: a builder with what a test does not care about filled in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from learnapp.domain.exams.exams import AttemptState, Channel
from learnapp.domain.exams.outcomes import AttemptFacts
from tests.unit.domain.instants import at

_OPEN = AttemptFacts(
    id=1,
    public_id="p1",
    person_id=7,
    exam_id=2,
    window_id=1,
    number=1,
    channel=Channel.ONLINE,
    state=AttemptState.OPEN,
    started_at=at(9),
    submitted_at=None,
    deadline=at(10),
    passed=None,
    awarded=None,
    full=None,
    released=False,
)


def being_answered(number: int = 1, **other: Any) -> AttemptFacts:
    """An attempt from 9:00 to 10:00 that is open."""
    return replace(_OPEN, id=number, public_id=f"p{number}", number=number, **other)


def handed_in(passed: bool | None, number: int = 1, **other: Any) -> AttemptFacts:
    """One that was handed in at 9:30 and as many minutes; its marks, if any, may be seen."""
    facts = {
        "state": AttemptState.SUBMITTED,
        "submitted_at": at(9, 30) + timedelta(minutes=number),
        "passed": passed,
        "released": passed is not None,
    }
    return being_answered(number, **(facts | other))


def voided(number: int = 1, passed: bool | None = None, **other: Any) -> AttemptFacts:
    """One that was handed in and voided."""
    return handed_in(passed, number, **({"state": AttemptState.VOIDED} | other))
