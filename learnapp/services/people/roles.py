"""A role given to a person over a unit, alone or with all below it, from a day on until another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import history
from learnapp.db.people.models import Grant
from learnapp.db.people.scope import require_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission, Role
from learnapp.domain.people.postings import check_span, check_visit
from learnapp.services.accounts import access


@dataclass(frozen=True)
class NewGrant:
    """A role over a unit (with all below it on `line_id`), from a day until before another."""

    role: Role
    unit_id: int
    line_id: int | None
    from_day: date
    to_day: date | None = None


def grant(caller: Caller, person_id: int, new: NewGrant) -> bool:
    """Give a role to a person within reach over a unit within reach; False if it holds already.

    Raises NotFound, Forbidden("own_case", "person_above"): nobody gives themselves a role.
    """
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    today = local_day(caller.now)
    require_scope(caller.session, caller.actor, Permission.ROSTER_IMPORT, new.unit_id, today)
    row = Grant(
        person_id=person_id,
        role=new.role,
        unit_id=new.unit_id,
        line_id=new.line_id,
        valid_from=new.from_day,
        valid_to=new.to_day,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    if history.same_grant(caller.session, row, new.from_day) is not None:
        return False
    caller.session.add(row)
    about = {"role": new.role, "unit": new.unit_id}
    audit_log.record(caller, "role.granted", ("person", person_id), **about)
    caller.session.flush()
    return True


def give(caller: Caller, person_id: int, new: NewGrant) -> bool:
    """Give a role from today or a later day on; False if it holds already.

    Raises as `grant`, and RuleBroken of "from_day" or "to_day".
    """
    access.reach_to_change(caller, Permission.ROSTER_IMPORT, person_id)
    if new.from_day < local_day(caller.now):
        raise RuleBroken("from_day", "begins_in_the_past")
    check_span(new.from_day, new.to_day)
    if new.role is Role.INSPECTOR:
        check_visit(new.from_day, new.to_day)
    return grant(caller, person_id, new)
