"""Marks given on paper: keyed by one, keyed again by another who does not see them; differences shown.

Where both read the same, the attempt is handed in with these marks, and its result, completion and figures
follow as those of any other attempt. A later correction of a key leaves them: they were given by people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from learnapp.db.core.caller import Caller
from learnapp.db.exams import attempt_papers, current_marks, paper_entries
from learnapp.db.exams.attempt_models import Attempt, PaperMarks
from learnapp.db.operations import audit_log
from learnapp.domain.exams.exams import AttemptState, SubmittedBy
from learnapp.domain.exams.paper_marks import (
    MarkDifference,
    check_marks,
    differences,
    is_right,
)
from learnapp.services.exams import auto_marking, paper_entry
from learnapp.services.exams.paper_entry import PaperAttempt
from question_bank.kinds import QuestionType


@dataclass(frozen=True)
class KeyedMarks:
    """An attempt's marks as they were keyed: one's own, and where they differ from another's once both
    have keyed them. Before one has keyed them oneself, nothing of another's is shown."""

    script: PaperAttempt
    mine: PaperMarks | None
    differences: list[MarkDifference]


def keyed(caller: Caller, public_id: str) -> KeyedMarks:
    """What was keyed of a paper attempt within reach. Raises NotFound, Forbidden("own_case")."""
    found = paper_entry.script(caller, public_id)
    newest = paper_entries.newest_marks(caller.session, found.attempt.id)
    mine = next((each for each in newest if each.recorded_by == caller.actor.person_id), None)
    others = [each for each in newest if each is not mine]
    differ = differences(_marks(mine), _marks(others[0])) if mine and others else []
    return KeyedMarks(found, mine, differ)


def _marks(row: PaperMarks) -> dict[int, int]:
    return {int(question): marks for question, marks in row.marks.items()}


def key(
    caller: Caller, public_id: str, typed: Mapping[int, int | None], sat_at: datetime
) -> list[MarkDifference] | None:
    """Keep the marks that one read off a sheet, in hundredths by question.

    None where another read the same before: the attempt is handed in with them. Else where the two
    differ; nothing where nobody else has keyed them. A repeat of one's own is kept once.

    Raises NotFound, Forbidden("own_case"); Conflict("attempt_ended", "entered_already"); RuleBroken of
    "q<n>", or ("sat_at", "in_the_future" | "out_of_order").
    """
    found = paper_entry.open_script(caller, public_id, sat_at)
    marks = check_marks(typed, {place.ordinal: place.marks for place in found.places})
    newest = paper_entries.newest_marks(caller.session, found.attempt.id)
    others = [each for each in newest if each.recorded_by != caller.actor.person_id]
    agreed = next((each for each in others if _marks(each) == marks), None)
    _keep(caller, found, marks, sat_at, agreed)
    if agreed is not None:
        _hand_in(caller, found, marks, agreed.sat_at)
        return None
    return differences(marks, _marks(others[0])) if others else []


def _keep(
    caller: Caller,
    found: PaperAttempt,
    marks: Mapping[int, int],
    sat_at: datetime,
    agreed: PaperMarks | None,
) -> None:
    caller.session.add(
        PaperMarks(
            attempt_id=found.attempt.id,
            marks={str(question): given for question, given in marks.items()},
            sat_at=sat_at,
            agrees_with=agreed.id if agreed is not None else None,
            recorded_at=caller.now,
            recorded_by=caller.actor.own_id(),
        )
    )
    done = "keyed" if agreed is None else "verified"
    audit_log.record(caller, f"paper.marks_{done}", ("attempt", found.attempt.id))
    caller.session.flush()


def _hand_in(
    caller: Caller, found: PaperAttempt, marks: Mapping[int, int], sat_at: datetime
) -> None:
    """The attempt is handed in when the sheet was, with these marks, and its result follows."""
    session, attempt_id = caller.session, found.attempt.id
    submitted = {"state": AttemptState.SUBMITTED, "submitted_by": SubmittedBy.STAFF}
    session.execute(
        update(Attempt).where(Attempt.id == attempt_id).values(submitted_at=sat_at, **submitted)
    )
    session.expire(found.attempt)
    first = attempt_papers.asked_of(session, attempt_id).marks_from + 1
    places = attempt_papers.keys_of(session, attempt_id)
    current_marks.record(session, [_mark(caller, found, each, marks, first) for each in places])
    auto_marking.record_result(session, caller.now, attempt_id)


def _mark(
    caller: Caller,
    found: PaperAttempt,
    place: attempt_papers.KeyRow,
    marks: Mapping[int, int],
    number: int,
) -> dict[str, object]:
    awarded = marks[place.ordinal]
    by_rule = place.type != QuestionType.SHORT_ANSWER
    return {
        "attempt_id": found.attempt.id,
        "question": place.ordinal,
        "number": number,
        "key_revision_id": place.revision_id,
        "awarded": awarded,
        "right": is_right(awarded, place.marks, by_rule),
        "comment": "",
        "recorded_at": caller.now,
        "recorded_by": caller.actor.person_id,
    }
