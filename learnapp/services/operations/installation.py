"""Setting up: the default line, the first unit, the first admin; facts about the installation."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations.models import Setting
from learnapp.db.people import units as unit_queries
from learnapp.db.people.lines import default_line_if_any
from learnapp.db.people.models import Membership, Unit
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.names import LONGEST_NAME
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.services.accounts import activation
from learnapp.services.people import people, roles
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roles import NewGrant


def create_admin(
    session: Session, now: datetime, unit_name: str, name: str, login_name: str
) -> str:
    """A first (or further) admin over a unit, made if there is none at all; the one-time code.

    Raises RuleBroken: `name_needed`, `unit_needed`, `unit_unknown`, `unit_ambiguous`,
    `value_too_long`, and what a login name may break.
    """
    unit_name, name = _named("unit", unit_name), _named("name", name)
    line = default_line_if_any(session)
    if line is None:
        line = people.add_line(session, "default", "块", "Local line", True)
    unit = _unit_called(session, unit_name)
    if unit is None:
        unit = people.add_unit(Caller(session, SYSTEM, now), unit_name, UnitKind.COMMISSION, 1)
        long_ago = date(local_day(now).year - 1, 1, 1)
        people.place_unit(Caller(session, SYSTEM, now), line.id, None, unit.id, long_ago)
    person = people.add_person(
        Caller(session, SYSTEM, now), name, [(LoginKind.STAFF_NUMBER, login_name)]
    )
    today = local_day(now)
    roles.grant(
        Caller(session, SYSTEM, now), person.id, NewGrant(Role.ADMIN, unit.id, line.id, today)
    )
    session.flush()
    # An admin serves the programme and is asked nothing by it: a membership that does not count.
    post = MembershipSpec(unit.id, line.id)
    session.add(
        Membership(
            person_id=person.id,
            unit_id=post.unit_id,
            line_id=post.line_id,
            basis=post.basis,
            category=post.category,
            counts=False,
            valid_from=today,
            recorded_at=now,
        )
    )
    return activation.issue(Caller(session, SYSTEM, now), [person.id])[person.id]


def _named(field: str, text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise RuleBroken(field, f"{field}_needed")
    if len(text) > LONGEST_NAME:
        raise RuleBroken(field, "value_too_long", most=LONGEST_NAME)
    return text


def _unit_called(session: Session, name: str) -> Unit | None:
    """The unit of this name; None when there is no unit at all, which is when the first is made."""
    found = unit_queries.units_named(session, name, 2)
    if len(found) > 1:
        raise RuleBroken("unit", "unit_ambiguous", value=name)
    if not found and unit_queries.topmost_unit(session) is not None:
        raise RuleBroken("unit", "unit_unknown", value=name)
    return found[0] if found else None


def setting(session: Session, name: str) -> Any:
    """A fact about this installation, or None."""
    row = session.get(Setting, name)
    return row.value if row else None


def set_setting(session: Session, name: str, value: Any) -> None:
    """Record a fact about this installation."""
    row = session.get(Setting, name)
    if row is None:
        session.add(Setting(name=name, value=value))
    else:
        row.value = value
    session.flush()
