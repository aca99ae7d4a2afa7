"""Absences of a person: recorded with what they do to what falls due, and cancelled again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from learnapp.db.accounts.access import reached
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import history
from learnapp.db.people.models import Absence, Person
from learnapp.db.progress import counters
from learnapp.domain.core import lengths
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.programme import EFFECTS, AbsenceEffect, AbsenceKind

_LONGEST_DAYS = 1100  # three years: longer is a retirement or a slip of the pen


@dataclass(frozen=True)
class NewAbsence:
    """An absence: both days included; without an effect it has the usual one of its kind."""

    kind: AbsenceKind
    first_day: date
    last_day: date
    reason: str = ""
    effect: AbsenceEffect | None = None


def record(caller: Caller, person_id: int, new: NewAbsence) -> int:
    """Record an absence of a person within reach, also a past one, never one's own; its id.

    Raises NotFound, Forbidden("own_case"), RuleBroken of "last_day".
    """
    refuse_own(caller.actor, person_id)
    reached(caller, Permission.ABSENCE_RECORD, person_id, to_change=True)
    must_be_likely(new)
    row = Absence(
        person_id=person_id,
        kind=new.kind,
        effect=new.effect or EFFECTS[new.kind],
        first_day=new.first_day,
        last_day=new.last_day,
        reason=new.reason.strip()[: lengths.LINE],
        cancelled=False,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    caller.session.add(row)
    caller.session.flush()
    audit_log.record(caller, "absence.recorded", ("person", person_id), kind=new.kind)
    counters.refresh(caller.session, caller.now, [person_id])
    return row.id


def must_be_likely(new: NewAbsence) -> None:
    """Raise RuleBroken of "last_day" where the days are in no order or too many."""
    if new.last_day < new.first_day:
        raise RuleBroken("last_day", "dates_out_of_order")
    if (new.last_day - new.first_day).days > _LONGEST_DAYS:
        raise RuleBroken("last_day", "date_unlikely")


def cancel(caller: Caller, person_id: int, absence_id: int) -> bool:
    """Cancel an absence by a superseding row, as if it had not been; False if it was before.

    Raises NotFound, Forbidden("own_case").
    """
    refuse_own(caller.actor, person_id)
    reached(caller, Permission.ABSENCE_RECORD, person_id, to_change=True)
    row = history.absence_of(caller.session, person_id, absence_id)
    if row is None:
        raise NotFound("absence_unknown")
    if row.cancelled or history.is_superseded(caller.session, row.id):
        return False
    caller.session.add(
        Absence(
            person_id=person_id,
            kind=row.kind,
            effect=row.effect,
            first_day=row.first_day,
            last_day=row.last_day,
            reason=row.reason,
            cancelled=True,
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
            supersedes_id=row.id,
        )
    )
    caller.session.flush()
    audit_log.record(caller, "absence.cancelled", ("person", person_id), kind=row.kind)
    counters.refresh(caller.session, caller.now, [person_id])
    return True


def absences_of(caller: Caller, person_id: int) -> tuple[Person, Sequence[Absence]]:
    """A person within reach with their absences, the newest first. Raises NotFound."""
    person = reached(caller, Permission.ABSENCE_RECORD, person_id, also_retired=True)
    return person, history.absences_of(caller.session, person_id)
