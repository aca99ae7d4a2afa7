"""Proving that what is derived agrees with the facts: counters, roll-ups, results, completions.

People, units and attempts are gone through in parts by their ids: what is in memory at once does not
grow with them, and no statement is asked for one of them alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.spans import spans_of
from learnapp.db.exams import result_sums
from learnapp.db.exams.attempt_models import Attempt
from learnapp.db.progress import figure_facts
from learnapp.services.operations import verify_completions, verify_counters

_ATTEMPTS = 2_000  # compared at once


def differences(session: Session, now: datetime) -> list[str]:
    """Every disagreement, as a line that names ids; an empty list proves agreement.

    People who wait to be counted must be counted first (counters.catch_up).
    """
    found: list[str] = []
    for stage in figure_facts.stages_in_force(session):
        found += verify_counters.people(session, stage, now)
        found += verify_counters.units(session, stage, now)
    return found + _results(session) + verify_completions.differences(session, now)


def _results(session: Session) -> list[str]:
    """Each current result against its current marks; what was left out counts on neither side."""
    found = []
    for attempts in spans_of(session, Attempt.id, _ATTEMPTS):
        stored = result_sums.recorded(session, attempts)
        truth = result_sums.by_marks(session, attempts)
        found += [
            f"attempt {attempt_id}: result {stored[attempt_id]}, marks say {truth.get(attempt_id)}"
            for attempt_id in sorted(stored)
            if stored[attempt_id] != truth.get(attempt_id)
        ]
    return found
