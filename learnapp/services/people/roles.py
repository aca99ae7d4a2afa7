"""A role given to a person over a unit, alone or with all below it, from a day on until another; where it
takes a second person, asked for by one and confirmed by another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from learnapp.db.accounts import separation as queries
from learnapp.db.accounts.models import RoleRequest
from learnapp.db.accounts.separation import WaitingRole
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import history
from learnapp.db.people.models import Grant
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.domain.accounts.separation import needs_second
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission, Role
from learnapp.domain.people.postings import check_span, check_visit
from learnapp.services.accounts import access, separation

_LISTED = 100


@dataclass(frozen=True)
class NewGrant:
    """A role over a unit (with all below it on `line_id`), from a day until before another."""

    role: Role
    unit_id: int
    line_id: int | None
    from_day: date
    to_day: date | None = None


def waits_for_second(caller: Caller, role: Role) -> bool:
    """Whether the role would wait for somebody else than the caller to confirm it."""
    return needs_second(caller.actor, role, separation.is_on(caller.session))


def grant(caller: Caller, person_id: int, new: NewGrant) -> bool:
    """Give a role to a person within reach over a unit within reach, or ask for it where it takes a
    second person; False if it holds or is asked for already.

    Raises NotFound, Forbidden("own_case", "person_above"): nobody gives themselves a role; RuleBroken
    ("role", "roles_separated").
    """
    access.reach_to_change(caller, Permission.ROLE_GIVE, person_id)
    today = local_day(caller.now)
    require_scope(caller.session, caller.actor, Permission.ROLE_GIVE, new.unit_id, today)
    if waits_for_second(caller, new.role):
        return _ask(caller, person_id, new)
    return _enter(caller, person_id, new)


def _row(caller: Caller, person_id: int, new: NewGrant) -> Grant:
    return Grant(
        person_id=person_id,
        role=new.role,
        unit_id=new.unit_id,
        line_id=new.line_id,
        valid_from=new.from_day,
        valid_to=new.to_day,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )


def _enter(caller: Caller, person_id: int, new: NewGrant) -> bool:
    row = _row(caller, person_id, new)
    if history.same_grant(caller.session, row, new.from_day) is not None:
        return False
    separation.refuse_two(caller.session, row)
    caller.session.add(row)
    about = {"role": new.role, "unit": new.unit_id}
    audit_log.record(caller, "role.granted", ("person", person_id), **about)
    caller.session.flush()
    return True


def _ask(caller: Caller, person_id: int, new: NewGrant) -> bool:
    session = caller.session
    row = _row(caller, person_id, new)
    if history.same_grant(session, row, new.from_day) is not None:
        return False
    separation.refuse_two(session, row)
    request = RoleRequest(
        person_id=person_id,
        role=new.role,
        unit_id=new.unit_id,
        line_id=new.line_id,
        from_day=new.from_day,
        to_day=new.to_day,
        asked_at=caller.now,
        asked_by=caller.actor.own_id(),
    )
    if queries.same_request(session, request) is not None:
        return False
    session.add(request)
    about = {"role": new.role, "unit": new.unit_id}
    audit_log.record(caller, "role.asked", ("person", person_id), **about)
    session.flush()
    return True


def waiting(caller: Caller) -> list[WaitingRole]:
    """The roles that wait for a second person, over units within reach; at most a hundred."""
    caller.actor.must(Permission.ROLE_CONFIRM)
    reach = units_in_scope(caller.actor, Permission.ROLE_CONFIRM, local_day(caller.now))
    return queries.waiting(caller.session, reach, _LISTED)


def decide(caller: Caller, request_id: int, is_given: bool) -> bool:
    """Confirm or refuse what somebody else asked for; False where it was decided.

    One whose first day has passed meanwhile begins today. Raises NotFound out of reach,
    Forbidden("own_case") for what oneself asked for or would get, and as `grant`.
    """
    session, today = caller.session, local_day(caller.now)
    caller.actor.must(Permission.ROLE_CONFIRM)
    reach = units_in_scope(caller.actor, Permission.ROLE_CONFIRM, today)
    request = queries.request_within(session, request_id, reach)
    if request is None:
        raise NotFound()
    refuse_own(caller.actor, request.asked_by, request.person_id)
    if request.decided_at is not None:
        return False
    if is_given:
        access.reach_to_change(caller, Permission.ROLE_CONFIRM, request.person_id)
        first = max(request.from_day, today)
        if request.to_day is not None and request.to_day <= first:
            raise RuleBroken("role", "ends_in_the_past")
        over = (Role(request.role), request.unit_id, request.line_id)
        _enter(caller, request.person_id, NewGrant(*over, first, request.to_day))
    request.decided_at, request.decided_by = caller.now, caller.actor.own_id()
    request.outcome = "given" if is_given else "refused"
    if not is_given:
        about = {"role": request.role, "unit": request.unit_id}
        audit_log.record(caller, "role.refused", ("person", request.person_id), **about)
    session.flush()
    return True


def give(caller: Caller, person_id: int, new: NewGrant) -> bool:
    """Give a role from today or a later day on; False if it holds already.

    Raises as `grant`, and RuleBroken of "from_day" or "to_day".
    """
    access.reach_to_change(caller, Permission.ROLE_GIVE, person_id)
    if new.from_day < local_day(caller.now):
        raise RuleBroken("from_day", "begins_in_the_past")
    check_span(new.from_day, new.to_day)
    if new.role is Role.INSPECTOR:
        check_visit(new.from_day, new.to_day)
    return grant(caller, person_id, new)
