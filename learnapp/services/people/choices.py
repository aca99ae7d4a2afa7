"""People and units as forms take them: by login name, by a name that means one, or both."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.people import login_names, unit_paths, unit_trees
from learnapp.db.people import units as unit_queries
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.names import clean_login, clean_name, name_and_login
from learnapp.domain.people.unit_order import in_tree_order

_BETWEEN = re.compile(r"[\n,，;；、]+")


@dataclass(frozen=True)
class _Found:
    """What the written words mean among the people within reach."""

    by_login: dict[str, int]
    by_name: dict[str, set[int]]

    def means(self, written: str) -> set[int] | None:
        """Whom one entry means; None where it means nobody as a whole."""
        if person := self.by_login.get(clean_login(written)):
            return {person}
        if people := self.by_name.get(clean_name(written)):
            return people
        if both := name_and_login(written):
            name, login = both
            person = self.by_login.get(clean_login(login))
            if person is not None and person in self.by_name.get(clean_name(name), ()):
                return {person}
        return None


def people_named(caller: Caller, permission: Permission, text: str) -> list[int]:
    """The people within reach whom entries mean, one a line or a comma: a login name, a name that
    only one person has there, or 姓名（登录名）.

    Raises RuleBroken("people", "people_unknown", names=…) with the entries that mean nobody there,
    RuleBroken("people", "people_ambiguous", name=…, choices=…) for a name of several people.
    """
    entries = [each.strip() for each in _BETWEEN.split(text) if each.strip()]
    found = _look_up(caller, permission, entries)
    chosen: list[int] = []
    missing: list[str] = []
    for entry in entries:
        whole = found.means(entry)
        parts = [entry] if whole is not None else entry.split()
        for part in parts:
            meant = found.means(part)
            if meant is None:
                missing.append(part)
            elif len(meant) > 1:
                choices = _choices(caller.session, meant, clean_name(part))
                raise RuleBroken("people", "people_ambiguous", name=part, choices=choices)
            else:
                chosen.extend(meant)
    if missing:
        raise RuleBroken("people", "people_unknown", names=list(dict.fromkeys(missing)))
    return list(dict.fromkeys(chosen))


def meanings(caller: Caller, permission: Permission, entries: list[str]) -> dict[str, set[int]]:
    """Whom each entry may mean among the people within reach; nobody where it is left out."""
    found = _look_up(caller, permission, entries)
    meant = {each: found.means(each) for each in entries}
    return {each: people for each, people in meant.items() if people}


def _choices(session: Session, people: set[int], name: str) -> list[tuple[str, str]]:
    logins = login_names.logins_of(session, people)
    return [(name, logins.get(each, "—")) for each in sorted(people)[:5]]


def _look_up(caller: Caller, permission: Permission, entries: list[str]) -> _Found:
    """All login names and names that the entries may hold, in one statement for 500 of each."""
    written = {part for entry in entries for part in (entry, *entry.split())}
    for entry in list(written):
        written |= set(name_and_login(entry) or ())
    day = local_day(caller.now)
    reach = units_in_scope(caller.actor, permission, day)
    logins = {clean_login(each) for each in written} - {""}
    names = {clean_name(each) for each in written} - {""}
    return _Found(
        login_names.holders_within(caller.session, logins, reach, day),
        login_names.bearers_within(caller.session, names, reach, day),
    )


def units_within(caller: Caller, permission: Permission) -> list[tuple[int, str, int]]:
    """(id, name, depth) of the units within reach in the order of the tree, for a choice on a form.

    Of two that share a name each is named with what is above it.
    """
    session = caller.session
    line, day = default_line(session), local_day(caller.now)
    parents = unit_trees.parents_on(session, line.id, day)
    reach = units_in_scope(caller.actor, permission, day)
    rows = unit_queries.open_units_within(session, reach)
    names = unit_paths.labels(session, [row.id for row in rows], day)
    order = in_tree_order([(row.id, row.level, row.sort_key) for row in rows], parents)
    return [(unit_id, names[unit_id], depth) for unit_id, depth in order]
