"""Rosters as offices send them, made and staged for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from hashlib import sha256

import openpyxl

from learnapp.db.core.caller import Caller
from learnapp.db.core.sealing import Seal
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob
from learnapp.domain.people.roster_difference import RosterScope
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import NewFile
from learnapp.services.people import roster, roster_entry
from learnapp.services.people.roster_file import _read

SEAL = Seal(b"k" * 64)
HEADER = ("姓名", "警号", "单位", "上级单位")
WITH_ROLES = (*HEADER, "角色", "角色单位")


def book(
    units: Sequence[Sequence[object]],
    people: Sequence[Sequence[object]],
    header: Sequence[str] = HEADER,
) -> bytes:
    """A workbook with a sheet of units and a sheet of people."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "单位"
    sheet.append(("单位名称", "上级单位"))
    for row in units:
        sheet.append(row)
    sheet = made.create_sheet("人员")
    sheet.append(header)
    for row in people:
        sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def stage(
    caller: Caller, unit_id: int, data: bytes, scope: RosterScope = RosterScope.ADDITIONS
) -> ImportJob:
    """The roster, uploaded to a unit and read in this process."""
    about = (sha256(data).hexdigest(), len(data), "名册.xlsx", "xlsx")
    file = staged_imports.keep_file(caller, unit_id, NewFile(*about))
    staging = roster.RosterStaging(caller, unit_id, scope)
    return roster.stage_roster(caller, file, staging, staging.rows(caller.session, _read(data)))


def bring(caller: Caller, public_id: str) -> ImportJob:
    """The roster, checked and confirmed as its page does it."""
    roster_entry.check(caller, public_id)
    return roster_entry.confirm(caller, public_id, SEAL)


def doubts(caller: Caller, job: ImportJob) -> dict[str, list[str]]:
    """The codes of what is doubtful, by the name in the row."""
    rows = import_queries.rows_of(caller.session, job)
    return {row.record["name"]: [each["code"] for each in row.reasons] for row in rows}
