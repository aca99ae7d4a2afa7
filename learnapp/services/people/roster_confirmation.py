"""A staged roster brought in: whole, in one transaction, once; its codes on a sheet of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from learnapp.db.accounts import code_sheets as code_queries
from learnapp.db.accounts.models import CodeSheet
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, ImportRow
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Unit
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict, NotFound, RuleBroken
from learnapp.domain.core.permissions import Role
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.people.people import Basis, Category, LoginKind, UnitKind
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
_BATCH = 500


def confirm_roster(caller: Caller, public_id: str, seal: Seal) -> CodeSheet:
    """Bring the whole roster in, in one transaction; a repeat gives the sheet there is.

    A roster is imported whole or not at all: half a roster makes wrong figures. Raises RuleBroken
    while any row is doubtful, Conflict("import_ended") when the import was cancelled.
    """
    session = caller.session
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER, lock=True)
    if job.state == JobState.DONE:
        return _sheet(session, job)
    if job.state != JobState.STAGED:
        raise Conflict("import_ended", state=job.state)
    rows = import_queries.rows_of(session, job)
    doubtful = [row for row in rows if row.outcome != "ready"]
    if doubtful:
        raise RuleBroken("file", "roster_has_troubles", count=len(doubtful))
    brought = bring_in(caller, _newcomers(caller, job, rows))
    sheet = code_sheets.issue_sheet(caller, seal, brought, code_sheets.Origin.ROSTER, job.id)
    for start in range(0, len(brought), _BATCH):
        counters.refresh(session, caller.now, brought[start : start + _BATCH])
    staged_imports.end(caller, job, JobState.DONE)
    return sheet


def sheet_of_roster(caller: Caller, public_id: str) -> CodeSheet:
    """The sheet of a roster that was brought in. Raises NotFound."""
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.ROSTER)
    return _sheet(caller.session, job)


def _sheet(session: Session, job: ImportJob) -> CodeSheet:
    sheet = code_queries.sheet_of_job(session, job.id)
    if sheet is None:
        raise NotFound("codes_unknown")
    return sheet


def _newcomers(caller: Caller, job: ImportJob, rows: Sequence[ImportRow]) -> list[Newcomer]:
    """Make the units of the rows; the people of the others.

    Units are told apart as when the rows were staged; one that has been made or has got a namesake
    since then is found here, and a row that no longer means one unit refuses the whole.
    """
    tree = units_there(caller)
    line_id = default_line(caller.session).id
    made: dict[int, int] = {}
    found: list[Newcomer] = []
    for row in sorted(rows, key=lambda each: each.place["sheet"] != UNIT_SHEET):
        is_unit = row.place["sheet"] == UNIT_SHEET
        again = RosterRow(row.place["sheet"], row.place["row"], row.record)
        if is_unit:
            place = place_unit(tree, again, job.owner_unit_id)
        else:
            place = unit_of(tree, again, written_unit(row.record))
        if place is None:
            raise RuleBroken("file", "roster_has_troubles", count=1)
        if not is_unit:
            roles = _roles(tree, again, made, place, line_id)
            found.append(_newcomer(row, made.get(place, place), line_id, roles))
        elif place < 0:
            made[place] = _bring_unit(caller, tree, place, made, row)
    return found


def _bring_unit(
    caller: Caller,
    tree: UnitNames,
    place: int,
    made: dict[int, int],
    row: ImportRow,
) -> int:
    """Make the unit under its parent; its id."""
    fields = row.record
    above = tree.parent(place)
    parent = caller.session.get_one(Unit, made.get(above, above))
    kind = KINDS.get(fields.get("kind", ""), UnitKind(parent.kind))
    unit = people.add_unit(
        caller, fields["name"], kind, parent.level + 1, fields.get("name_en") or None
    )
    # A unit counts from long ago: facts of the past may be recorded for it.
    line_id = default_line(caller.session).id
    people.place_unit(caller, line_id, parent.id, unit.id, _long_ago(caller.now))
    return unit.id


def _long_ago(now: datetime) -> date:
    return date(local_day(now).year - 1, 1, 1)


def _roles(
    tree: UnitNames, row: RosterRow, made: dict[int, int], own: int, line_id: int
) -> tuple[tuple[Role, int, int | None], ...]:
    """The roles of a row, each over the unit that it names, else over the person's own."""
    found = []
    for word, written in roles_in(row.fields):
        role = ROLES[word]
        if role is Role.OFFICER:
            continue
        place = unit_of(tree, row, written) if written else own
        if place is None:
            raise RuleBroken("file", "roster_has_troubles", count=1)
        over = line_id if role in _OVER_SUBTREE else None
        found.append((role, made.get(place, place), over))
    return tuple(found)


def _newcomer(
    row: ImportRow,
    unit_id: int,
    line_id: int,
    roles: tuple[tuple[Role, int, int | None], ...],
) -> Newcomer:
    fields = row.record
    post = MembershipSpec(
        unit_id,
        line_id,
        BASES.get(fields.get("basis", ""), Basis.ESTABLISHMENT),
        CATEGORIES.get(fields.get("category", ""), Category.OTHER),
    )
    return Newcomer(
        fields["name"],
        tuple((kind, fields[kind.value]) for kind in _LOGINS if fields.get(kind.value)),
        post,
        roles,
    )
