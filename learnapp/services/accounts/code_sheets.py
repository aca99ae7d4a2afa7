"""Sheets of one-time codes: what an action issued can be read again for a day, by who may issue it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from learnapp.db.accounts import code_sheets
from learnapp.db.accounts.code_sheets import CodeOnSheet, PageOfCodes
from learnapp.db.accounts.models import CodeSheet, SealedCode
from learnapp.db.core.base import new_public_id
from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_paths, unit_trees
from learnapp.db.people.lines import default_line
from learnapp.db.people.units import every_unit
from learnapp.domain.accounts.codes import READABLE_FOR
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import SYSTEM, Permission
from learnapp.domain.people.unit_order import in_tree_order
from learnapp.services.accounts import activation

PART = 150  # codes of one transaction: everybody's writing waits for one part only


class Origin(StrEnum):
    """The action that issued a sheet."""

    ROSTER = "roster"
    PERSON = "person"
    BULK = "bulk"


class Form(StrEnum):
    """How a sheet is had: on the screen, or printed, or as a file; each is audited."""

    PAGE = "page"
    TABLE = "table"
    SLIPS = "slips"
    XLSX = "xlsx"


class CodeState(StrEnum):
    """What can be done with a code."""

    GOOD = "good"
    USED = "used"
    REPLACED = "replaced"  # by a newer code, or ended when the account was disabled
    UNREADABLE = "unreadable"  # sealed under a key that is no more


@dataclass(frozen=True)
class CodeLine:
    """A person's line of a sheet; without the code where it is of no use any more."""

    name: str
    login_name: str
    unit: str
    code: str
    state: CodeState
    until: datetime


@dataclass(frozen=True)
class SheetView:
    """What the actor may read of a sheet: a page of lines, the units on it, how many in all."""

    sheet: CodeSheet
    ended: bool
    lines: list[CodeLine]
    units: list[tuple[int, str, int]]
    total: int


_WHOLE = PageOfCodes()


@dataclass(frozen=True)
class SheetPart:
    """Which part of a sheet is asked for, and in which form."""

    form: Form
    part: PageOfCodes = _WHOLE


def issue_sheet(
    caller: Caller, seal: Seal, person_ids: Collection[int], origin: Origin
) -> CodeSheet:
    """Issue a code to each person and keep them readable for a day; the caller has checked the reach.

    The order is that of the units, then of the names.
    """
    sheet = begin_sheet(caller, origin)
    ordered = in_order(caller.session, caller.now, person_ids)
    issue_part(caller, seal, sheet.id, ordered, 0)
    end_issuing(caller, sheet.id, len(ordered))
    return sheet


def begin_sheet(caller: Caller, origin: Origin, job_id: int | None = None) -> CodeSheet:
    """A sheet without codes, for a day from now on."""
    sheet = CodeSheet(
        public_id=new_public_id(),
        origin=origin,
        job_id=job_id,
        count=0,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
        expires_at=caller.now + READABLE_FOR,
    )
    caller.session.add(sheet)
    caller.session.flush()
    return sheet


def add_codes(
    caller: Caller, seal: Seal, sheet: CodeSheet, places: Mapping[int, tuple[int, int | None]]
) -> None:
    """Issue a code to each person; per person its number on the sheet, and the unit it is under there."""
    issued = activation.issue_rows(caller, places)
    rows = [
        {
            "sheet_id": sheet.id,
            "ordinal": places[person_id][0],
            "person_id": person_id,
            "unit_id": places[person_id][1],
            "code_id": each.code_id,
            "sealed": seal.close(each.code, _about(sheet, person_id)),
        }
        for person_id, each in issued.items()
    ]
    if rows:
        caller.session.execute(insert(SealedCode), rows)


def issue_part(
    caller: Caller, seal: Seal, sheet_id: int, ordered: Sequence[tuple[int, int | None]], start: int
) -> None:
    """Issue to some (person, unit) of a sheet, in their order, after `start` others."""
    places = {
        person_id: (number, unit) for number, (person_id, unit) in enumerate(ordered, start + 1)
    }
    add_codes(caller, seal, caller.session.get_one(CodeSheet, sheet_id), places)


def end_issuing(caller: Caller, sheet_id: int, count: int) -> None:
    """Say how many codes the sheet has; it is issued."""
    sheet = caller.session.get_one(CodeSheet, sheet_id)
    sheet.count = count
    audit_log.record(caller, "codes.issued", ("codes", sheet.id), count=count)
    caller.session.flush()


def issue_to_one(caller: Caller, seal: Seal, person_id: int) -> CodeSheet:
    """A new code for one person within reach. Raises as `activation.must_issue_to`."""
    activation.must_issue_to(caller, person_id)
    return issue_sheet(caller, seal, [person_id], Origin.PERSON)


