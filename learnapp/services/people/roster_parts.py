"""A confirmed roster coming in, part by part: checked whole, then units, people, the places of their codes.

What was begun goes on after a stop: a roster comes in whole. Only a row whose login name somebody else
got, or whose unit got a namesake, while the rows before it came in is left out, and the page of the
import names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.accounts import code_sheets as code_queries
from learnapp.db.accounts.models import CodeSheet
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.files import imports as import_queries
from learnapp.db.files.imports import StagedRow
from learnapp.db.files.models import ImportJob
from learnapp.db.people import roster_match, unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.login_names import names_held
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.files.imports import JobState
from learnapp.domain.people.people import UnitKind
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.accounts import code_sheets
from learnapp.services.files import staged_imports
from learnapp.services.people import people
from learnapp.services.people.newcomers import Newcomer, bring_in
from learnapp.services.people.roster_changes import RosterChange, carry_out
from learnapp.services.people.roster_file import KINDS, UNIT_SHEET, RosterFault
from learnapp.services.people.roster_rows import (
    again_of,
    is_gone,
    logins_of,
    meant,
    newcomer,
    person_meant,
    written_of,
)
from learnapp.services.people.roster_units import place_unit, units_there

PART = 30  # people of one transaction, where nobody says how many
UNITS = 8  # units of one transaction
CHECKED = 1_000  # rows looked at in one reading transaction
_CHANGED = 500  # rows of which the outcome is changed in one transaction


@dataclass(frozen=True)
class RosterPart:
    """The rows of a roster that come next: units to be made, or people with what they mean, new ones and
    those who are there, after one ordinal, up to another; the rows that mean nobody any more, with why."""

    job_id: int
    after: int
    until: int
    units: Sequence[StagedRow] = ()
    people: Sequence[tuple[int, Newcomer]] = ()
    changes: Sequence[tuple[int, RosterChange]] = ()
    left: Sequence[tuple[int, RosterFault]] = field(default=())

    @property
    def is_last(self) -> bool:
        """Whether no row is left."""
        return self.until == self.after


class RosterUnits:
    """The units within reach of who brings a roster in, read again only when any has changed."""

    def __init__(self) -> None:
        self._seen: Any = None
        self._tree = UnitNames()

    def tree(self, caller: Caller) -> UnitNames:
        """The tree as it is now."""
        seen = (caller.actor, local_day(caller.now), unit_trees.stamp(caller.session))
        if seen != self._seen:
            self._tree, self._seen = units_there(caller), seen
        return self._tree

    def keep(self, caller: Caller) -> None:
        """The tree has what this transaction made: on SQLite, where nobody else writes meanwhile."""
        if caller.session.get_bind().dialect.name == "sqlite":
            today = local_day(caller.now)
            self._seen = (caller.actor, today, unit_trees.stamp(caller.session))


def next_part(
    session: Session,
    now: datetime,
    job_id: int,
    units: RosterUnits | None = None,
    size: int = PART,
) -> RosterPart | None:
    """The rows that come in next, at most `size` people; none of them after the last row, None when
    nothing is entering. What takes long is done here, before the write lock is taken."""
    job = session.get(ImportJob, job_id)
    if job is None or job.state != JobState.ENTERING:
        return None
    after = job.settings["entering"]["after"]
    rows = import_queries.rows_to_enter(session, job_id, after, size)
    first = [row for row in rows if row.place["sheet"] == UNIT_SHEET][:UNITS]
    tree = (units or RosterUnits()).tree(_acting(session, now, job))
    if first:  # they stand before all people
        return RosterPart(job_id, after, first[-1].ordinal, first)
    return _people_of(session, tree, job_id, after, rows)


def _people_of(
    session: Session, tree: UnitNames, job_id: int, after: int, rows: Sequence[StagedRow]
) -> RosterPart:
    """The part of these rows of people."""
    newcomers: list[tuple[int, Newcomer]] = []
    changes: list[tuple[int, RosterChange]] = []
    left: list[tuple[int, RosterFault]] = []
    line_id = default_line(session).id
    for row in rows:
        if is_gone(row):
            changes.append((row.ordinal, RosterChange(row.twin["person"], None)))
            continue
        again, person_id = again_of(row), person_meant(row)
        found = newcomer(tree, again, line_id)
        if found is None:
            left.append((row.ordinal, again.troubles[0]))
        elif person_id is None:
            found.spell()
            newcomers.append((row.ordinal, found))
        else:
            written = written_of(tree, again, line_id)
            changes.append((row.ordinal, RosterChange(person_id, written)))
    until = rows[-1].ordinal if rows else after
    return RosterPart(job_id, after, until, (), newcomers, changes, left)


def enter_part(
    session: Session, now: datetime, seal: Seal, part: RosterPart, units: RosterUnits | None = None
) -> None:
    """Make the units of a part, or bring its people in with their codes; once.

    `units` is no good any more where this is undone.
    """
    job = session.get_one(ImportJob, part.job_id, with_for_update=True, populate_existing=True)
    order = job.settings.get("entering", {})
    if job.state != JobState.ENTERING or order["after"] != part.after:
        return
    caller = _acting(session, now, job)
    left = list(part.left)
    if part.units:
        known = units or RosterUnits()
        left += _make_units(caller, job, part.units, known.tree(caller))
        known.keep(caller)
    come = _free(session, part, left)
    brought = bring_in(caller, [each for _, each in come])
    if brought:
        places = {
            person: (code_queries.UNPLACED + ordinal, None)
            for person, (ordinal, _) in zip(brought, come, strict=True)
        }
        sheet = session.get_one(CodeSheet, order["sheet"])
        code_sheets.add_codes(caller, seal, sheet, places)
        counters.refresh(session, now, brought)
    refused = carry_out(caller, part.changes)
    left += refused
    import_queries.change_outcome(session, job.id, "left", _reasons(left))
    job.attempts = 0
    job.settings = {**job.settings, "entering": {**order, "after": part.until}}
    changed = job.counts.get("changed", 0) + len(part.changes) - len(refused)
    job.counts = {
        **job.counts,
        "entered": part.until,
        "added": job.counts["added"] + len(brought),
        "changed": changed,
        "left": job.counts["left"] + len(left),
    }
    session.flush()


def codes_in_order(session: Session, now: datetime, job_id: int) -> list[tuple[int, int | None]]:
    """(person, unit) of the codes of a roster, as its sheet has to show them."""
    order = session.get_one(ImportJob, job_id).settings["entering"]
    return code_sheets.in_order(session, now, code_queries.people_on(session, order["sheet"]))


def place_codes(
    session: Session, job_id: int, ordered: Sequence[tuple[int, int | None]], start: int = 0
) -> None:
    """Give the codes of a roster their places on its sheet, from one place on."""
    order = session.get_one(ImportJob, job_id).settings["entering"]
    code_queries.place(session, order["sheet"], ordered, start)


def finish(session: Session, now: datetime, job_id: int) -> None:
    """entering → done, when every row has come in and the codes are in their places."""
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    if job.state != JobState.ENTERING:
        return
    caller = _acting(session, now, job)
    code_sheets.end_issuing(caller, job.settings["entering"]["sheet"], job.counts["added"])
    staged_imports.end(caller, job, JobState.DONE)


# Before the first row comes in.


class RosterCheck:
    """Looks at every row of a roster once more, some at a time, before the first one comes in.

    `doubtful` has those that mean nobody, or no unit, any more: by ordinal, with why.
    """

    def __init__(self, caller: Caller, job: ImportJob) -> None:
        self._job_id, self._owner = job.id, job.owner_unit_id
        self._tree = units_there(caller)
        self._after = 0
        self.doubtful: dict[int, RosterFault] = {}

    def look_on(self, session: Session) -> bool:
        """Look at the rows that come next; False when there are none."""
        rows = import_queries.rows_to_enter(session, self._job_id, self._after, CHECKED)
        logins: dict[str, StagedRow] = {}
        for row in rows:
            if is_gone(row):
                continue
            again = meant(self._tree, row, self._owner)
            if again.troubles:
                self.doubtful[row.ordinal] = again.troubles[0]
            logins |= dict.fromkeys(logins_of(again), row)
        for login, holder in sorted(roster_match.holders(session, logins).items()):
            if person_meant(logins[login]) != holder:
                fault = RosterFault("login_name_taken", "", 0, {"value": login})
                self.doubtful.setdefault(logins[login].ordinal, fault)
        self._after = rows[-1].ordinal if rows else self._after
        return bool(rows)


def check_again(session: Session, now: datetime, job_id: int) -> RosterCheck | None:
    """What looks at the rows of a roster that was confirmed; None where that was done, or rows have
    come in."""
    job = session.get_one(ImportJob, job_id)
    if job.settings["entering"].get("checked", True):
        return None
    return RosterCheck(_acting(session, now, job), job)


def let_in(session: Session, job_id: int) -> None:
    """Note that nothing is doubtful: rows may come in."""
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    order = job.settings["entering"]
    job.settings = {**job.settings, "entering": {**order, "checked": True}}


def put_back(session: Session, job_id: int, doubtful: Mapping[int, RosterFault]) -> None:
    """entering → staged: some rows became doubtful after they were staged, and the page says which.

    The rows beyond some hundred are found when the others are right.
    """
    job = session.get_one(ImportJob, job_id, with_for_update=True)
    if job.state != JobState.ENTERING:
        return
    some = sorted(doubtful.items())[:_CHANGED]
    import_queries.change_outcome(session, job.id, "to_confirm", _reasons(some))
    ready = job.counts.get("ready", 0) - len(some)
    doubts = job.counts.get("to_confirm", 0) + len(some)
    job.counts = {**job.counts, "ready": ready, "to_confirm": doubts}
    job.state = JobState.STAGED


def _reasons(
    faults: Sequence[tuple[int, RosterFault]],
) -> dict[int, list[dict[str, Any]]]:
    return {ordinal: [{"code": each.code, "params": each.params}] for ordinal, each in faults}


# Parts of what is done above.


def _acting(session: Session, now: datetime, job: ImportJob) -> Caller:
    """Who confirmed the roster, with the grants of today: the units within reach are theirs."""
    by = job.settings["entering"]["by"]
    return Caller(session, Actor(by, grants_of(session, by, local_day(now))), now)


def _free(
    session: Session, part: RosterPart, left: list[tuple[int, RosterFault]]
) -> list[tuple[int, Newcomer]]:
    """The people of a part whose login names nobody holds; the others are added to `left`."""
    held = names_held(session, [login for _, each in part.people for _, login in each.cleaned])
    free = []
    for ordinal, each in part.people:
        taken = [login for _, login in each.cleaned if login in held]
        if taken:
            left.append((ordinal, RosterFault("login_name_taken", "", 0, {"value": taken[0]})))
        else:
            free.append((ordinal, each))
    return free


def _make_units(
    caller: Caller, job: ImportJob, rows: Sequence[StagedRow], tree: UnitNames
) -> list[tuple[int, RosterFault]]:
    """Make the units of the rows that are not there; the rows that mean no one unit, with why.

    Units are told apart as when the rows were staged; one that has been made or has got a namesake
    since then is found here.
    """
    left = []
    for row in rows:
        again = again_of(row)
        place = place_unit(tree, again, job.owner_unit_id)
        if place is None:
            left.append((row.ordinal, again.troubles[0]))
        elif place < 0:
            tree.settle(place, _make_unit(caller, tree.parent(place), row))
    caller.session.flush()
    return left


def _make_unit(caller: Caller, above: int, row: StagedRow) -> int:
    """Make the unit under its parent; its id."""
    fields = row.record
    parent = caller.session.get_one(Unit, above)
    kind = KINDS.get(fields.get("kind", ""), UnitKind(parent.kind))
    unit = people.add_unit(
        caller, fields["name"], kind, parent.level + 1, fields.get("name_en") or None
    )
    # A unit counts from long ago: facts of the past may be recorded for it.
    line_id = default_line(caller.session).id
    people.place_new_unit(caller, line_id, parent.id, unit.id, _long_ago(caller.now))
    return unit.id


def _long_ago(now: datetime) -> date:
    return date(local_day(now).year - 1, 1, 1)
