"""值班表: read, matched with the people within reach, shown, and recorded as days on duty.

What is recorded are absences of the kind duty: reminders go out by them, batches of exams are proposed by
them, and where the office wants it they put off what falls due.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from learnapp.db.core.bulk import insert_rows, new_ids
from learnapp.db.core.caller import Caller
from learnapp.db.files import imports as import_queries
from learnapp.db.files.models import ImportJob, StoredFile
from learnapp.db.operations import audit_log
from learnapp.db.people import unit_contents
from learnapp.db.people.login_names import logins_of
from learnapp.db.people.models import Absence, UnitDeed
from learnapp.db.people.scope import require_scope
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.people.duty_rosters import DutySpan, spans_of
from learnapp.domain.people.unit_deeds import DeedKind
from learnapp.domain.study.programme import AbsenceEffect, AbsenceKind
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found
from learnapp.services.people import choices
from learnapp.services.people.duty_file import OnDuty

_RIGHT = Permission.ABSENCE_RECORD
_MOST = 100_000


@dataclass(frozen=True)
class DutyLine:
    """Somebody of a duty roster with their days, and why it is not taken; None: it is."""

    written: str
    login: str
    spans: list[DutySpan]
    why_not: str | None
    place: str


def stage(
    caller: Caller, file: StoredFile, duties: Sequence[OnDuty], effect: AbsenceEffect
) -> ImportJob:
    """Stage who is on duty when: a row for each person, with the days not recorded yet.

    Raises Forbidden, NotFound.
    """
    require_scope(caller.session, caller.actor, _RIGHT, file.owner_unit_id, local_day(caller.now))
    entries = list(dict.fromkeys(each.cell.written for each in duties))
    meant = choices.meanings(caller, _RIGHT, entries)
    people = {next(iter(each)) for each in meant.values() if len(each) == 1}
    days = [each.cell.day for each in duties]
    known = unit_contents.duty_days(caller.session, people, min(days), max(days))
    logins = logins_of(caller.session, people)
    rows = []
    for written, cells in _by_person(duties).items():
        ids = meant.get(written, set())
        why_not = _why_not(caller, ids)
        person = next(iter(ids)) if why_not is None else 0
        new = {each.cell.day for each in cells} - known.get(person, set())
        about = {"name": written, "login": logins.get(person, "")}
        rows.append(_row(cells[0], person, why_not, about | {"spans": _written(new)}))
    job = staged_imports.stage(caller, ImportKind.DUTY_ROSTER, file, Found(rows))
    job.settings = {"effect": effect}
    job.total = len(rows)
    return job


def _by_person(duties: Sequence[OnDuty]) -> dict[str, list[OnDuty]]:
    found: dict[str, list[OnDuty]] = {}
    for each in duties:
        found.setdefault(each.cell.written, []).append(each)
    return found


def _written(days: set[date]) -> list[list[str]]:
    return [[str(span.first), str(span.last)] for span in spans_of(days)]


def _row(first: OnDuty, person: int, why_not: str | None, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "place": {"sheet": first.sheet, "row": first.cell.row},
        "outcome": "to_confirm" if why_not else "ready",
        "reasons": [{"code": why_not, "params": {}}] if why_not else [],
        "record": record,
        "raw": "",
        "type": None,
        "twin": {"person": person} if person else None,
        "decision": "take" if person and record["spans"] else "leave",
    }


def _why_not(caller: Caller, people: set[int]) -> str | None:
    """The code of why what is written cannot be recorded; None where it means one person."""
    if not people:
        return "duty_unknown"
    if len(people) > 1:
        return "duty_namesakes"
    return "duty_own" if caller.actor.person_id in people else None


def lines_of(caller: Caller, job: ImportJob) -> list[DutyLine]:
    """What a staged duty roster says, in file order."""
    found = []
    for row in import_queries.rows_of(caller.session, job):
        spans = [DutySpan(*map(date.fromisoformat, each)) for each in row.record["spans"]]
        why_not = row.reasons[0]["code"] if row.reasons else None
        place = f"{row.place['sheet']} {row.place['row']}"
        found.append(DutyLine(row.record["name"], row.record["login"], spans, why_not, place))
    return found


def confirm(caller: Caller, public_id: str) -> int:
    """Record the days on duty of everybody who is taken; how many people. A repeat records nothing.

    Raises NotFound, Conflict("import_ended"), RuleBroken("file", "nobody_chosen").
    """
    session = caller.session
    job = staged_imports.job_in_reach(caller, public_id, ImportKind.DUTY_ROSTER, lock=True)
    if job.state == JobState.DONE:
        return int(job.counts.get("added", 0))
    job = staged_imports.take_staged(caller, public_id, ImportKind.DUTY_ROSTER)
    spans = [
        (int(row.twin["person"]), date.fromisoformat(first), date.fromisoformat(last))
        for row in import_queries.rows_to_enter(session, job.id, 0, _MOST)
        for first, last in row.record["spans"]
    ]
    if not spans:
        raise RuleBroken("file", "nobody_chosen")
    people = sorted({person_id for person_id, *_ in spans})
    ids = _add(caller, spans, job.settings["effect"])
    _keep(caller, job, min(first for _, first, _last in spans), ids)
    job.counts = {**job.counts, "added": len(people)}
    staged_imports.end(caller, job, JobState.DONE)
    if job.settings["effect"] != AbsenceEffect.NONE:
        counters.refresh_many(session, caller.now, people)
    return len(people)


def _add(caller: Caller, spans: Sequence[tuple[int, date, date]], effect: str) -> list[int]:
    """Record days on duty; the ids of the absences."""
    ids = list(new_ids(caller.session, Absence, len(spans)))
    about = {
        "kind": AbsenceKind.DUTY,
        "effect": effect,
        "reason": "",
        "cancelled": False,
        "recorded_at": caller.now,
        "recorded_by": caller.actor.person_id,
        "supersedes_id": None,
        "item_id": None,
    }
    rows: list[dict[str, Any]] = [
        {"id": n, "person_id": person_id, "first_day": first, "last_day": last, **about}
        for n, (person_id, first, last) in zip(ids, spans, strict=True)
    ]
    insert_rows(caller.session, Absence, rows)
    return ids


def _keep(caller: Caller, job: ImportJob, first: date, ids: list[int]) -> None:
    """Keep what was recorded in one step, so that it can be undone in one."""
    details = {"units": [job.owner_unit_id], "absences": ids}
    deed = UnitDeed(
        kind=DeedKind.ROSTERED,
        unit_id=job.owner_unit_id,
        valid_from=first,
        details=details,
        recorded_at=caller.now,
        recorded_by=caller.actor.person_id,
    )
    caller.session.add(deed)
    count = {"count": len(ids)}
    audit_log.record(caller, "duty.recorded", ("unit", job.owner_unit_id), **count)
    caller.session.flush()
