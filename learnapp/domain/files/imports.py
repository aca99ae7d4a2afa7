"""Staged imports: what a file is to become, and how far it has come."""

from __future__ import annotations

from enum import StrEnum


class ImportKind(StrEnum):
    """What a file is to become."""

    QUESTIONS = "questions"
    READING = "reading"
    ROSTER = "roster"
    DUTY_ROSTER = "duty_roster"


class JobState(StrEnum):
    """(reading →) staged → entering → done; until it is entering it can be cancelled.

    A file that cannot be read is refused, then cancelled.
    """

    READING = "reading"
    REFUSED = "refused"
    STAGED = "staged"
    ENTERING = "entering"
    DONE = "done"
    CANCELLED = "cancelled"


# What can still be cancelled: nothing of it is in use yet.
CANCELLABLE = (JobState.STAGED, JobState.READING, JobState.REFUSED)
UNENDED = (*CANCELLABLE, JobState.ENTERING)

# How often work in the background is begun again when the program died in it.
MOST_ATTEMPTS = 3
