"""Where nobody enters by a password of ours any more, and who does all the same in an emergency."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.accounts import access, password_rules
from learnapp.db.accounts.models import ClosedPassword, EmergencyAccount
from learnapp.db.accounts.password_rules import NamedForEmergency
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Permission

_RIGHT = Permission.SECURITY_SET


def is_closed_for(session: Session, person_id: int, now: datetime) -> bool:
    """Whether the person may not enter by a password of ours."""
    return password_rules.is_closed_for(session, person_id, local_day(now))


def closed(caller: Caller) -> list[int]:
    """The units within reach whose passwords are closed; each closes those below it, too."""
    reach = units_in_scope(caller.actor, _RIGHT, local_day(caller.now))
    return [each.unit_id for each in password_rules.closed_units(caller.session, reach)]


def close(caller: Caller, unit_id: int, has_provider: bool) -> bool:
    """Let nobody of the unit and below enter by a password of ours; False where that holds already.

    Raises RuleBroken("unit", "no_provider") without another way in, RuleBroken("unit",
    "no_emergency_account") while nobody is named who still enters when the provider is down. Audited.
    """
    session = caller.session
    require_scope(session, caller.actor, _RIGHT, unit_id, local_day(caller.now))
    if password_rules.closed_unit(session, unit_id) is not None:
        return False
    if not has_provider:
        raise RuleBroken("unit", "no_provider")
    if not any(each.can_enter for each in password_rules.emergency_accounts(session)):
        raise RuleBroken("unit", "no_emergency_account")
    by = caller.actor.person_id
    session.add(ClosedPassword(unit_id=unit_id, closed_at=caller.now, closed_by=by))
    audit_log.record(caller, "password.closed", ("unit", unit_id))
    session.flush()
    return True


def open_again(caller: Caller, unit_id: int) -> bool:
    """Let passwords of ours hold again for the unit; False where they do. Audited."""
    session = caller.session
    require_scope(session, caller.actor, _RIGHT, unit_id, local_day(caller.now))
    row = password_rules.closed_unit(session, unit_id)
    if row is None:
        return False
    row.opened_at, row.opened_by = caller.now, caller.actor.person_id
    audit_log.record(caller, "password.opened", ("unit", unit_id))
    session.flush()
    return True


def open_everywhere(caller: Caller) -> int:
    """Open passwords of all units, from the server, when no provider is left; how many units."""
    caller.actor.must(_RIGHT)
    found = [each.unit_id for each in password_rules.closed_units(caller.session)]
    return sum(open_again(caller, unit_id) for unit_id in found)


def emergency_accounts(caller: Caller) -> list[NamedForEmergency]:
    """The accounts for an emergency within reach. Raises Forbidden without the right."""
    caller.actor.must(_RIGHT)
    if caller.actor.person_id is None:
        return password_rules.emergency_accounts(caller.session)
    within = access.belongs_to(caller.actor, _RIGHT, local_day(caller.now))
    return password_rules.emergency_accounts(caller.session, within)


def name_emergency(caller: Caller, person_id: int, reason: str) -> bool:
    """Let the person enter by password wherever passwords are closed; False where they may already.

    Raises NotFound out of reach, Forbidden("own_case"), RuleBroken("reason", "reason_needed").
    """
    access.reached(caller, _RIGHT, person_id)
    refuse_own(caller.actor, person_id)
    if not reason.strip():
        raise RuleBroken("reason", "reason_needed")
    if any(each.person_id == person_id for each in emergency_accounts(caller)):
        return False
    caller.session.add(
        EmergencyAccount(
            person_id=person_id,
            reason=reason.strip(),
            named_at=caller.now,
            named_by=caller.actor.person_id,
        )
    )
    audit_log.record(caller, "emergency.named", ("person", person_id))
    caller.session.flush()
    return True


def end_emergency(caller: Caller, account_id: int) -> bool:
    """End an account for an emergency; False where it has ended, or is out of reach.

    Raises Forbidden("own_case"), and Conflict("last_emergency") for the last that can be entered while
    passwords of a unit are closed.
    """
    session = caller.session
    row = next((each for each in emergency_accounts(caller) if each.id == account_id), None)
    if row is None:
        return False
    refuse_own(caller.actor, row.person_id)
    everywhere = password_rules.emergency_accounts(session)
    others = any(each.can_enter for each in everywhere if each.id != account_id)
    if not others and password_rules.closed_units(session):
        raise Conflict("last_emergency")
    password_rules.end_emergency(session, account_id, caller.actor.person_id, caller.now)
    audit_log.record(caller, "emergency.ended", ("person", row.person_id))
    return True


def must_be_open(session: Session, person_id: int, now: datetime) -> None:
    """Raise Conflict("password_closed") where the person may not enter by a password of ours."""
    if is_closed_for(session, person_id, now):
        raise Conflict("password_closed")
