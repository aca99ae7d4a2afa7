"""Shutting people out and letting them in: accounts, sessions, roles; each action may come twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from learnapp.db.accounts import access, sign_ins
from learnapp.db.accounts.access import UnfinishedAttempt
from learnapp.db.accounts.models import Credential, SignIn
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.identity import login_names_of
from learnapp.db.people.models import Grant, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, Forbidden, NotFound, RuleBroken
from learnapp.domain.core.own_case import refuse_own
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.people.people import clean_login_name


@dataclass(frozen=True)
class Account:
    """A person's account as those see it who may shut it."""

    person: Person
    units: list[str]
    login_names: list[str]
    has_password: bool
    has_code: bool
    sessions: list[SignIn]
    grants: Sequence[tuple[Grant, str]]
    attempts: list[UnfinishedAttempt]


def account_of(caller: Caller, person_id: int) -> Account:
    """The account of a person within reach, also of one who has retired. Raises NotFound."""
    session, now = caller.session, caller.now
    person = access.reached(caller, Permission.PEOPLE_READ, person_id, also_retired=True)
    return Account(
        person,
        access.units_listed(session, person_id, local_day(now)),
        login_names_of(session, person_id),
        session.get(Credential, person_id) is not None,
        access.has_code(session, person_id, now),
        sign_ins.sessions_of(session, person_id, now),
        access.grants_listed(session, person_id, local_day(now)),
        access.open_attempts(session, person_id),
    )


def person_by_login(session: Session, login: str) -> Person:
    """Who signs in by this name. Raises NotFound, RuleBroken for what can be no login name."""
    person = access.person_by_login(session, clean_login_name(login))
    if person is None:
        raise NotFound("person_unknown")
    return person


def reach_to_change(caller: Caller, permission: Permission, person_id: int) -> Person:
    """A person whose account the actor may change, locked. Raises as `may_change`."""
    return may_change(caller, permission, person_id, to_change=True)


def may_change(
    caller: Caller, permission: Permission, person_id: int, *, to_change: bool = False
) -> Person:
    """A person whose account the actor may change; locked only `to_change` it.

    Raises NotFound out of reach, Forbidden("own_case"), and Forbidden("person_above") for whom has
    a role over a unit that the actor does not reach: else an admin below could become one above.
    """
    person = access.reached(caller, permission, person_id, to_change=to_change)
    refuse_own(caller.actor, person_id)
    if access.holds_beyond(
        caller.session, caller.actor, permission, local_day(caller.now), person_id
    ):
        raise Forbidden("person_above")
    return person


def refusal_reason(caller: Caller, person_id: int) -> str | None:
    """The code of why the actor may change nothing on the account; None if they may."""
    try:
        may_change(caller, Permission.PEOPLE_ACTIVATE, person_id)
    except (Forbidden, NotFound) as refused:
        return refused.code
    return None


def disable(caller: Caller, person_id: int) -> bool:
    """The person may not sign in from now on, and is signed out everywhere; False if so already.

    Attempts, roles and all that was recorded stay: what is open runs out by the clock, and the
    answers held are counted. Raises Conflict("last_admin") besides the refusals of reaching.
    """
    session, now = caller.session, caller.now
    person = reach_to_change(caller, Permission.PEOPLE_DISABLE, person_id)
    if person.disabled_at is not None:
        return False
    today = local_day(now)
    access.lock_admins(session, today)
    for held in access.admin_grants(session, person_id, today):
        if not access.has_other_admin(session, held, today):
            raise Conflict("last_admin")
    person.disabled_at = now
    ended = access.end_sessions(session, [person_id], now)
    access.end_codes(session, [person_id], now)
    audit_log.record(caller, "person.disabled", ("person", person_id), sessions=ended)
    session.flush()
    return True


def enable(caller: Caller, person_id: int) -> bool:
    """The person may sign in again, by the password they had; False if they could already."""
    person = reach_to_change(caller, Permission.PEOPLE_DISABLE, person_id)
    if person.disabled_at is None:
        return False
    person.disabled_at = None
    audit_log.record(caller, "person.enabled", ("person", person_id))
    caller.session.flush()
    return True


def end_sessions(caller: Caller, person_id: int) -> int:
    """Sign the person out on every device at once; on how many they were signed in."""
    reach_to_change(caller, Permission.PEOPLE_ACTIVATE, person_id)
    ended = access.end_sessions(caller.session, [person_id], caller.now)
    if ended:
        about = ("person", person_id)
        audit_log.record(caller, "person.sessions_ended", about, sessions=ended)
    return ended


def end_grant(caller: Caller, person_id: int, grant_id: int, ends_on: date) -> bool:
    """End a role: its last day is the one before `ends_on`, today ends it at once; False if it
    ends by then already.

    A superseding row. Raises NotFound where the person or the unit is out of reach,
    RuleBroken("ends_on", "ends_in_the_past"), Conflict("last_admin").
    """
    session = caller.session
    reach_to_change(caller, Permission.GRANT_END, person_id)
    today = local_day(caller.now)
    found = _grant(session, caller.actor, today, person_id, grant_id)
    grant = access.newest_grant(session, found)
    if ends_on < today:
        raise RuleBroken("ends_on", "ends_in_the_past")
    if grant.valid_to is not None and grant.valid_to <= ends_on:
        return False
    access.lock_admins(session, today)
    _keep_an_admin(session, grant, today)
    session.add(ended(caller, grant, ends_on))
    about = {"role": grant.role, "unit": grant.unit_id, "ends_on": str(ends_on)}
    audit_log.record(caller, "role.ended", ("person", person_id), **about)
    session.flush()
    return True


def ended(caller: Caller, grant: Grant, ends_on: date) -> Grant:
    """The row that supersedes a grant so that its last day is the one before `ends_on`."""
    return Grant(
        person_id=grant.person_id,
        role=grant.role,
        unit_id=grant.unit_id,
        line_id=grant.line_id,
        valid_from=grant.valid_from,
        valid_to=max(grant.valid_from, ends_on),
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
        supersedes_id=grant.id,
    )


def _grant(session: Session, actor: Actor, today: date, person_id: int, grant_id: int) -> Grant:
    system = actor.person_id is None
    reach = None if system else units_in_scope(actor, Permission.GRANT_END, today)
    grant = access.grant_of(session, person_id, grant_id, reach)
    if grant is None:
        raise NotFound("grant_unknown")
    return grant


def _keep_an_admin(session: Session, grant: Grant, today: date) -> None:
    admins = {row.id for row in access.admin_grants(session, grant.person_id, today)}
    if grant.id in admins and not access.has_other_admin(session, grant, today, grant_alone=True):
        raise Conflict("last_admin")
