"""The roll of a window at any size: people alike in all that decides are judged once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.exams import roll as queries
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.exams.roll import Asked, Asking
from learnapp.db.people.lines import default_line
from learnapp.domain.exams.exams import AttemptState, Channel, WindowKind, WindowState
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import RollFacts, RollState, RollWindow, roll_state
from learnapp.domain.study.programme import Due, due_for

_ORDER = {state: place for place, state in enumerate(RollState)}


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A person on a window's roll: the unit where they count, and what they are on it."""

    person_id: int
    unit_id: int
    standing: RollState


@dataclass(frozen=True)
class _Window:
    """A window, what asks its exam, and the people that it is kept for."""

    about: RollWindow
    exam_id: int
    asked: Asking
    as_of: datetime
    batch: set[int] | None
    cancelled: bool  # then only what was begun in it is on its roll

    def is_for(self, person_id: int) -> bool:
        """Whether somebody of whom the exam is asked may sit in this window."""
        return not self.cancelled and (self.batch is None or person_id in self.batch)


def roll_of(
    session: Session,
    exam: Exam,
    window: ExamWindow,
    about: RollWindow,
    now: datetime,
    reach: Select[tuple[int]],
) -> list[OnRoll]:
    """Everybody within reach on the window's roll, in no order: of whom the exam is asked at its
    close, and who has an attempt in it, whatever became of them."""
    as_of = min(now, window.closes_at)
    here = _Window(
        about,
        exam.id,
        queries.asking(session, exam.id, as_of),
        as_of,
        queries.batch_of(session, window.id),
        window.state == WindowState.CANCELLED,
    )
    members = queries.members_asked(here.asked, as_of, window.closes_at, reach)
    rows: Sequence[Any] = ()
    if members is not None:
        with_results = about.kind is not WindowKind.MAIN
        rows = queries.roll_rows(session, members, exam.id, with_results, now)
    found, special, present = _alike(here, rows, now)
    found += _special(session, here, special, now, reach)
    if present < queries.sat_in(session, window.id):
        asked = {row.person_id for row in rows}
        found += _others(session, here, asked, now, reach)
    return found


def _alike(
    here: _Window, rows: Sequence[Any], now: datetime
) -> tuple[list[OnRoll], dict[int, int], int]:
    """(on the roll, person -> unit of those to be looked at one by one, how many sat here).

    Whoever has one attempt at most, and the duty's own due time, is what all like them are.
    """
    states: dict[tuple[Any, ...], RollState | None] = {}
    found: dict[int, OnRoll] = {}
    special: dict[int, int] = {}
    met: set[int] = set()
    sat: set[int] = set()
    for person_id, unit_id, is_special, account, *attempt in rows:
        if attempt[0] == here.about.id:
            sat.add(person_id)
        if is_special or attempt[3] or person_id in met or person_id in special:
            special[person_id] = unit_id
            found.pop(person_id, None)
            continue
        met.add(person_id)
        like = (here.is_for(person_id), bool(account), *attempt)
        if like not in states:
            states[like] = _state_of(here, like, now)
        state = states[like]
        if state is not None:
            found[person_id] = OnRoll(person_id, unit_id, state)
    return list(found.values()), special, len(sat)


def _state_of(here: _Window, like: tuple[Any, ...], now: datetime) -> RollState | None:
    """What all are who are alike in this, by the rule."""
    asked, account, window_id, state, channel, _, passed = like
    attempts = [] if state is None else [_attempt_like(window_id, state, channel, passed, now)]
    due = Due(here.about.closes_at)
    return roll_state(here.about, RollFacts(asked, due, account, attempts), now)


def _attempt_like(
    window_id: int, state: str, channel: str, passed: bool | None, now: datetime
) -> AttemptFacts:
    """An attempt as the rule of the roll sees it: one that is open has time left."""
    is_open = state == AttemptState.OPEN
    return AttemptFacts(
        id=0,
        public_id="",
        person_id=0,
        exam_id=0,
        window_id=window_id,
        number=1,
        channel=Channel(channel),
        state=AttemptState(state),
        started_at=now,
        submitted_at=None if is_open else now,
        deadline=now,
        passed=passed,
        awarded=None,
        full=None,
        released=False,
    )


def _special(
    session: Session,
    here: _Window,
    people: dict[int, int],
    now: datetime,
    reach: Select[tuple[int]],
) -> list[OnRoll]:
    """Those who are asked and whose due time or attempts are their own."""
    if not people:
        return []
    asked = queries.asked_in(session, here.asked, here.as_of, people, reach)
    units = people | {person_id: each.unit_id for person_id, each in asked.items()}
    return _one_by_one(session, here, units, asked, now)


def _others(
    session: Session,
    here: _Window,
    asked: set[int],
    now: datetime,
    reach: Select[tuple[int]],
) -> list[OnRoll]:
    """Who has an attempt in the window though the exam is not asked of them any more."""
    people = queries.others_in(session, here.about.id, asked, reach)
    made = attempts_in_exam(session, here.exam_id, now, people) if people else {}
    if not made:
        return []
    last = [attempts[-1].id for attempts in made.values()]
    units = queries.units_at_start(session, default_line(session).id, last, reach)
    return _one_by_one(session, here, units, {}, now)


def _one_by_one(
    session: Session,
    here: _Window,
    units: dict[int, int],
    asked: dict[int, Asked],
    now: datetime,
) -> list[OnRoll]:
    made = attempts_in_exam(session, here.exam_id, now, units)
    accounts = queries.accounts_of(session, units)
    found = []
    for person_id, unit_id in units.items():
        facts = RollFacts(
            asked=person_id in asked and here.is_for(person_id),
            due=_due(here.about, asked.get(person_id)),
            has_account=person_id in accounts,
            attempts=tuple(made.get(person_id, ())),
        )
        state = roll_state(here.about, facts, now)
        if state is not None:
            found.append(OnRoll(person_id, unit_id, state))
    return found


def _due(window: RollWindow, asked: Asked | None) -> Due:
    """When the window falls due for a person: a first one with the duty, as the figures have it."""
    if asked is None:
        return Due(window.closes_at)
    if window.kind is WindowKind.MAIN:
        return asked.duty.due
    return due_for(window.closes_at, asked.absences)


def part_of(
    session: Session,
    roll: Iterable[OnRoll],
    standing: RollState | None,
    offset: int,
    size: int | None,
) -> list[OnRoll]:
    """The people of one standing (None: all) from an offset on, by standing, unit and name."""
    groups: dict[tuple[int, int], list[OnRoll]] = defaultdict(list)
    for each in roll:
        if standing in (None, each.standing):
            groups[_ORDER[each.standing], each.unit_id].append(each)
    end = None if size is None else offset + size
    before, part, skipped = 0, [], 0
    for key in sorted(groups):
        group = groups[key]
        if before + len(group) <= offset:
            skipped += len(group)
        elif end is None or before < end:
            part += [(key, each) for each in group]
        before += len(group)
    names = queries.sort_keys(session, [each.person_id for _, each in part])
    part.sort(key=lambda each: (each[0], names[each[1].person_id], each[1].person_id))
    first = offset - skipped
    return [each for _, each in part[first : None if size is None else first + size]]
