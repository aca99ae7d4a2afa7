"""The roll of a window at any size: people alike in all that decides are judged once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.exams.roll import Asking, ExpectedPerson
from learnapp.db.exams.roll_groups import Like, ResultGroup, RollPlace, RollQuery
from learnapp.db.people.lines import default_line
from learnapp.domain.exams.exams import (
    AttemptState,
    Channel,
    CountingRule,
    VoidCause,
    WindowKind,
    WindowState,
)
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.exams.roll import RollFacts, RollState, RollWindow, answers_again, roll_state
from learnapp.domain.study.programme import Due, concerning, due_for


@dataclass(frozen=True, slots=True)
class OnRoll:
    """A person on a window's roll: the unit where they count, and what they are on it; whether they
    are answering after an attempt that they have handed in."""

    person_id: int
    unit_id: int
    standing: RollState
    again: bool = False


@dataclass(frozen=True)
class _Window:
    """A window, what asks its exam, and the people that it is reserved for."""

    about: RollWindow
    exam_id: int
    asked: Asking
    as_of: datetime
    batch: set[int] | None
    cancelled: bool  # then only what was begun in it is on its roll

    def is_for(self, person_id: int) -> bool:
        """Whether somebody of whom the exam is asked may sit in this window."""
        return not self.cancelled and (self.batch is None or person_id in self.batch)


@dataclass(frozen=True)
class Roll:
    """Everybody within reach on a window's roll: of whom the exam is asked at its close, and who has an
    attempt in it, in any state. Those who are `alike` are counted, the others listed."""

    query: RollQuery | None
    alike: dict[RollState, dict[Like, int]]
    singles: list[OnRoll]

    @property
    def counts(self) -> Counter[RollState]:
        """How many are what."""
        found = Counter(each.standing for each in self.singles)
        for state, likes in self.alike.items():
            found[state] += sum(likes.values())
        return found

    @property
    def again(self) -> int:
        """How many are answering who have sat before in the window: nobody alike has two attempts."""
        return sum(each.again for each in self.singles)

    def part(
        self, session: Session, standing: RollState | None, offset: int, size: int | None
    ) -> list[OnRoll]:
        """The people of one standing (None: all) from an offset on, by standing, unit and name."""
        counts, found = self.counts, list[OnRoll]()
        for state in RollState:
            if standing not in (None, state) or not counts[state]:
                continue
            if offset >= counts[state]:
                offset -= counts[state]
                continue
            left = None if size is None else size - len(found)
            found += self._of(session, state, offset, left)
            offset = 0
            if size is not None and len(found) >= size:
                break
        return found

    def _of(
        self, session: Session, state: RollState, offset: int, size: int | None
    ) -> list[OnRoll]:
        """The same of one standing."""
        singles = {each.person_id: each for each in self.singles if each.standing is state}
        likes = self.alike.get(state, {})
        rows: list[RollPlace] = []
        if likes and self.query is not None:
            most, start = size, offset
            if singles:  # they come between the others: from the beginning
                most, start = (None if size is None else offset + size), 0
            rows = self.query.first(session, likes, most, start)
        if not singles:
            return [OnRoll(each.person_id, each.unit_id, state) for each in rows]
        keys = roll_queries.sort_keys(session, singles)
        rows += [
            RollPlace(each.unit_id, keys[each.person_id], each.person_id)
            for each in singles.values()
        ]
        end = None if size is None else offset + size
        return [OnRoll(each.person_id, each.unit_id, state) for each in sorted(rows)[offset:end]]


def about_window(exam: Exam, window: ExamWindow) -> RollWindow:
    """The window as the roll's rules see it."""
    return RollWindow(
        window.id, WindowKind(window.kind), window.closes_at, CountingRule(exam.counts)
    )


def _window_of(session: Session, exam: Exam, window: ExamWindow, now: datetime) -> _Window:
    as_of = min(now, window.closes_at)
    return _Window(
        about_window(exam, window),
        exam.id,
        roll_queries.asking(session, exam.id, as_of),
        as_of,
        roll_queries.batch_of(session, window.id),
        window.state == WindowState.CANCELLED,
    )


def roll_of(
    session: Session, exam: Exam, window: ExamWindow, now: datetime, reach: Select[int]
) -> Roll:
    """The window's roll within reach."""
    here = _window_of(session, exam, window, now)
    query, likes, special, present = _counted(session, here, now, reach)
    alike: dict[RollState, dict[Like, int]] = defaultdict(dict)
    for like, count in likes.items():
        state = _state_of(here, like, now)
        if state is not None:
            alike[state][like] = count
    singles = _special(session, here, special, now, reach)
    if present < roll_queries.sat_in(session, window.id):
        singles += _others(session, here, now, reach)
    return Roll(query, alike, singles)


@dataclass(frozen=True)
class MarkedRoll:
    """A window's roll with marks: the people alike in groups by unit, each with what they are, and the
    others one by one."""

    query: RollQuery | None
    groups: list[tuple[ResultGroup, RollState]]
    singles: list[OnRoll]
    states: dict[Like, RollState]


