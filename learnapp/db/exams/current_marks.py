"""Marks: appended in one place, and the current one of each place of a paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from learnapp.db.core.aliases import lasting_alias
from learnapp.db.core.compiled_statements import PreparedRows
from learnapp.db.exams.attempt_models import Attempt, Mark, PaperQuestion

_MARKS = PreparedRows(Mark)
# Made once: an alias costs more to make than its query to run.
_LATER, _HANDED_IN = lasting_alias(Mark), lasting_alias(Attempt)


def record(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Append marks, each a row of `Mark`; a mark is never changed, a later number replaces it."""
    _MARKS.insert(session, rows)


def is_current() -> ColumnElement[bool]:
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
