"""Roster imports staged: which unit each row means, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.files import imports as import_queries
from learnapp.db.files.imports import StagedRow
from learnapp.db.files.models import ImportJob, ImportRow, StoredFile
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of, require_scope, units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Actor, Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.people.names import name_key
from learnapp.domain.people.people import clean_login_name
from learnapp.domain.people.roster_difference import RosterScope, RowChoice, RowKind, usual_choice
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found
from learnapp.services.people.roster_file import (
    LOGIN_COLUMNS,
    UNIT_SHEET,
    Roster,
    RosterFault,
    RosterRow,
    roles_in,
)
from learnapp.services.people.roster_matching import Meaning, RosterCandidate, RosterMatching
from learnapp.services.people.roster_units import place_unit, unit_of, units_there

_LISTED = 100  # people with roles over other units that a preview lists


class RosterStaging:
    """Turns a workbook, part by part in its order, into rows to stage: each with what it comes to beside
    what is recorded, and with what is wrong. It only reads."""

    def __init__(
        self, caller: Caller, owner_unit_id: int, scope: RosterScope = RosterScope.ADDITIONS
    ) -> None:
        self._tree = units_there(caller)
        self._matching = RosterMatching(caller, self._tree)
        self._actor, self._day = caller.actor, local_day(caller.now)
        self._owner, self.scope = owner_unit_id, scope
        self._counts: Counter[str] = Counter()
        self._ordinal = 0
        self._with_roles: list[int] = []
        self._units: set[int] = set()  # that the file lists people of
        self._new: dict[str, list[int]] = {}  # ordinals of the new people by name

    def rows(self, session: Session, part: Roster) -> list[dict[str, Any]]:
        """The rows of the part that comes next."""
        kinds = []
        named = Counter(row.fields.get("name", "") for row in part.units)
        for row in part.units:
            there = [each for each in self._tree.find(row.fields.get("name", "")) if each > 0]
            place = place_unit(self._tree, row, self._owner)
            once = len(there) == 1 and named[row.fields.get("name", "")] == 1
            if place is not None and place < 0 and once and self.scope is not RosterScope.ADDITIONS:
                path = self._tree.path(there[0])
                row.troubles.append(
                    RosterFault("unit_elsewhere", row.sheet, row.row, {"value": path})
                )
            kinds.append(RowKind.UNIT if place is None or place < 0 else RowKind.UNCHANGED)
        for row in part.people:
            _name_role_units(self._tree, row)
        staged = [self._staged(*each) for each in zip(part.units, kinds, strict=True)]
        meanings = self._matching.match(session, part.people)
        for row, meaning in zip(part.people, meanings, strict=True):
            staged.append(self._staged(row, meaning.kind, meaning))
            self._units.add(meaning.unit_id or 0)
        return staged

    def _staged(
        self, row: RosterRow, kind: RowKind, meaning: Meaning | None = None
    ) -> dict[str, Any]:
        outcome = "to_confirm" if row.troubles else "ready"
        self._counts.update((outcome, "units" if row.sheet == UNIT_SHEET else "people"))
        self._ordinal += 1
        new = kind is RowKind.NEW
        if new and row.fields.get("roles_over") and len(self._with_roles) < _LISTED:
            self._with_roles.append(self._ordinal)
        if new and not row.troubles:
            self._new.setdefault(name_key(row.fields["name"]), []).append(self._ordinal)
        kind = RowKind.DOUBTFUL if row.troubles else kind
        decision = usual_choice(self.scope, kind)
        twin = meaning.person_id if meaning else None
        if twin is not None and twin == self._actor.person_id:
            decision = RowChoice.LEAVE  # nobody changes their own post
        if meaning is not None and meaning.shown:
            row.fields |= meaning.shown
        return {
            "ordinal": self._ordinal,
            "place": {"sheet": row.sheet, "row": row.row},
            "outcome": outcome,
            "reasons": [{"code": t.code, "params": t.params} for t in row.troubles],
            "record": row.fields,
            "raw": "",
            "type": kind,
            "twin": {"person": twin} if twin is not None else None,
            "decision": decision,
        }

    def gone(self, session: Session) -> list[dict[str, Any]]:
        """When all parts are staged: rows of those who serve where the file speaks of and are not in it."""
        spoken_of = self._spoken_of(session)
        return [self._gone(each) for each in self._matching.gone(session, spoken_of)]

    def _spoken_of(self, session: Session) -> set[int] | Select[int]:
        """The units of which the file has everybody."""
        if self.scope is RosterScope.UNITS:
            return {each for each in self._units if each > 0}
        if self.scope is RosterScope.ADDITIONS:
            return set()
        reach = units_in_scope(self._actor, Permission.ROSTER_IMPORT, self._day)
        line_id = default_line(session).id
        return unit_trees.subtree_within(self._owner, line_id, self._day, reach)

    def _gone(self, serving: RosterCandidate) -> dict[str, Any]:
        self._ordinal += 1
        self._counts.update(("ready", "gone"))
        record = {"name": serving.name, "unit": serving.unit, "login": serving.login}
        return {
            "ordinal": self._ordinal,
            "place": {"sheet": "", "row": 0},
            "outcome": "ready",
            "reasons": [],
            "record": record,
            "raw": "",
            "type": RowKind.GONE,
            "twin": {"person": serving.person_id},
            "decision": RowChoice.LEAVE,
        }

    def namesakes(self, gone: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
        """The new people who may be somebody gone, having the same name: by ordinal, with whom."""
        found: dict[int, list[dict[str, Any]]] = {}
        for row in gone:
            about = {**row["record"], "person": row["twin"]["person"]}
            for ordinal in self._new.get(name_key(about["name"]), ()):
                found.setdefault(ordinal, []).append(about)
        return found

    def keep(
        self, session: Session, job: ImportJob, namesakes: Mapping[int, list[dict[str, Any]]]
    ) -> None:
        """Note on the job what its page says of all rows, and whom new people may be."""
        for row in import_queries.rows_at(session, job.id, namesakes):
            row.outcome, row.type = "to_confirm", RowKind.DOUBTFUL
            row.decision = RowChoice.LEAVE
            row.reasons = [{"code": "namesake", "params": {}}]
            row.record = {**row.record, "candidates": namesakes[row.ordinal]}
        self._counts.update({"to_confirm": len(namesakes), "ready": -len(namesakes)})
        job.total = self._ordinal
        job.counts = {"units": 0, "people": 0, **self._counts}
        job.settings = {**job.settings, "with_roles": self._with_roles, "scope": self.scope}


def stage_roster(
    caller: Caller, file: StoredFile, staging: RosterStaging, rows: list[dict[str, Any]]
) -> ImportJob:
    """Stage a workbook that was read at once, and the rows that `RosterStaging` made of it."""
    today = local_day(caller.now)
    permission = Permission.ROSTER_IMPORT
    require_scope(caller.session, caller.actor, permission, file.owner_unit_id, today)
    gone = staging.gone(caller.session)
    job = staged_imports.stage(caller, ImportKind.ROSTER, file, Found([*rows, *gone]))
    staging.keep(caller.session, job, staging.namesakes(gone))
    return job


def begin(caller: Caller, file: StoredFile, scope: RosterScope) -> ImportJob:
    """An import whose workbook is still to be read; it can be cancelled from now on."""
    today = local_day(caller.now)
    permission = Permission.ROSTER_IMPORT
    require_scope(caller.session, caller.actor, permission, file.owner_unit_id, today)
    job = staged_imports.new_job(caller, ImportKind.ROSTER, file, JobState.READING)
    job.settings = {"scope": scope}
    audit_log.record(caller, "import.begun", ("import", job.id), kind=ImportKind.ROSTER)
    return job


def staging_of(session: Session, now: datetime, job_id: int) -> RosterStaging:
    """What stages the workbook of a job, for the reach of who uploaded it."""
    job = session.get_one(ImportJob, job_id)
    actor = Actor(job.created_by, grants_of(session, job.created_by, local_day(now)))
    scope = RosterScope(job.settings.get("scope", RosterScope.ADDITIONS))
    return RosterStaging(Caller(session, actor, now), job.owner_unit_id, scope)


def finish_reading(
    session: Session,
    job_id: int,
    staging: RosterStaging,
    namesakes: Mapping[int, list[dict[str, Any]]],
) -> None:
    """reading → staged, when all parts are staged, and those who are gone."""
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    if job.state == JobState.READING:
        staging.keep(session, job, namesakes)
        job.state = JobState.STAGED


def _name_role_units(tree: UnitNames, row: RosterRow) -> None:
    """Find the units that the row's roles name, and keep what they mean for the preview."""
    named = [(word, unit) for word, unit in roles_in(row.fields) if unit]
    found = [(word, unit_of(tree, row, unit)) for word, unit in named]
    row.fields["roles_over"] = [
        {"role": word, "unit": tree.shortest(unit_id)}
        for word, unit_id in found
        if unit_id is not None
    ]


def first_login_of(row: ImportRow | StagedRow) -> str:
    """The login name by which a row's person is told apart; as written where it is none yet."""
    found = next((row.record[kind] for kind in LOGIN_COLUMNS if row.record.get(kind)), "")
    try:
        return clean_login_name(found)
    except RuleBroken:
        return str(found)
