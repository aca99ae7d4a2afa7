"""Staged imports: what a file is to become, and how far it has come."""

from __future__ import annotations

from enum import StrEnum


class ImportKind(StrEnum):
    """What a file is to become."""

    QUESTIONS = "questions"
    READING = "reading"
    ROSTER = "roster"


class JobState(StrEnum):
    """(reading →) staged → done | cancelled; a file that cannot be read is refused, then cancelled."""

    READING = "reading"
    REFUSED = "refused"
    STAGED = "staged"
    DONE = "done"
    CANCELLED = "cancelled"


# What can still be cancelled: nothing of it is in use yet.
UNENDED = (JobState.STAGED, JobState.READING, JobState.REFUSED)
