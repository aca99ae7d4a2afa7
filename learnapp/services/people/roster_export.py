"""The roster as it is recorded, in the form in which it is brought in: read again, it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit_log
from learnapp.db.people import roster_match, unit_trees
from learnapp.db.people import units as unit_queries
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import require_scope, units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission, Role
from learnapp.domain.people.people import LoginKind
from learnapp.domain.people.roster_difference import RecordedPerson
from learnapp.domain.people.unit_names import UnitNames
from learnapp.reports.roster_template import RosterSheets
from learnapp.services.people.roster_file import BASES, CATEGORIES, KINDS, ROLES
from learnapp.services.people.roster_rows import OVER_SUBTREE
from learnapp.services.people.roster_units import units_there

_RIGHT = Permission.ROSTER_IMPORT
Word = TypeVar("Word", bound=StrEnum)


def _words(known: Mapping[str, Word]) -> dict[str, str]:
    """One word for the code of each meaning, though several are understood."""
    return {meaning.value: word for word, meaning in list(known.items())[::-1]}


_KIND_WORDS, _CATEGORY_WORDS = _words(KINDS), _words(CATEGORIES)
_BASIS_WORDS, _ROLE_WORDS = _words(BASES), _words(ROLES)


def blank(caller: Caller) -> RosterSheets:
    """The workbook to fill in: without rows, with the units within reach to choose from."""
    caller.actor.must(_RIGHT)
    tree = units_there(caller)
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, _RIGHT, day)
    found = unit_queries.open_units_within(caller.session, reach)
    return RosterSheets(words=_offered([tree.shortest(each.id) for each in found]))


def _offered(units: list[str]) -> dict[str, list[str]]:
    return {
        "上级单位": units,
        "单位": units,
        "角色单位": units,
        "类别": list(dict.fromkeys(KINDS)),
        "人员类别": list(CATEGORIES),
        "任职依据": list(dict.fromkeys(_BASIS_WORDS.values())),
        "角色": [word for role, word in _ROLE_WORDS.items() if role is not Role.OFFICER],
    }


def as_recorded(caller: Caller, unit_id: int) -> RosterSheets:
    """The units below a unit and everybody who counts in it or below it within reach today.

    Raises Forbidden, NotFound out of reach.
    """
    session, day = caller.session, local_day(caller.now)
    require_scope(session, caller.actor, _RIGHT, unit_id, day)
    tree, line_id = units_there(caller), default_line(session).id
    within = unit_trees.subtree_within(
        unit_id, line_id, day, units_in_scope(caller.actor, _RIGHT, day)
    )
    units = [
        (each.name, tree.shortest(tree.parent(each.id)), _KIND_WORDS.get(each.kind, ""), each.name_en or "")
        for each in unit_queries.open_units_within(session, within)
        if each.id != unit_id
    ]  # fmt: skip
    serving = roster_match.serving_in(session, within, line_id, day)
    people = roster_match.recorded(session, [each.person_id for each in serving], line_id, day)
    rows = [_row(people[each.person_id], tree, line_id) for each in serving]
    names = [tree.shortest(each) for each in {each.unit_id for each in serving}]
    return RosterSheets(units, rows, _offered(sorted({*names, *(unit[1] for unit in units)})))


def _row(person: RecordedPerson, tree: UnitNames, line_id: int) -> tuple[str, ...]:
    logins = [
        person.logins.get(kind, "")
        for kind in (LoginKind.BADGE, LoginKind.STAFF_NUMBER, LoginKind.MOBILE)
    ]
    roles = "、".join(
        f"{_ROLE_WORDS[role]}@{tree.shortest(unit_id)}"
        for role, unit_id, line in sorted(person.roles, key=str)
        if tree.knows(unit_id)
        and role in _ROLE_WORDS
        and line == (line_id if role in OVER_SUBTREE else None)
    )
    unit = tree.shortest(person.unit_id) if person.unit_id else ""
    words = (_CATEGORY_WORDS.get(person.category, ""), _BASIS_WORDS.get(person.basis, ""))
    return (person.name, *logins, unit, *words, person.post, "", roles, "")


def note_exported(caller: Caller, unit_id: int, count: int) -> None:
    """Record that the roster of a unit was taken out, with so many people."""
    audit_log.record(caller, "roster.exported", ("unit", unit_id), count=count)
