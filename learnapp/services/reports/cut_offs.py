"""When reports are cut off: the usual times, or those that an office chose."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import upsert
from learnapp.db.operations import audit_log
from learnapp.db.operations.models import Setting
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.reports.weekly import (
    DEFAULT_CUT_OFFS,
    ChosenCutOff,
    CutOff,
    ReportKind,
)

_NAME = "report_cut_offs"
_CHOICES = 4  # kept of each kind: those that what is still to be frozen may go by


def chosen(session: Session) -> dict[ReportKind, list[ChosenCutOff]]:
    """The last choices of the cut-off of each kind of report, in order; the usual 周报 where none was
    made."""
    row = session.get(Setting, _NAME)
    stored: dict[str, list[Any]] = {} if row is None else row.value
    found = {ReportKind.WEEKLY: [ChosenCutOff(DEFAULT_CUT_OFFS[ReportKind.WEEKLY])]}
    for kind, choices in stored.items():
        if choices and not isinstance(
            choices[0], list
        ):  # as it was stored before: the one in force
            choices = [[*choices, None]]
        found[ReportKind(kind)] = [_read(*each) for each in choices]
    return found


def _read(weekday: int | None, at: str | None, since: str | None) -> ChosenCutOff:
    cut_off = None if weekday is None or at is None else CutOff(weekday, time.fromisoformat(at))
    return ChosenCutOff(cut_off, None if since is None else datetime.fromisoformat(since))


def _written(choice: ChosenCutOff) -> list[Any]:
    since = None if choice.since is None else choice.since.isoformat()
    if choice.cut_off is None:
        return [None, None, since]
    return [choice.cut_off.weekday, choice.cut_off.at.isoformat("minutes"), since]


def in_force(session: Session) -> dict[ReportKind, CutOff]:
    """The cut-off of each kind of report that is made: 周报 always, 快报 where it was chosen."""
    last = {kind: choices[-1].cut_off for kind, choices in chosen(session).items()}
    return {kind: cut_off for kind, cut_off in last.items() if cut_off is not None}


def choose(caller: Caller, weekly: CutOff, flash: CutOff | None) -> None:
    """Choose when reports are cut off from the next one on; what is frozen stays as it is, and what was
    due before is frozen as it was chosen then.

    Raises Forbidden, RuleBroken for a weekday that is none.
    """
    caller.actor.must(Permission.PROGRAMME_PUBLISH)
    wanted = {ReportKind.WEEKLY: weekly, ReportKind.FLASH: flash}
    if any(each is not None and not 0 <= each.weekday <= 6 for each in wanted.values()):
        raise RuleBroken("weekday", "choice_unknown")
    before, value = chosen(caller.session), {}
    for kind, cut_off in wanted.items():
        choices = before.get(kind, [])
        if cut_off != (choices[-1].cut_off if choices else None):
            choices = [*choices, ChosenCutOff(cut_off, caller.now)]
        value[str(kind)] = [_written(each) for each in choices[-_CHOICES:]]
    upsert(caller.session, Setting, [{"name": _NAME, "value": value}], ["name"])
    audit_log.record(caller, "report.cut_offs", ("setting", None))
