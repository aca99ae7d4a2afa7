"""Whom a row of a roster means: by login name, then by name and unit; and what it changes of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.people import roster_match, unit_paths
from learnapp.db.people.lines import default_line
from learnapp.db.people.login_names import logins_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.names import name_key
from learnapp.domain.people.people import clean_login_name
from learnapp.domain.people.roster_difference import (
    POSTING,
    Difference,
    Field,
    RecordedPerson,
    RowKind,
    WrittenPerson,
    contradicts,
    difference,
)
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.people.roster_file import (
    LOGIN_COLUMNS,
    ROLES,
    RosterFault,
    RosterRow,
    roles_in,
)
from learnapp.services.people.roster_rows import written_of
from learnapp.services.people.roster_units import unit_of, written_unit


@dataclass(frozen=True)
class Meaning:
    """What a row comes to: whom it means, in which unit, and what its page shows of it."""

    kind: RowKind
    person_id: int | None = None
    unit_id: int | None = None
    shown: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RosterCandidate:
    """Somebody recorded whom a row may mean, as a page names them."""

    person_id: int
    name: str
    login: str
    unit: str


@dataclass(frozen=True)
class _Known:
    """What the database has of the people whom the rows of a part may mean."""

    holders: Mapping[str, int]
    bearers: Mapping[tuple[str, int], Sequence[int]]
    people: Mapping[int, RecordedPerson]


class RosterMatching:
    """Finds whom the rows of a file mean, part by part, each person once. It only reads."""

    def __init__(self, caller: Caller, tree: UnitNames) -> None:
        self._tree, self._day = tree, local_day(caller.now)
        self._line_id = default_line(caller.session).id
        self._seen: dict[int, int] = {}  # person → row

    def match(self, session: Session, rows: Sequence[RosterRow]) -> list[Meaning]:
        """What each of the rows comes to; what is doubtful is added to its troubles."""
        written = [self._written(row) for row in rows]
        logins = [_logins(row) for row in rows]
        known = self._known(session, [each for each in written if each is not None], logins)
        found = []
        for row, says, names in zip(rows, written, logins, strict=True):
            found.append(self._meaning(row, says, names, known))
        return self._named(session, rows, found, known)

    def _written(self, row: RosterRow) -> WrittenPerson | None:
        """What the row says; None where that cannot be read, with its trouble noted."""
        words = all(word in ROLES for word, _ in roles_in(row.fields))
        if not row.fields.get("unit") or not row.fields.get("name"):
            return None
        if not words or _is_unreadable(row):
            unit_of(self._tree, row, written_unit(row.fields))
            return None
        return written_of(self._tree, row, self._line_id)

    def _known(
        self, session: Session, written: list[WrittenPerson], logins: list[list[str]]
    ) -> _Known:
        holders = roster_match.holders(session, [each for some in logins for each in some])
        names = {each.name for each in written}
        units = {each.unit_id for each in written if each.unit_id > 0}
        bearers = roster_match.bearers(session, names, units, self._line_id, self._day)
        ids = {*holders.values(), *(each for some in bearers.values() for each in some)}
        people = roster_match.recorded(session, ids, self._line_id, self._day)
        return _Known(holders, bearers, people)

    def _meaning(
        self, row: RosterRow, written: WrittenPerson | None, logins: list[str], known: _Known
    ) -> Meaning:
        held = {known.holders[each]: each for each in logins if each in known.holders}
        unit_id = written.unit_id if written else None
        if len(held) > 1:
            _trouble(row, "logins_of_two", value=sorted(held.values()))
            return Meaning(RowKind.DOUBTFUL, None, unit_id)
        for person_id, login in held.items():
            return self._by_login(row, written, login, known.people[person_id])
        if written is None:
            return Meaning(RowKind.DOUBTFUL, None, None)
        alike = known.bearers.get((written.name, written.unit_id), ())
        alike = [each for each in alike if each not in self._seen]
        if len(alike) == 1 and not contradicts(written.logins, known.people[alike[0]].logins):
            row.troubles = [each for each in row.troubles if each.code != "login_name_needed"]
            return self._matched(row, written, known.people[alike[0]])
        if alike:
            _trouble(row, "namesake")
            return Meaning(RowKind.DOUBTFUL, None, unit_id, {"candidates": alike})
        return Meaning(RowKind.NEW, None, unit_id)

    def _by_login(
        self, row: RosterRow, written: WrittenPerson | None, login: str, person: RecordedPerson
    ) -> Meaning:
        unit_id = written.unit_id if written else None
        if person.unit_id is None or not self._tree.knows(person.unit_id):
            _trouble(row, "login_name_taken", value=login)
        elif person.person_id in self._seen:
            _trouble(row, "person_twice", other=self._seen[person.person_id])
        elif written is not None and name_key(written.name) != name_key(person.name):
            _trouble(row, "login_of_another", value=login, name=person.name)
            self._seen[person.person_id] = row.row
            shown = {"candidates": [person.person_id]}
            return Meaning(RowKind.DOUBTFUL, person.person_id, unit_id, shown)
        elif written is not None:
            return self._matched(row, written, person)
        else:
            self._seen[person.person_id] = row.row
        return Meaning(RowKind.DOUBTFUL, None, unit_id)

    def _matched(self, row: RosterRow, written: WrittenPerson, person: RecordedPerson) -> Meaning:
        self._seen[person.person_id] = row.row
        found = difference(written, person)
        shown = {"changes": list(self._changes(found, written, person))}
        return Meaning(found.kind, person.person_id, written.unit_id, shown)

    def _changes(
        self, found: Difference, written: WrittenPerson, person: RecordedPerson
    ) -> list[dict[str, str]]:
        """What becomes of what, as a page shows it: codes, and units by their shortest path."""
        pairs: list[tuple[Field, str, str, str]] = []
        if Field.SERVICE in found.fields:
            pairs.append((Field.SERVICE, "", "retired", "serving"))
        if Field.NAME in found.fields:
            pairs.append((Field.NAME, "", person.name, written.name))
        if Field.UNIT in found.fields:
            pairs.append((Field.UNIT, "", self._unit(person.unit_id), self._unit(written.unit_id)))
        if Field.BASIS in found.fields:
            pairs.append((Field.BASIS, "", person.basis, written.basis or ""))
        if Field.CATEGORY in found.fields:
            pairs.append((Field.CATEGORY, "", person.category, written.category or ""))
        if Field.POST in found.fields:
            pairs.append((Field.POST, "", person.post, written.post or ""))
        if found.fields & POSTING and written.since is not None:
            pairs.append((Field.SINCE, "", "", written.since.isoformat()))
        for kind, name in found.logins.items():
            pairs.append((Field.LOGIN, kind, person.logins.get(kind, ""), name))
        for role, unit_id, _line in found.roles:
            pairs.append((Field.ROLE, role, "", self._unit(unit_id)))
        names = ("field", "of", "before", "after")
        return [dict(zip(names, map(str, each), strict=True)) for each in pairs]

    def _unit(self, unit_id: int | None) -> str:
        return self._tree.shortest(unit_id) if unit_id is not None else ""

    def _named(
        self, session: Session, rows: Sequence[RosterRow], found: list[Meaning], known: _Known
    ) -> list[Meaning]:
        """The meanings with the people whom a row may mean as a page names them."""
        ids = {each for meaning in found for each in meaning.shown.get("candidates", ())}
        if not ids:
            return found
        logins = logins_of(session, ids)
        named = []
        for meaning in found:
            may_be = [
                {
                    "person": each,
                    "name": known.people[each].name,
                    "login": logins.get(each, ""),
                    "unit": self._unit(known.people[each].unit_id),
                }
                for each in meaning.shown.get("candidates", ())
            ]
            shown = {**meaning.shown, "candidates": may_be} if may_be else meaning.shown
            named.append(Meaning(meaning.kind, meaning.person_id, meaning.unit_id, shown))
        return named

    def gone(self, session: Session, units: Collection[int] | Select[int]) -> list[RosterCandidate]:
        """Those who count in these units and whom no row means, unit by unit."""
        if isinstance(units, set) and not units:
            return []
        serving = roster_match.serving_in(session, units, self._line_id, self._day)
        left = [each for each in serving if each.person_id not in self._seen]
        logins = logins_of(session, [each.person_id for each in left])
        names = unit_paths.labels(session, {each.unit_id for each in left}, self._day)
        return [
            RosterCandidate(
                each.person_id, each.name, logins.get(each.person_id, ""), names[each.unit_id]
            )
            for each in left
        ]


def _logins(row: RosterRow) -> list[str]:
    """The cleaned login names that have the right shape; with the zeros that Excel may have eaten."""
    padded = {
        fault.params["column"]: fault.params["proposed"]
        for fault in row.troubles
        if fault.code == "zeros_eaten"
    }
    found = []
    for kind in LOGIN_COLUMNS:
        if raw := padded.get(kind) or row.fields.get(kind):
            try:
                found.append(clean_login_name(raw))
            except RuleBroken:
                continue
    return found


_UNREADABLE = {"identity_card", "login_name_shape", "unit_unknown", "unit_ambiguous"}


def _is_unreadable(row: RosterRow) -> bool:
    """Whether a login name of the row has no right shape, or a role's unit is not one."""
    return any(each.code in _UNREADABLE for each in row.troubles)


def _trouble(row: RosterRow, code: str, **params: Any) -> None:
    row.troubles.append(RosterFault(code, row.sheet, row.row, params))