def _about(sheet: CodeSheet, person_id: int) -> str:
    return f"{sheet.public_id} {person_id}"


def in_order(
    session: Session, now: datetime, person_ids: Collection[int]
) -> list[tuple[int, int | None]]:
    """(person, unit) in the order of the units on the default line, then by name."""
    today, line_id = local_day(now), default_line(session).id
    units = every_unit(session)
    parents = unit_trees.parents_on(session, line_id, today)
    tree = in_tree_order([(row.id, row.level, row.sort_key) for row in units], parents)
    place = {unit_id: number for number, (unit_id, _) in enumerate(tree)}
    found = code_sheets.places_of(session, line_id, today, person_ids)
    ordered = sorted(
        (place.get(unit_id or 0, len(place)), key, person_id)
        for person_id, (unit_id, key) in found.items()
    )
    return [(person_id, found[person_id][0]) for _, _, person_id in ordered]


def sheet_in_reach(caller: Caller, public_id: str) -> CodeSheet:
    """The sheet, for who may read a code of it, issued it or ended it. Raises NotFound."""
    actor = caller.actor
    actor.must(Permission.PEOPLE_ACTIVATE)
    sheet = code_sheets.sheet_of(caller.session, public_id)
    if sheet is None:
        raise NotFound("codes_unknown")
    if actor.own_id() in (sheet.recorded_by, sheet.ended_by):
        return sheet
    if not code_sheets.units_on(caller.session, actor, local_day(caller.now), sheet.id):
        raise NotFound("codes_unknown")
    return sheet


def read(caller: Caller, seal: Seal, public_id: str, wanted: SheetPart) -> SheetView:
    """Lines of a sheet, audited with how many people they show; none once it has ended."""
    sheet = sheet_in_reach(caller, public_id)
    if sheet.ended_at is not None or sheet.expires_at <= caller.now:
        return SheetView(sheet, True, [], [], 0)
    today = local_day(caller.now)
    units = code_sheets.units_on(caller.session, caller.actor, today, sheet.id)
    named = unit_paths.labels(caller.session, [each for each in units if each is not None], today)
    total = sum(n for unit_id, n in units.items() if wanted.part.unit_id in (None, unit_id))
    rows = code_sheets.codes_on(caller.session, caller.actor, today, sheet.id, wanted.part)
    lines = [
        CodeLine(
            row.name,
            row.login_name or "",
            named.get(row.unit_id or 0, ""),
            *_opened(seal, sheet, row),
            row.expires_at,
        )
        for row in rows
    ]
    shown = sum(1 for line in lines if line.code)
    about = {"form": str(wanted.form), "count": shown}
    audit_log.record(caller, "codes.shown", ("codes", sheet.id), **about)
    parts = [(each or 0, named.get(each or 0, ""), n) for each, n in units.items()]
    return SheetView(sheet, False, lines, parts, total)


def _opened(seal: Seal, sheet: CodeSheet, row: CodeOnSheet) -> tuple[str, CodeState]:
    """The code of a row while it can be used, and what can be done with it."""
    if row.used_at is not None:
        return "", CodeState.USED
    if row.revoked_at is not None:
        return "", CodeState.REPLACED
    code = seal.open(row.sealed, _about(sheet, row.person_id))
    return (code, CodeState.GOOD) if code else ("", CodeState.UNREADABLE)


def end(caller: Caller, public_id: str) -> int:
    """Destroy what the actor may read of a sheet: it was handed out; how many codes went.

    The codes stay good for their holders. A repeat destroys nothing.
    """
    session = caller.session
    sheet = sheet_in_reach(caller, public_id)
    gone = code_sheets.remove_readable(session, caller.actor, local_day(caller.now), sheet.id)
    if gone:
        audit_log.record(caller, "codes.destroyed", ("codes", sheet.id), count=gone)
    if sheet.ended_at is None and code_sheets.is_bare(session, sheet.id):
        sheet.ended_at, sheet.ended_by = caller.now, caller.actor.person_id
    session.flush()
    return gone


def over(session: Session, now: datetime) -> list[int]:
    """The sheets whose day is over and whose codes are still stored."""
    return code_sheets.over_at(session, now)


def expire(session: Session, now: datetime, sheet_id: int) -> None:
    """Remove the codes of a sheet whose day is over."""
    sheet = session.get_one(CodeSheet, sheet_id)
    if sheet.ended_at is not None or sheet.expires_at > now:
        return
    gone = code_sheets.remove_all(session, sheet_id)
    sheet.ended_at = now
    audit_log.record(Caller(session, SYSTEM, now), "codes.expired", ("codes", sheet_id), count=gone)
