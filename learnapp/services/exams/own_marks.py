"""A person's own marks, the newest first: of exams whose marks they may see."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.domain.exams.exams import UNCOUNTED
from learnapp.domain.exams.own_marks import OwnMark
from learnapp.services.study.owed import exams_of


def marks_of(caller: Caller) -> list[OwnMark]:
    """The marks that the actor may see by now, the newest first; practice and trials are none."""
    found = [
        OwnMark(
            each.exam.title,
            attempt.public_id,
            attempt.submitted_at,
            attempt.awarded,
            attempt.full,
            bool(attempt.passed),
        )
        for each in exams_of(caller.session, caller.actor.own_id(), caller.now)
        if each.exam.kind not in UNCOUNTED
        for attempt in each.facts.attempts
        if attempt.counts
        and attempt.known_pass is not None
        and attempt.submitted_at is not None
        and attempt.awarded is not None
        and attempt.full is not None
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)
