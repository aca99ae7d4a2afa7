"""People whose account waits: without a password, or with a code that nobody used."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from learnapp.db.accounts.code_choice import has_open_code, has_password
from learnapp.db.core.caller import Caller
from learnapp.db.core.temporal import in_force
from learnapp.db.core.waiting import Waiting
from learnapp.db.people.models import Membership, Person
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission


def count_people(caller: Caller, permission: Permission, condition: ColumnElement[bool]) -> Waiting:
    """The people who count in units within reach today and meet a condition on Person."""
    today = local_day(caller.now)
    here = select(Membership.person_id).where(
        Membership.unit_id.in_(units_in_scope(caller.actor, permission, today)),
        Membership.counts.is_(True),
        in_force(Membership, today),
    )
    wanted = select(func.count()).where(
        Person.id.in_(here),
        Person.retired_at.is_(None),
        Person.disabled_at.is_(None),
        condition,
    )
    return Waiting(caller.session.scalar(wanted.select_from(Person)) or 0)


def without_account(caller: Caller) -> ColumnElement[bool]:
    """Condition on a person: neither a password nor a code by which to set one."""
    return ~has_password() & ~has_open_code(caller.now)


def with_unused_code(caller: Caller) -> ColumnElement[bool]:
    """Condition on a person: no password yet, though a code was handed out."""
    return ~has_password() & has_open_code(caller.now)
