"""Many new people at once: the same facts as one by one, some statements a thousand people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.bulk import insert_rows, new_ids
from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people.login_names import names_held
from learnapp.db.people.models import LoginName, Membership, Person
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Actor, Role
from learnapp.domain.people.names import clean_name, search_key, sort_key
from learnapp.domain.people.people import LoginKind, clean_login_name
from learnapp.domain.people.postings import USUAL_VISIT_DAYS
from learnapp.services.people import roles
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roles import NewGrant


@dataclass(frozen=True)
class Newcomer:
    """A person who is not here yet: login names as they were written, the post, the roles.

    A role comes with its unit and the line on which it holds for all below, None for the unit
    alone.
    """

    name: str
    logins: tuple[tuple[LoginKind, str], ...]
    post: MembershipSpec
    roles: tuple[tuple[Role, int, int | None], ...] = ()
    since: date | None = None  # the first day of the post; None: the day on which they come in

    @cached_property
    def spelt(self) -> dict[str, str]:
        """The name as it is stored, sorted and searched."""
        name = clean_name(self.name)
        return {"name": name, "sort_key": sort_key(name), "search_key": search_key(name)}

    @cached_property
    def cleaned(self) -> list[tuple[LoginKind, str]]:
        """The login names as they are stored. Raises RuleBroken of "login_name" for a bad one."""
        return [(kind, clean_login_name(raw)) for kind, raw in self.logins]

    def spell(self) -> None:
        """Work out how names are stored, so that nobody has to wait for it later."""
        _ = self.spelt, self.cleaned


def bring_in(caller: Caller, newcomers: Sequence[Newcomer]) -> list[int]:
    """Add the people with their login names, memberships and roles; ids in their order.

    Raises RuleBroken as `people.add_person`: name_needed; of "login_name" for a bad or taken one.
    """
    session, now = caller.session, caller.now
    if not newcomers:
        return []
    logins = [each.cleaned for each in newcomers]
    _refuse_taken(session, [name for each in logins for _, name in each])
    ids = _add_people(session, now, newcomers)
    today = local_day(now)
    insert_rows(session, LoginName, _login_rows(ids, logins, today, now))
    insert_rows(session, Membership, _member_rows(caller.actor, ids, newcomers, today, now))
    audit_log.record_each(caller, "person.added", "person", ids)
    by_unit: dict[int, list[int]] = {}
    for person_id, each in zip(ids, newcomers, strict=True):
        by_unit.setdefault(each.post.unit_id, []).append(person_id)
    for unit_id, joined in by_unit.items():
        audit_log.record_each(caller, "person.joined", "person", joined, unit=unit_id)
    for person_id, each in zip(ids, newcomers, strict=True):
        for role, unit_id, line_id in each.roles:
            visits = role is Role.INSPECTOR
            to_day = today + timedelta(days=USUAL_VISIT_DAYS) if visits else None
            roles.grant(caller, person_id, NewGrant(role, unit_id, line_id, today, to_day))
    return ids


def _refuse_taken(session: Session, logins: list[str]) -> None:
    """Refuse the first login name that somebody holds, or that two newcomers want."""
    held = names_held(session, logins)
    for login in logins:
        if login in held:
            raise RuleBroken("login_name", "login_name_taken", value=login)
        held.add(login)


def _add_people(session: Session, now: datetime, newcomers: Sequence[Newcomer]) -> list[int]:
    if not all(each.spelt["name"] for each in newcomers):
        raise RuleBroken("name", "name_needed")
    ids = list(new_ids(session, Person, len(newcomers)))
    rows = [
        {"id": n, **each.spelt, "recorded_at": now} for n, each in zip(ids, newcomers, strict=True)
    ]
    insert_rows(session, Person, rows)
    return ids


def _login_rows(
    ids: list[int], logins: list[list[tuple[LoginKind, str]]], today: date, now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "person_id": person_id,
            "name": name,
            "kind": kind,
            "valid_from": today,
            "recorded_at": now,
        }
        for person_id, each in zip(ids, logins, strict=True)
        for kind, name in each
    ]


def _member_rows(
    actor: Actor, ids: list[int], newcomers: Sequence[Newcomer], today: date, now: datetime
) -> list[dict[str, Any]]:
    return [
        {
            "person_id": person_id,
            "unit_id": each.post.unit_id,
            "line_id": each.post.line_id,
            "basis": each.post.basis,
            "category": each.post.category,
            "post": each.post.post,
            "counts": True,
            "valid_from": each.since or today,
            "recorded_at": now,
            "recorded_by": actor.person_id,
        }
        for person_id, each in zip(ids, newcomers, strict=True)
    ]
