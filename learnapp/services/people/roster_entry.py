"""A staged roster brought in: few rows at once, many part by part; its codes on a sheet of their own.

Everything that can be wrong is looked for before the first row comes in, and what was begun goes on after
a stop: a roster comes in whole. Only a row whose login name somebody else got, or whose unit got a
namesake, while the rows before it came in is left out, and the page of the import names it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from learnapp.db.accounts import code_sheets as code_queries
from learnapp.db.accounts.models import CodeSheet
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.db.people.lines import default_line
from learnapp.db.people.login_names import names_held
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Actor, Role
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.people.people import Basis, Category, LoginKind, UnitKind, clean_login_name
from learnapp.domain.people.unit_names import UnitNames
from learnapp.services.accounts import code_sheets
from learnapp.services.files import staged_imports
from learnapp.services.people import people
from learnapp.services.people.newcomers import Newcomer, bring_in
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roster import place_unit, unit_of, units_there, written_unit
from learnapp.services.people.roster_file import (
    BASES,
    CATEGORIES,
    KINDS,
    ROLES,
    UNIT_SHEET,
    RosterFault,
    RosterRow,
    roles_in,
)

_OVER_SUBTREE = {
    Role.UNIT_HEAD,
    Role.LIAISON,
    Role.ADMIN,
    Role.MARKER,
    Role.INSPECTOR,
    Role.QUESTION_EDITOR,
    Role.REVIEWER,
    Role.PROCTOR,
    Role.TEST_OWNER,
}
_LOGINS = (LoginKind.BADGE, LoginKind.STAFF_NUMBER, LoginKind.MOBILE)
PART = 30  # people of one transaction: everybody's writing waits for one part only
UNITS = 8  # units of one transaction
AT_ONCE = 40  # rows; more come in in the background
ORDERED = 300  # codes put in their places by one transaction


@dataclass(frozen=True)
class RosterPart:
    """The rows of a roster that come next: units to be made, or people with what they mean, after one
    ordinal, up to another; the rows that mean nobody any more, with why."""

    job_id: int
    after: int
    until: int
    units: Sequence[ImportRow] = ()
    people: Sequence[tuple[int, Newcomer]] = ()
    left: Sequence[tuple[int, RosterFault]] = field(default=())

    @property
    def is_last(self) -> bool:
        """Whether no row is left."""
        return self.until == self.after


# What an admin asks for.


def check(caller: Caller, public_id: str) -> None:
    """Refuse a roster that cannot come in whole; nothing for one that has come in or is coming in.

    Raises RuleBroken("file", "roster_has_troubles") while any row is doubtful, or became so after it
    was staged; Conflict("import_ended") when the import was cancelled.
    """
    session = caller.session
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER)
    if job.state == JobState.CANCELLED:
        raise Conflict("import_ended", state=job.state)
    if job.state != JobState.STAGED or "entering" in job.settings:
        return
    rows = import_queries.rows_of(session, job)
    doubtful = sum(1 for row in rows if row.outcome != "ready")
    if not doubtful:
        tree = units_there(caller)
        found = [_meant(tree, row, job.owner_unit_id) for row in rows]
        logins = [login for each in found for login in _logins(each)]
        doubtful = sum(1 for each in found if each is None) + len(names_held(session, logins))
    if doubtful:
        raise RuleBroken("file", "roster_has_troubles", count=doubtful)


def confirm(caller: Caller, public_id: str, seal: Seal) -> ImportJob:
    """Let a roster that was checked come in: staged → entering, and → done where its rows are few.

    A repeat changes nothing. Raises Conflict("import_ended") when the import was cancelled.
    """
    session = caller.session
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER, lock=True)
    if job.state in (JobState.DONE, JobState.ENTERING):
        return job
    if job.state != JobState.STAGED:
        raise Conflict("import_ended", state=job.state)
    job.state, job.attempts = JobState.ENTERING, 0
    job.total = import_queries.count_rows(session, job.id)
    if "entering" not in job.settings:
        sheet = code_sheets.begin_sheet(caller, code_sheets.Origin.ROSTER, job.id)
        order = {"by": caller.actor.own_id(), "after": 0, "sheet": sheet.id}
        job.settings = {**job.settings, "entering": order}
        job.counts = {**job.counts, "entered": 0, "added": 0, "left": 0}
    session.flush()
    if job.total <= AT_ONCE:
        while (part := next_part(session, caller.now, job.id)) is not None and not part.is_last:
            enter_part(session, caller.now, seal, part)
        place_codes(session, job.id, codes_in_order(session, caller.now, job.id))
        finish(session, caller.now, job.id)
    return job


def sheet_of_roster(caller: Caller, public_id: str) -> CodeSheet:
    """The sheet of a roster that was brought in. Raises NotFound."""
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER)
    sheet = code_queries.sheet_of_job(caller.session, job.id)
    if sheet is None or job.state != JobState.DONE:
        raise NotFound("codes_unknown")
    return sheet


# What the scheduler does with a large one, and `confirm` with a small one.


def next_part(session: Session, now: datetime, job_id: int) -> RosterPart | None:
    """The rows that come in next, none of them after the last; None when nothing is entering."""
    job = session.get(ImportJob, job_id)
    if job is None or job.state != JobState.ENTERING:
        return None
    after = job.settings["entering"]["after"]
    rows = import_queries.rows_after(session, job_id, after, PART)
    units = [row for row in rows if row.place["sheet"] == UNIT_SHEET][:UNITS]
    if units:  # they stand before all people
        return RosterPart(job_id, after, units[-1].ordinal, units)
    tree = units_there(_acting(session, now, job))
    newcomers: list[tuple[int, Newcomer]] = []
    left: list[tuple[int, RosterFault]] = []
    line_id = default_line(session).id
    for row in rows:
        again = _again(row)
        found = _newcomer(tree, again, line_id)
        if found is None:
            left.append((row.ordinal, again.troubles[0]))
        else:
            newcomers.append((row.ordinal, found))
    until = rows[-1].ordinal if rows else after
    return RosterPart(job_id, after, until, (), newcomers, left)


def enter_part(session: Session, now: datetime, seal: Seal, part: RosterPart) -> None:
    """Make the units of a part, or bring its people in with their codes; once."""
    job = session.get_one(ImportJob, part.job_id, with_for_update=True, populate_existing=True)
    order = job.settings.get("entering", {})
    if job.state != JobState.ENTERING or order["after"] != part.after:
        return
    caller = _acting(session, now, job)
    left = list(part.left)
    if part.units:
        left += _make_units(caller, job, part.units)
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
    for ordinal, fault in left:
        row = session.get_one(ImportRow, (job.id, ordinal))
        row.outcome, row.reasons = "left", [{"code": fault.code, "params": fault.params}]
    job.attempts = 0
    job.settings = {**job.settings, "entering": {**order, "after": part.until}}
    entered = len(part.units) + len(part.people) + len(part.left)
    job.counts = {
        **job.counts,
        "entered": job.counts["entered"] + entered,
        "added": job.counts["added"] + len(brought),
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


def _acting(session: Session, now: datetime, job: ImportJob) -> Caller:
    """Who confirmed the roster, with the grants of today: the units within reach are theirs."""
    by = job.settings["entering"]["by"]
    return Caller(session, Actor(by, grants_of(session, by, local_day(now))), now)


# What a row means.


def _again(row: ImportRow) -> RosterRow:
    return RosterRow(row.place["sheet"], row.place["row"], row.record)


def _meant(tree: UnitNames, row: ImportRow, owner_id: int) -> RosterRow | None:
    """A row whose units are there or to be made by the rows before it; None where one is not."""
    again = _again(row)
    if row.place["sheet"] == UNIT_SHEET:
        return None if place_unit(tree, again, owner_id) is None else again
    named = [written_unit(row.record), *(unit for _, unit in roles_in(row.record) if unit)]
    return again if all(unit_of(tree, again, unit) is not None for unit in named) else None


def _logins(row: RosterRow | None) -> list[str]:
    """The login names of a row of people."""
    if row is None or row.sheet == UNIT_SHEET:
        return []
    return [clean_login_name(row.fields[kind]) for kind in _LOGINS if row.fields.get(kind)]


def _free(
    session: Session, part: RosterPart, left: list[tuple[int, RosterFault]]
) -> list[tuple[int, Newcomer]]:
    """The people of a part whose login names nobody holds; the others are added to `left`."""
    wanted = {
        ordinal: [clean_login_name(raw) for _, raw in each.logins] for ordinal, each in part.people
    }
    held = names_held(session, [login for each in wanted.values() for login in each])
    free = []
    for ordinal, each in part.people:
        taken = [login for login in wanted[ordinal] if login in held]
        if taken:
            left.append((ordinal, RosterFault("login_name_taken", "", 0, {"value": taken[0]})))
        else:
            free.append((ordinal, each))
    return free


def _make_units(
    caller: Caller, job: ImportJob, rows: Sequence[ImportRow]
) -> list[tuple[int, RosterFault]]:
    """Make the units of the rows that are not there; the rows that mean no one unit, with why.

    Units are distinguished as when the rows were staged; one that has been made or has got a namesake
    since then is found here.
    """
    tree, left = units_there(caller), []
    made: dict[int, int] = {}
    for row in rows:
        again = _again(row)
        place = place_unit(tree, again, job.owner_unit_id)
        if place is None:
            left.append((row.ordinal, again.troubles[0]))
        elif place < 0 and place not in made:
            above = tree.parent(place)
            made[place] = _make_unit(caller, made.get(above, above), row)
    return left


def _make_unit(caller: Caller, above: int, row: ImportRow) -> int:
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


def _newcomer(tree: UnitNames, row: RosterRow, line_id: int) -> Newcomer | None:
    """Whom a row of people means; None with its trouble noted where its units are no longer one."""
    fields = row.fields
    own = unit_of(tree, row, written_unit(fields))
    roles = None if own is None else _roles(tree, row, own, line_id)
    if own is None or roles is None:
        return None
    post = MembershipSpec(
        own,
        line_id,
        BASES.get(fields.get("basis", ""), Basis.ESTABLISHMENT),
        CATEGORIES.get(fields.get("category", ""), Category.OTHER),
    )
    logins = tuple((kind, fields[kind.value]) for kind in _LOGINS if fields.get(kind.value))
    return Newcomer(fields["name"], logins, post, roles)


def _roles(
    tree: UnitNames, row: RosterRow, own: int, line_id: int
) -> tuple[tuple[Role, int, int | None], ...] | None:
    """The roles of a row, each over the unit that it names, else over the person's own."""
    found = []
    for word, written in roles_in(row.fields):
        role = ROLES[word]
        if role is Role.OFFICER:
            continue
        place = unit_of(tree, row, written) if written else own
        if place is None:
            return None
        found.append((role, place, line_id if role in _OVER_SUBTREE else None))
    return tuple(found)
