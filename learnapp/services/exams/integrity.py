"""Signals of integrity of a window, for the exam's owner alone; and the facts that pages notice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import integrity
from learnapp.db.exams.attempt_models import PageFact
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.operations import background_jobs
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.operations.models import BackgroundJob
from learnapp.db.people import unit_paths
from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.integrity import SignalKind
from learnapp.domain.operations.background_jobs import ACTIVE, WorkKind, WorkState
from learnapp.services.exams.integrity_work import NO_UNIT

KINDS = ("left", "copied")
# No honest page notices more; what comes beyond is left out, so that nobody can fill the disk.
MOST_FACTS = 300
_FACT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAY = 86_400


def store_page_facts(caller: Caller, public_id: str, facts: Any) -> None:
    """Keep what an open page noticed; what is not a fact, or too much, is left out silently.

    Raises NotFound for another person's attempt.
    """
    session = caller.session
    attempt_id = integrity.own_attempt(session, caller.actor.person_id, public_id)
    if attempt_id is None:
        raise NotFound("attempt_unknown")
    held = integrity.count_noticed(session, attempt_id)
    rows = [
        {
            "attempt_id": attempt_id,
            "fact_id": fact["fact_id"],
            "kind": fact["kind"],
            "seconds": min(_DAY, max(0, fact["seconds"])),
            "recorded_at": caller.now,
        }
        for fact in (facts if isinstance(facts, list) else [])
        if _is_fact(fact)
    ]
    room = MOST_FACTS - held
    unique = list({row["fact_id"]: row for row in rows}.values())[: max(0, room)]
    if unique:
        session.execute(insert_if_new(session, PageFact), unique)


def _is_fact(fact: Any) -> bool:
    return (
        isinstance(fact, dict)
        and fact.get("kind") in KINDS
        and type(fact.get("seconds")) is int
        and isinstance(fact.get("fact_id"), str)
        and _FACT_ID.fullmatch(fact["fact_id"]) is not None
    )


@dataclass(frozen=True)
class IntegrityView:
    """A signal with the people it is about."""

    kind: SignalKind
    evidence: dict[str, float]
    people: tuple[tuple[str, str], ...]  # name, login name
    unit: str


@dataclass(frozen=True)
class Signals:
    """A window's signals as they were counted last, and whether they are being counted.

    `counted` is None before the first time; `attempts` is of how many they were made, `since` how many
    more were handed in, `found` a page of the signals, grouped by kind, `total` how many there are.
    """

    exam: Exam
    window: ExamWindow
    counted: BackgroundJob | None
    running: BackgroundJob | None
    attempts: int
    since: int
    found: list[IntegrityView]
    total: int


def ask(caller: Caller, window_id: int) -> BackgroundJob:
    """Have the signals of a window counted again; asked twice, it is counted once. Raises NotFound."""
    exam, _window = window_in_reach(caller, window_id, Permission.SIGNALS_READ)
    new = NewJob(WorkKind.SIGNALS, str(window_id), exam.owner_unit_id)
    return background_jobs.ask(caller, new)


def of_window(caller: Caller, window_id: int, offset: int = 0, limit: int | None = None) -> Signals:
    """The signals of a window of an exam within reach, as they were counted last; those after `offset`,
    `limit` at most. Raises NotFound."""
    session = caller.session
    exam, window = window_in_reach(caller, window_id, Permission.SIGNALS_READ)
    of_this = WorkKind.SIGNALS, str(window_id)
    counted = background_jobs.newest(session, *of_this, WorkState.DONE)
    running = background_jobs.newest(session, *of_this, *ACTIVE)
    there = integrity.count_online(session, window_id)
    if counted is None or counted.result is None:
        return Signals(exam, window, None, running, 0, there, [], 0)
    rows = background_jobs.rows_of(session, counted.id, offset, limit)
    return Signals(
        exam,
        window,
        counted,
        running,
        counted.result["attempts"],
        max(0, there - counted.result["attempts"]),
        _views(caller, rows),
        counted.result["signals"],
    )


def _views(caller: Caller, rows: Sequence[dict[str, Any]]) -> list[IntegrityView]:
    """The signals of a page with names and units."""
    session = caller.session
    ids = {each for row in rows for each in row["attempts"]}
    about = integrity.who_sat(session, ids)
    units = integrity.units_of(session, default_line(session).id, ids)
    names = unit_paths.labels(session, set(units.values()), local_day(caller.now))
    found = []
    for row in rows:
        people = [about[each] for each in row["attempts"]]
        unit = names.get(units.get(people[0].person_id, NO_UNIT), "")
        called = tuple((each.name, each.login_name) for each in people)
        found.append(IntegrityView(SignalKind(row["kind"]), row["evidence"], called, unit))
    return found
