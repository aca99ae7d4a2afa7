"""What staff see of a person's learning: what is owed and since when, completions, exams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.accounts.access import person_in_reach
from learnapp.db.core.caller import Caller
from learnapp.db.people.models import Person
from learnapp.db.people.scope import units_in_scope
from learnapp.db.study import record
from learnapp.db.study.models import Completion, Item, Withdrawal
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.services.study import owed
from learnapp.services.study.owed import OwedItem, OwnExam


@dataclass(frozen=True)
class Done:
    """A completion of an item, and its withdrawal if it was withdrawn."""

    completion: Completion
    item: Item
    withdrawal: Withdrawal | None


@dataclass(frozen=True)
class LearningRecord:
    """A person's page of learning; marks only of exams over which the reader may release marks."""

    person: Person
    owed: list[OwedItem]
    exams: list[OwnExam]
    marks: dict[int, tuple[int, int]]
    done: Sequence[Done]
    total_done: int


def _reached(caller: Caller, permission: Permission, person_id: int) -> Person:
    caller.actor.must(permission)
    today = local_day(caller.now)
    person = person_in_reach(
        caller.session, caller.actor, permission, today, person_id, also_retired=True
    )
    if person is None:
        raise NotFound("person_unknown")
    return person


def record_of(caller: Caller, person_id: int, page: int, size: int) -> LearningRecord:
    """The record of a person within reach. Raises Forbidden, NotFound."""
    person = _reached(caller, Permission.PROGRESS_READ, person_id)
    session, marks = caller.session, {}
    if caller.actor.may(Permission.MARKS_RELEASE):
        reach = units_in_scope(caller.actor, Permission.MARKS_RELEASE, local_day(caller.now))
        marks = record.marks_within(session, person_id, reach)
    rows, total = record.completions_of(session, person_id, page, size)
    return LearningRecord(
        person,
        owed.items_owed(session, person_id, caller.now),
        owed.exams_of(session, person_id, caller.now),
        marks,
        [Done(*row) for row in rows],
        total,
    )


def completion_of(caller: Caller, person_id: int, completion_id: int) -> tuple[Person, Done]:
    """A completion of a person within reach of who may withdraw it. Raises Forbidden, NotFound."""
    person = _reached(caller, Permission.COMPLETION_WITHDRAW, person_id)
    row = record.completion_of(caller.session, person_id, completion_id)
    if row is None:
        raise NotFound("completion_unknown")
    return person, Done(*row)
