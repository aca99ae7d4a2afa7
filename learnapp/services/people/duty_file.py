"""Reading a 值班表 workbook in a limited process: who is on duty on which day, sheet by sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.duty_rosters import DutyCell, duties_in
from question_bank.formats import Refused
from question_bank.formats.office.sheets import rows_of
from question_bank.limited import run
from question_bank.secrecy import find_marking

_MOST = 50_000  # cells: a year of a unit of a hundred
_PART = 2_000


@dataclass(frozen=True)
class OnDuty:
    """A cell that says that somebody is on duty, with its sheet."""

    sheet: str
    cell: DutyCell


def read_duties(data: bytes, today: date) -> list[OnDuty]:
    """Everybody on duty by the workbook.

    Raises RuleBroken("file", …): broken_file, too_large, too_costly, secrecy_marking, duty_unread.
    """
    about = {"today": today.isoformat()}
    found = []
    try:
        with closing(run("learnapp.services.people.duty_file:task", data, about)) as parts:
            for part in parts:
                for sheet, row, written, day in part:
                    found.append(OnDuty(sheet, DutyCell(row, written, date.fromisoformat(day))))
    except Refused as refused:
        raise RuleBroken(
            "file", refused.code, **{"allowed": ".xlsx", **refused.params}
        ) from refused
    if not found:
        raise RuleBroken("file", "duty_unread")
    return found


def task(source: bytes | Path, about: dict[str, Any]) -> Iterator[Any]:
    """What the limited process does: (sheet, row, who, day) of each cell, in parts."""
    today = date.fromisoformat(about["today"])
    found: list[tuple[str, int, str, str]] = []
    for name, rows in rows_of(source):
        cells = [list(row) for row in rows]
        head = [str(cell) for row in cells[:3] for cell in row if cell]
        marking = find_marking(head)
        if marking is not None:
            raise Refused("secrecy_marking", marking=marking)
        for each in duties_in(cells, today) or ():
            found.append((name, each.row, each.written, each.day.isoformat()))
        if len(found) > _MOST:
            raise Refused("too_large")
    for start in range(0, len(found), _PART):
        yield found[start : start + _PART]
