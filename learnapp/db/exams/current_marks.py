"""Marks as they stand: the one of each place that no later one has taken the place of."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion

# Made once: an alias costs more to make than its query to run.
_LATER, _HANDED_IN = aliased(Mark), aliased(Attempt)


def stands() -> ColumnElement[bool]:
    """Condition: no later mark has taken this one's place, and its hand-in was not undone."""
    later = exists().where(
        _LATER.attempt_id == Mark.attempt_id,
        _LATER.question == Mark.question,
        _LATER.number > Mark.number,
    )
    undone = exists().where(_HANDED_IN.id == Mark.attempt_id, _HANDED_IN.marks_from >= Mark.number)
    return ~later & ~undone


def says_something() -> ColumnElement[bool]:
    """Condition: the mark says something of its person and its question; that of a void one does not."""
    return Mark.right.is_not(None)


def of_place() -> ColumnElement[bool]:
    """Join: a mark with the place of the paper that it is for."""
    return (PaperQuestion.attempt_id == Mark.attempt_id) & (PaperQuestion.ordinal == Mark.question)
