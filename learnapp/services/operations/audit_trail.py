"""The audit as its readers see it: entries within reach, with the names behind their ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.operations import audit
from learnapp.db.operations.audit import AttemptNames, AuditFilter
from learnapp.db.operations.models import AuditEntry
from learnapp.db.people import unit_paths
from learnapp.db.people.scope import units_in_scope
from learnapp.db.people.units import topmost_unit
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission

# What a detail of an entry names, by its key.
_DETAILS = {"unit": "unit", "exam": "exam", "window": "window", "item": "item", "parent": "unit"}


@dataclass
class EntryNames:
    """What the ids of some entries are called, kind by kind; what is out of reach is left out."""

    people: dict[int, tuple[str, str]] = field(default_factory=dict)
    units: dict[int, str] = field(default_factory=dict)
    attempts: dict[int, AttemptNames] = field(default_factory=dict)
    windows: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    exam_pages: dict[int, int] = field(default_factory=dict)  # exam → its first window
    portions: dict[int, tuple[int, int]] = field(default_factory=dict)
    imports: dict[int, tuple[str, str]] = field(default_factory=dict)
    blueprint_banks: dict[int, int] = field(default_factory=dict)
    titles: dict[str, dict[int, str]] = field(default_factory=dict)
    put_away: dict[str, set[int]] = field(default_factory=dict)
    reasons: dict[tuple[str, int, datetime], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trail:
    """A page of entries, the newest first, and whether there are newer and older ones."""

    entries: list[AuditEntry]
    names: EntryNames
    newer: bool
    older: bool


def trail(caller: Caller, wanted: AuditFilter, size: int) -> Trail:
    """A page of the audit within the actor's reach. The number of statements does not grow with it."""
    session, actor = caller.session, caller.actor
    actor.must(Permission.AUDIT_READ)
    day = local_day(caller.now)
    reach = units_in_scope(actor, Permission.AUDIT_READ, day)
    top = topmost_unit(session)
    # Anyone who reads for the whole installation sees what is about no unit too: the clock, imports.
    whole = any(
        held.unit_id == top and held.line_id is not None
        for held in actor.over(Permission.AUDIT_READ)
    )
    scope = None if whole else reach
    entries, more = audit.page_of(session, wanted, scope, size)
    names = _names(session, entries, caller.now)
    names.people = audit.people_called(session, _people(entries, names), scope)
    backwards = wanted.after is not None
    return Trail(
        entries,
        names,
        newer=more if backwards else wanted.before is not None,
        older=True if backwards else more,
    )


MOST_EXPORTED, _AT_ONCE = 5_000, 500


def whole(caller: Caller, wanted: AuditFilter) -> Iterator[tuple[AuditEntry, EntryNames]]:
    """What is wanted within reach, the newest first, MOST_EXPORTED at most, each with its names."""
    before: int | None = None
    for _ in range(MOST_EXPORTED // _AT_ONCE):
        found = trail(caller, replace(wanted, before=before, after=None), _AT_ONCE)
        yield from ((entry, found.names) for entry in found.entries)
        if not found.older:
            return
        before = found.entries[-1].id


def _ids(entries: Iterable[AuditEntry]) -> dict[str, set[int]]:
    """The ids that the entries name, by kind."""
    found: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.subject_id is not None:
            found[entry.subject_kind].add(entry.subject_id)
        for key, kind in _DETAILS.items():
            value = entry.detail.get(key)
            if isinstance(value, int):
                found[kind].add(value)
    return found


def _people(entries: Iterable[AuditEntry], names: EntryNames) -> set[int]:
    found = {entry.actor_id for entry in entries if entry.actor_id is not None}
    found |= {
        entry.subject_id
        for entry in entries
        if entry.subject_kind == "person" and entry.subject_id is not None
    }
    return found | {each.person_id for each in names.attempts.values()}


def _names(session: Session, entries: list[AuditEntry], now: datetime) -> EntryNames:
    ids, made = _ids(entries), EntryNames()
    made.units = unit_paths.labels(session, ids["unit"], local_day(now))
    made.attempts = audit.attempts_called(session, ids["attempt"])
    ids["window"] |= {each.window_id for each in made.attempts.values()}
    made.windows = audit.windows_called(session, ids["window"])
    ids["exam"] |= {each.exam_id for each in made.attempts.values()}
    ids["exam"] |= {exam_id for exam_id, _ in made.windows.values()}
    made.exam_pages = audit.first_windows(session, ids["exam"])
    made.portions = audit.readings_of_portions(session, ids["portion"])
    ids["reading"] |= {reading_id for reading_id, _ in made.portions.values()}
    made.imports = audit.imports_called(session, ids["import"])
    made.blueprint_banks = audit.blueprint_banks(session, ids["blueprint"])
    for kind in (
        "exam",
        "bank",
        "programme",
        "blueprint",
        "item",
        "question_version",
        "reading",
        "import",
    ):
        made.titles[kind] = audit.titles(session, kind, ids[kind])
    for kind in ("bank", "reading"):
        made.put_away[kind] = audit.put_away(session, kind, ids[kind])
    if entries:
        span = (entries[-1].recorded_at, entries[0].recorded_at)
        made.reasons = audit.reasons(session, ids, span)
    return made
