"""A person's own paper and its outcome, as much of it as may be seen now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.exams import attempt_papers, attempts
from learnapp.db.exams.attempt_papers import AttemptSummary, PlaceRow, ResultRow
from learnapp.db.operations import background_jobs
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.deadline import ran_out
from learnapp.domain.exams.exams import AttemptState, Channel
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.study.owed import Owed, state_of_attempt
from learnapp.services.exams import result_visibility
from learnapp.services.exams.result_visibility import ResultVisibility


@dataclass(frozen=True)
class AttemptPaper:
    """The pinned paper with the answers held."""

    head: AttemptSummary
    places: Sequence[PlaceRow]
    answers: dict[int, AnswerEvent]


def has_run_out(head: AttemptSummary, now: datetime) -> bool:
    """Whether the clock has ended an attempt, though nobody has handed it in yet."""
    online = head.channel == Channel.ONLINE
    return online and head.state == AttemptState.OPEN and ran_out(head.deadline, now)


def head_of(session: Session, actor: Actor, public_id: str) -> AttemptSummary:
    """The person's own attempt. Raises NotFound for anybody else's."""
    person_id = actor.own_id()
    return attempt_papers.head_of(session, public_id, person_id)


def sheet_of(session: Session, head: AttemptSummary) -> AttemptPaper:
    """An attempt's paper, two statements."""
    return AttemptPaper(
        head, attempt_papers.paper_of(session, head.id), attempts.answers_of(session, head.id)
    )


def open_sheet(session: Session, actor: Actor, public_id: str) -> AttemptPaper:
    """The person's own paper. Raises NotFound for anybody else's."""
    return sheet_of(session, head_of(session, actor, public_id))


@dataclass(frozen=True)
class AttemptResult:
    """What came of an attempt, and what of it may be seen: marks and keys by place, without those
    that are withheld. `regrading`: a correction is in force that has not reached it yet."""

    sheet: AttemptPaper
    owed: Owed
    result: ResultRow | None
    visible: ResultVisibility
    marks: dict[int, Any]
    keys: dict[int, Any]  # per place the newest key revision: ruling, key, explanation, source
    regrading: bool = False


def outcome(session: Session, head: AttemptSummary, now: datetime) -> AttemptResult:
    """One's own outcome. The mark of a single question gives its key away: marks and keys by place
    are read only when `key_visibility` lets the keys be seen."""
    result = attempt_papers.result_of(session, head.id)
    seen = result_visibility.of_attempt(session, head, result is not None, now)
    owed = state_of_attempt(_facts(head, result, seen), now)
    sheet = sheet_of(session, head)
    shown = {place.ordinal for place in sheet.places if seen.key_of(place.question_id)}
    versions = {place.version_id for place in sheet.places}
    regrading = result is not None and background_jobs.not_reached(session, head.id, versions)
    if not shown:
        return AttemptResult(sheet, owed, result, seen, {}, {}, regrading)
    marks = attempt_papers.marks_of(session, head.id)
    keys = {row.ordinal: row for row in attempt_papers.keys_of(session, head.id)}
    return AttemptResult(
        sheet,
        owed,
        result,
        seen,
        {place: mark for place, mark in marks.items() if place in shown},
        {place: key for place, key in keys.items() if place in shown},
        regrading,
    )


def _facts(head: AttemptSummary, result: ResultRow | None, seen: ResultVisibility) -> AttemptFacts:
    return AttemptFacts(
        id=head.id,
        public_id=head.public_id,
        person_id=head.person_id,
        exam_id=head.exam_id,
        window_id=head.window_id,
        number=head.number,
        channel=Channel(head.channel),
        state=AttemptState(head.state),
        started_at=head.started_at,
        submitted_at=head.submitted_at,
        deadline=head.deadline,
        passed=None if result is None else result.passed,
        awarded=None if result is None else result.awarded,
        full=None if result is None else result.full,
        released=seen.marks,
    )