def marked_roll(
    session: Session, exam: Exam, window: ExamWindow, now: datetime, reach: Select[int]
) -> MarkedRoll:
    """The window's roll within reach, with marks."""
    here = _window_of(session, exam, window, now)
    query = _query(here, now, reach)
    found: list[ResultGroup] = []
    special: dict[int, int] = {}
    present = 0
    if query is not None:
        found, special, present = query.with_marks(session)
    states = {
        like: state
        for like in {group.like for group in found}
        if (state := _state_of(here, like, now)) is not None
    }
    singles = _special(session, here, special, now, reach)
    if present < roll_queries.sat_in(session, window.id):
        singles += _others(session, here, now, reach)
    groups = [(group, states[group.like]) for group in found if group.like in states]
    return MarkedRoll(query, groups, singles, states)


def some_of(
    session: Session, window: ExamWindow, now: datetime, people: Collection[int], reach: Select[int]
) -> list[OnRoll]:
    """Those of these people within reach who are on a window's roll because the exam is asked of them."""
    exam = session.get_one(Exam, window.exam_id)
    here = _window_of(session, exam, window, now)
    asked = roll_queries.asked_in(session, here.asked, here.as_of, people, reach)
    units = {person_id: each.unit_id for person_id, each in asked.items()}
    return _one_by_one(session, here, units, asked, now)


def _counted(
    session: Session, here: _Window, now: datetime, reach: Select[int]
) -> tuple[RollQuery | None, dict[Like, int], dict[int, int], int]:
    query = _query(here, now, reach)
    return (None, {}, {}, 0) if query is None else (query, *query.counted(session))


def _query(here: _Window, now: datetime, reach: Select[int]) -> RollQuery | None:
    """The people of whom the exam is asked; None where nothing asks it."""
    members = roll_queries.members_asked(here.asked, here.as_of, here.about.closes_at, reach)
    if members is None:
        return None
    with_results = here.about.kind is not WindowKind.MAIN
    return RollQuery(
        members, here.exam_id, here.about.id, here.batch is not None, with_results, now
    )


def _state_of(here: _Window, like: Like, now: datetime) -> RollState | None:
    """What all are who are alike in this, by the rule."""
    attempts = [] if like.state is None else [attempt_like(like, now)]
    asked = like.in_batch and not here.cancelled
    facts = RollFacts(asked, Due(here.about.closes_at), like.account, attempts)
    return roll_state(here.about, facts, now)


def attempt_like(like: Like, now: datetime) -> AttemptFacts:
    """An attempt as the rule of the roll sees it: one that is open has time left."""
    is_open = like.state == AttemptState.OPEN
    return AttemptFacts(
        id=0,
        public_id="",
        person_id=0,
        exam_id=0,
        window_id=like.window_id or 0,
        number=1,
        channel=Channel(like.channel or ""),
        state=AttemptState(like.state or ""),
        started_at=now,
        submitted_at=None if is_open else now,
        deadline=now,
        passed=like.passed,
        awarded=None,
        full=None,
        released=False,
        void_cause=VoidCause(like.void_cause) if like.void_cause else None,
    )


def _special(
    session: Session,
    here: _Window,
    people: dict[int, int],
    now: datetime,
    reach: Select[int],
) -> list[OnRoll]:
    """Those who are asked and whose due time or attempts are their own."""
    if not people:
        return []
    asked = roll_queries.asked_in(session, here.asked, here.as_of, people, reach)
    units = people | {person_id: each.unit_id for person_id, each in asked.items()}
    return _one_by_one(session, here, units, asked, now)


def _others(session: Session, here: _Window, now: datetime, reach: Select[int]) -> list[OnRoll]:
    """Who has an attempt in the window though the exam is not asked of them any more."""
    members = roll_queries.members_asked(here.asked, here.as_of, here.about.closes_at, reach)
    people = roll_queries.others_in(session, here.about.id, members, reach)
    made = attempts_in_exam(session, here.exam_id, now, people) if people else {}
    if not made:
        return []
    last = [attempts[-1].id for attempts in made.values()]
    units = roll_queries.units_at_start(session, default_line(session).id, last, reach)
    return _one_by_one(session, here, units, {}, now)


def _one_by_one(
    session: Session,
    here: _Window,
    units: dict[int, int],
    asked: dict[int, ExpectedPerson],
    now: datetime,
) -> list[OnRoll]:
    made = attempts_in_exam(session, here.exam_id, now, units)
    accounts = roll_queries.accounts_of(session, units)
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
            again = answers_again(here.about, state, facts.attempts)
            found.append(OnRoll(person_id, unit_id, state, again))
    return found


def _due(window: RollWindow, asked: ExpectedPerson | None) -> Due:
    """When the window falls due for a person: a first one with the duty, as the figures have it."""
    if asked is None:
        return Due(window.closes_at)
    if window.kind is WindowKind.MAIN:
        return asked.duty.due
    return due_for(window.closes_at, concerning(asked.absences, asked.duty.duty.item_id))
