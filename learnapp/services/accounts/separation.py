"""三员分立 switched on: the admin's power goes to three people, and to nobody twice."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from learnapp.db.accounts import access as access_queries
from learnapp.db.accounts import separation
from learnapp.db.accounts.models import Separation
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.models import Grant
from learnapp.db.people.scope import unit_ids_in_scope
from learnapp.domain.accounts.separation import THE_THREE, clashes
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import ActiveGrant, Permission, Role
from learnapp.services.accounts import access

_NAMED = 5  # people named in a refusal


def is_on(session: Session) -> bool:
    """Whether roles are separated."""
    return separation.is_on(session)


def refuse_two(session: Session, new: Grant) -> None:
    """Raise RuleBroken("role", "roles_separated") for a role that nobody may have beside what its
    person has, while roles are separated."""
    if not separation.is_on(session):
        return
    held = separation.roles_within(session, new.person_id, new.valid_from, new.valid_to)
    if clashes(Role(new.role), held):
        raise RuleBroken("role", "roles_separated")


def switch_on(caller: Caller, three: Mapping[Role, int]) -> bool:
    """Separate roles from now on; False where they are.

    `three` names who becomes each of the three, over all that the caller is admin of. Every admin for
    everything, the caller too, becomes a programme owner. Raises Forbidden without an admin's role,
    Forbidden("own_case"), Conflict("separation_beyond") where there is an admin out of reach,
    RuleBroken("separation", "three_people" or "roles_separated").
    """
    session, today = caller.session, local_day(caller.now)
    own = _own_admin_grant(caller)
    if separation.is_on(session):
        return False
    if set(three) != set(THE_THREE) or len(set(three.values())) != len(THE_THREE):
        raise RuleBroken("separation", "three_people")
    refuse_own(caller.actor, *three.values())
    access_queries.lock_admins(session, today)
    former = separation.admins(session, today)
    reach = unit_ids_in_scope(session, caller.actor, Permission.SECURITY_SET, today)
    if any(each.unit_id not in reach for each in former):
        raise Conflict("separation_beyond")
    for person_id in sorted(three.values()):
        access.may_change(caller, Permission.SECURITY_SET, person_id, to_change=True)
    for each in former:
        _hand_over(caller, each)
    session.flush()
    for role, person_id in three.items():
        _give(caller, person_id, role, own)
    session.flush()
    if two := separation.holders_of_two(session, today, _NAMED):
        raise RuleBroken("separation", "roles_held_twice", people=list(two))
    _record(caller, True)
    return True


def switch_off(caller: Caller) -> bool:
    """Let roles be held together again, from the server alone; False where they may be.

    Roles stay as they are. Raises Forbidden for anybody but the server.
    """
    if caller.actor.person_id is not None:
        raise Forbidden(permission="server")
    if not separation.is_on(caller.session):
        return False
    _record(caller, False)
    return True


def _own_admin_grant(caller: Caller) -> ActiveGrant:
    for held in caller.actor.grants:
        if held.role is Role.ADMIN and held.line_id is not None:
            return held
    raise Forbidden(permission=str(Permission.SECURITY_SET))


def _hand_over(caller: Caller, former: Grant) -> None:
    """End the role of an admin for everything; what is about the programme stays theirs."""
    today = local_day(caller.now)
    caller.session.add(access.ended(caller, former, today))
    about = ("person", former.person_id)
    detail = {"role": former.role, "unit": former.unit_id, "ends_on": str(today)}
    audit_log.record(caller, "role.ended", about, **detail)
    over = ActiveGrant(Role.ADMIN, former.unit_id, former.line_id)
    _give(caller, former.person_id, Role.PROGRAMME_OWNER, over)


def _give(caller: Caller, person_id: int, role: Role, over: ActiveGrant) -> None:
    caller.session.add(
        Grant(
            person_id=person_id,
            role=role,
            unit_id=over.unit_id,
            line_id=over.line_id,
            valid_from=local_day(caller.now),
            recorded_at=caller.now,
            recorded_by=caller.actor.person_id,
        )
    )
    about = {"role": role, "unit": over.unit_id}
    audit_log.record(caller, "role.granted", ("person", person_id), **about)


def _record(caller: Caller, is_on: bool) -> None:
    session = caller.session
    session.add(Separation(is_on=is_on, recorded_at=caller.now, recorded_by=caller.actor.person_id))
    state = "on" if is_on else "off"
    audit_log.record(caller, f"separation.{state}", ("house", None))
    session.flush()
