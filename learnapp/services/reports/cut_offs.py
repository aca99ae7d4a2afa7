"""When reports are cut off: the usual times, or those that an office chose."""

from __future__ import annotations

from datetime import time
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import upsert
from learnapp.db.operations import audit_log
from learnapp.db.operations.models import Setting
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.reports.weekly import DEFAULT_CUT_OFFS, CutOff, ReportKind

_NAME = "report_cut_offs"


def in_force(session: Session) -> dict[ReportKind, CutOff]:
    """The cut-off of each kind of report that is made: 周报 always, 快报 where it was chosen."""
    row = session.get(Setting, _NAME)
    chosen: dict[str, Any] = {} if row is None else row.value
    found = {ReportKind.WEEKLY: DEFAULT_CUT_OFFS[ReportKind.WEEKLY]}
    for kind, (weekday, at) in chosen.items():
        found[ReportKind(kind)] = CutOff(weekday, time.fromisoformat(at))
    return found


def choose(caller: Caller, weekly: CutOff, flash: CutOff | None) -> None:
    """Choose when reports are cut off from the next one on; what is frozen stays as it is.

    Raises Forbidden, RuleBroken for a weekday that is none.
    """
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    chosen = {ReportKind.WEEKLY: weekly} | ({} if flash is None else {ReportKind.FLASH: flash})
    if any(not 0 <= each.weekday <= 6 for each in chosen.values()):
        raise RuleBroken("weekday", "choice_unknown")
    value = {
        str(kind): [each.weekday, each.at.isoformat("minutes")] for kind, each in chosen.items()
    }
    upsert(caller.session, Setting, [{"name": _NAME, "value": value}], ["name"])
    audit_log.record(caller, "report.cut_offs", ("setting", None))
