"""Two branches with admins of their own, for tests of whose account reaches how far."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

from learnapp.db.core.caller import Caller
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import NOW, build

DAY = date(2026, 1, 1)


class Town:
    """Two branches under the top unit, each with an admin and two people without a password."""

    def __init__(self, session):
        self.staff, self.top, *_ = build(session)
        self.admin = Actor(1, grants_of(session, 1, local_day(NOW)))
        self.line = default_line(session).id
        self.branch, self.people, self.admins = {}, {}, {}
        for name in ("西城分局", "东城分局"):
            unit = people.add_unit(Caller(session, SYSTEM, NOW), name, "police", 2)
            people.place_unit(Caller(session, SYSTEM, NOW), self.line, self.top, unit.id, DAY)
            self.branch[name] = unit.id
            self.people[name] = [self.join(session, unit.id, f"{name}{n}") for n in "乙甲"]
            chief = self.join(session, unit.id, f"{name}管理员", Role.ADMIN)
            self.admins[name] = Actor(chief, grants_of(session, chief, local_day(NOW)))

    def join(self, session, unit_id, name, role=None):
        """Somebody of a unit, with a role over it and all below."""
        login = f"p{sha256(name.encode()).hexdigest()[:8]}"
        made = people.add_person(Caller(session, SYSTEM, NOW), name, [(LoginKind.BADGE, login)])
        people.join(
            Caller(session, SYSTEM, NOW), made.id, people.MembershipSpec(unit_id, self.line), DAY
        )
        if role is not None:
            roles.grant(
                Caller(session, SYSTEM, NOW), made.id, NewGrant(role, unit_id, self.line, DAY)
            )
        session.flush()
        return made.id
