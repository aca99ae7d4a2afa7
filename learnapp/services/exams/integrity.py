"""Signals of integrity of a window, for the exam's owner alone; and the facts that pages notice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.core.upsert import insert_if_new
from learnapp.db.exams import integrity
from learnapp.db.exams.attempt_models import PageFact
from learnapp.db.exams.integrity import SatOnline
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.reach import window_in_reach
from learnapp.db.people import unit_paths
from learnapp.db.people.lines import default_line
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.integrity import AttemptTrace, Choice, Signal, signals_of
from question_bank.kinds import QuestionType

KINDS = ("left", "copied")
# No honest page notices more; what comes beyond is left out, so that nobody can fill the disk.
MOST_FACTS = 300
_FACT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DAY = 86_400
_NO_UNIT = 0  # of who counted in none when they began


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
    units = integrity.units_of(session, line_id, [row.id for row in rows])
    names = unit_paths.labels(session, set(units.values()), local_day(caller.now))
    sat = _sat(session, window_id, rows, units)
    about = {each.public_id: each for each in rows}
    found = []
    for signal in signals_of(sat):
        first = about[signal.attempts[0]]
        unit = names.get(units.get(first.person_id, _NO_UNIT), "")
        people_of = ((about[each].name, about[each].login_name) for each in signal.attempts)
        found.append(IntegrityView(signal, tuple(people_of), unit))
    return Signals(exam, window, len(sat), found)


def _sat(
    session: Session, window_id: int, rows: Sequence[SatOnline], units: dict[int, int]
) -> list[AttemptTrace]:
    given = _given(session, window_id)
    leaves: dict[int, list[int]] = defaultdict(list)
    copies: dict[int, int] = defaultdict(int)
    for noticed in integrity.noticed_in(session, window_id):
        if noticed.kind == "left":
            leaves[noticed.attempt_id].append(noticed.seconds)
        else:
            copies[noticed.attempt_id] += 1
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
    for each in integrity.choices_in(session, window_id):
        given = found[each.attempt_id]
        if each.response is None:
            given.pop(each.version_id, None)
            continue
        chance = _chance(QuestionType(each.type), len(each.options))
        chosen = frozenset(each.response["options"])
        given[each.version_id] = Choice(chosen, bool(each.right), chance)
    return found


def _chance(kind: QuestionType, options: int) -> float:
    """How likely a blind guess is right: one of the options, or one of the sets of two and more."""
    if kind is QuestionType.MULTIPLE:
        return 1 / max(1, (1 << options) - options - 1)
    return 1 / max(1, options)
