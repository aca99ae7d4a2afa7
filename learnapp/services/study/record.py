"""What staff see of a person's learning: what is owed and since when, completions, exams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.accounts.access import reached
from learnapp.db.core.caller import Caller
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.db.study import record
from learnapp.db.study.record import Done
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.outcomes import counting
from learnapp.services.study import owed
from learnapp.services.study.owed import OwedItem, OwnExam


@dataclass(frozen=True)
class LearningRecord:
    """A person's page of learning; marks (awarded, full) only of exams whose marks the reader may
    read."""

    person: Person
    owed: list[OwedItem]
    exams: list[OwnExam]
    marks: dict[int, tuple[int, int]]
    done: Sequence[Done]
    total_done: int


def record_of(caller: Caller, person_id: int, page: int, size: int) -> LearningRecord:
    """The record of a person within reach. Raises Forbidden, NotFound."""
    person = reached(caller, Permission.PROGRESS_READ, person_id, also_retired=True)
    session = caller.session
    exams = owed.exams_of(session, person_id, caller.now)
    done, total = record.completions_of(session, person_id, page, size)
    return LearningRecord(
        person,
        owed.items_owed(session, person_id, caller.now),
        exams,
        _marks(caller, exams),
        done,
        total,
    )


def _marks(caller: Caller, exams: Sequence[OwnExam]) -> dict[int, tuple[int, int]]:
    """Per exam whose marks the reader may read (awarded, full) of the attempt that counts."""
    if not caller.actor.may(Permission.MARKS_READ):
        return {}
    reach = units_in_scope(caller.actor, Permission.MARKS_READ, local_day(caller.now))
    within = record.exams_within(caller.session, [each.exam.id for each in exams], reach)
    found = {}
    for each in exams:
        attempt = counting(each.facts.counts, each.facts.attempts)
        if each.exam.id in within and attempt is not None:
            found[each.exam.id] = (attempt.awarded or 0, attempt.full or 0)
    return found


def completion_of(caller: Caller, person_id: int, completion_id: int) -> tuple[Person, Done]:
    """A completion of a person within reach of who may withdraw it. Raises Forbidden, NotFound."""
    person = reached(caller, Permission.COMPLETION_WITHDRAW, person_id, also_retired=True)
    done = record.completion_of(caller.session, person_id, completion_id)
    if done is None:
        raise NotFound("completion_unknown")
    return person, done
