"""Signals of integrity of a window, for the exam's owner alone; and the facts that pages notice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.statements import AnyRow
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import integrity
from learnapp.db.exams.attempt_models import Attempt, PageFact
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.roll import units_at_start
from learnapp.db.people import unit_paths
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Unit
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.integrity import AttemptTrace, Choice, Signal, signals_of
from learnapp.services.exams.monitoring import window_in_reach
from question_bank.kinds import QuestionType

KINDS = ("left", "copied")
# No honest page notices more; what comes beyond is left out, so that nobody can fill the disk.
MOST_FACTS = 300
_FACT_ID = re.compile(r"[0-9a-f-]{36}")
_DAY = 86_400
_NO_UNIT = 0  # of who counted in none when they began


def store_page_facts(caller: Caller, public_id: str, facts: Any) -> None:
    """Keep what an open page noticed; what is not a fact, or too much, is left out silently.

    Raises NotFound for another person's attempt.
    """
    session = caller.session
    attempt_id = session.scalar(
        select(Attempt.id).where(
            Attempt.public_id == public_id, Attempt.person_id == caller.actor.person_id
        )
    )
    if attempt_id is None:
        raise NotFound("attempt_unknown")
    held = session.scalar(
        select(func.count()).select_from(PageFact).where(PageFact.attempt_id == attempt_id)
    )
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
    room = MOST_FACTS - (held or 0)
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

    signal: Signal
    people: tuple[tuple[str, str], ...]  # name, login name
    unit: str


@dataclass(frozen=True)
class Signals:
    """A window's signals, and of how many attempts they were made."""

    exam: Exam
    window: ExamWindow
    attempts: int
    found: list[IntegrityView]


def of_window(caller: Caller, window_id: int) -> Signals:
    """The signals of a window of an exam within reach, counted again. Raises NotFound."""
    session = caller.session
    exam, window = window_in_reach(caller, window_id, Permission.SIGNALS_READ)
    rows = integrity.sat_in(session, window_id)
    line_id = default_line(session).id
    units = units_at_start(session, line_id, [row.id for row in rows], select(Unit.id))
    names = unit_paths.labels(session, set(units.values()), local_day(caller.now))
    sat = _sat(session, window_id, rows, units)
    about = {each.public_id: each for each in rows}
    found = []
    for signal in signals_of(sat):
        first = about[signal.attempts[0]]
        unit = names.get(units.get(first.person_id, _NO_UNIT), "")
        people_of = ((about[each].name, about[each].login_name or "") for each in signal.attempts)
        found.append(IntegrityView(signal, tuple(people_of), unit))
    return Signals(exam, window, len(sat), found)


def _sat(
    session: Session, window_id: int, rows: Sequence[AnyRow], units: dict[int, int]
) -> list[AttemptTrace]:
    given = _given(session, window_id)
    leaves: dict[int, list[int]] = defaultdict(list)
    copies: dict[int, int] = defaultdict(int)
    for attempt_id, kind, seconds in integrity.noticed_in(session, window_id):
        if kind == "left":
            leaves[attempt_id].append(seconds)
        else:
            copies[attempt_id] += 1
    return [
        AttemptTrace(
            row.public_id,
            row.person_id,
            units.get(row.person_id, _NO_UNIT),
            row.started_at,
            row.submitted_at,
            given.get(row.id, {}),
            leaves[row.id],
            copies[row.id],
        )
        for row in rows
    ]


def _given(session: Session, window_id: int) -> dict[int, dict[int, Choice]]:
    """Per attempt and version the choice that is the answer, as it was marked."""
    found: dict[int, dict[int, Choice]] = defaultdict(dict)
    for attempt_id, version_id, type_, options, response, right in integrity.choices_in(
        session, window_id
    ):
        if response is None:
            found[attempt_id].pop(version_id, None)
            continue
        chance = _chance(QuestionType(type_), len(options))
        found[attempt_id][version_id] = Choice(frozenset(response["options"]), bool(right), chance)
    return found


def _chance(kind: QuestionType, options: int) -> float:
    """How likely a blind guess is right: one of the options, or one of the sets of two and more."""
    if kind is QuestionType.MULTIPLE:
        return 1 / max(1, (1 << options) - options - 1)
    return 1 / max(1, options)
