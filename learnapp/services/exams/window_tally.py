"""A window's results at any size: counts by unit, marks, and any page of the list in 建制序."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import repeat

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams import mark_sheet
from learnapp.db.exams import roll as roll_queries
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.outcomes import attempts_in_exam
from learnapp.db.exams.roll_groups import Like, ResultGroup, RollPlace
from learnapp.db.exams.windows import windows_of
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import units_in_scope
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.exams.mark_sheet import Grade, Remark, SheetLine, UnitResult, line_of
from learnapp.domain.exams.outcomes import AttemptFacts, counting
from learnapp.domain.exams.roll import (
    RollState,
    RollWindow,
    answers_again,
    decisive_attempt,
    has_passed,
)
from learnapp.services.exams import window_roll
from learnapp.services.exams.window_roll import MarkedRoll, about_window, attempt_like


@dataclass(frozen=True)
class PersonLine:
    """A person on the list: where, what they are on the roll, their line; whether something that they
    handed in is not marked yet (`waits`)."""

    person_id: int
    unit_id: int
    state: RollState
    line: SheetLine
    waits: bool
    passed: bool
    again: bool = False


@dataclass(frozen=True)
class ListFilter:
    """Which of a list are wanted: of one unit (None: any), with one grade (None: any)."""

    unit_id: int | None = None
    grade: Grade | None = None


ALL = ListFilter()


@dataclass(frozen=True)
class Judge:
    """By what the attempts of a window's people are judged."""

    about: RollWindow
    kinds: dict[int, WindowKind]
    now: datetime

    def line(self, state: RollState, made: Sequence[AttemptFacts]) -> SheetLine:
        """The line by the attempt that counts by the exam's rule, as in the totals; while none is
        marked, by the one of the roll."""
        attempt = counting(self.about.counts, made) or decisive_attempt(self.about, made)
        kind = None if attempt is None else self.kinds.get(attempt.window_id)
        return line_of(
            state,
            attempt,
            kind,
            over=self.now >= self.about.closes_at,
            misconduct=any(each.misconduct for each in made),
        )

    def person(
        self, person_id: int, unit_id: int, state: RollState, made: Sequence[AttemptFacts]
    ) -> PersonLine:
        """All that the list says of a person."""
        return PersonLine(
            person_id,
            unit_id,
            state,
            self.line(state, made),
            any(each.counts and each.passed is None for each in made),
            has_passed(self.about, made),
            answers_again(self.about, state, made),
        )

    def alike(self, group: ResultGroup, state: RollState) -> PersonLine:
        """The same of all in a group, who are nobody in particular."""
        made: list[AttemptFacts] = []
        if group.like.state is not None:
            attempt = attempt_like(group.like, self.now)
            made = [replace(attempt, awarded=group.awarded, full=group.full)]
        return self.person(0, group.unit_id, state, made)


@dataclass(frozen=True)
class WindowTally:
    """A window's people with their marks: those alike in groups (how many, and what each is), the
    others one by one; `places` says where each unit is in 建制序."""

    judge: Judge
    roll: MarkedRoll
    groups: list[tuple[ResultGroup, PersonLine]]
    singles: list[PersonLine]
    places: dict[int, int]

    def _each(self) -> Iterator[tuple[PersonLine, int]]:
        yield from ((line, group.people) for group, line in self.groups)
        yield from ((line, 1) for line in self.singles)

    def lines(self) -> Iterator[SheetLine]:
        """Everybody's line, in no order."""
        for each, count in self._each():
            yield from repeat(each.line, count)

    def units(self) -> list[UnitResult]:
        """The counts of each unit, in 建制序."""
        states: dict[int, Counter[RollState]] = defaultdict(Counter)
        passed, again, waits = Counter[int](), Counter[int](), Counter[int]()
        found_out = Counter[int]()
        for each, count in self._each():
            states[each.unit_id][each.state] += count
            passed[each.unit_id] += count * each.passed
            again[each.unit_id] += count * each.again
            waits[each.unit_id] += count * each.waits
            found_out[each.unit_id] += count * (each.line.remark is Remark.VOIDED)
        about, now = self.judge.about, self.judge.now
        return [
            UnitResult.of(unit, about, states[unit], again[unit], now).with_marks(
                passed[unit], waits[unit], found_out[unit]
            )
            for unit in self.in_order(states)
        ]

    def in_order(self, units: Iterable[int]) -> list[int]:
        """The units in 建制序; what is on no line comes last."""
        return sorted(units, key=lambda unit: (self.places.get(unit, len(self.places)), unit))

    def grades(self) -> Counter[Grade]:
        """How many have which grade."""
        found = Counter[Grade]()
        for each, count in self._each():
            found[each.line.grade] += count
        return found

    def count(self, wanted: ListFilter) -> int:
        """How many people are wanted."""
        return sum(count for each, count in self._each() if _fits(each, wanted))

    def page(
        self, session: Session, exam_id: int, wanted: ListFilter, offset: int, size: int | None
    ) -> list[PersonLine]:
        """The people wanted from an offset on, by unit in 建制序 and name, never by mark."""
        groups = [each for each in self.groups if _fits(each[1], wanted)]
        singles = [each for each in self.singles if _fits(each, wanted)]
        counts = Counter[int]()
        for group, _line in groups:
            counts[group.unit_id] += group.people
        counts.update(each.unit_id for each in singles)
        units, skip = _units_of(self.in_order(counts), counts, offset, size)
        most = None if size is None else skip + size
        likes = {group.like for group, _line in groups if group.unit_id in set(units)}
        rows: list[tuple[RollPlace, Like]] = []
        if likes and self.roll.query is not None:
            rows = self.roll.query.of_units(session, likes, units, most)
        here = {each.person_id: each for each in singles if each.unit_id in set(units)}
        keys = roll_queries.sort_keys(session, here) if here else {}
        place = {unit: number for number, unit in enumerate(units)}
        whole: list[tuple[int, str, int, Like | None]] = [
            (place[at.unit_id], at.sort_key, at.person_id, like) for at, like in rows
        ]
        whole += [(place[each.unit_id], keys[who], who, None) for who, each in here.items()]
        whole.sort(key=lambda each: each[:3])
        part = whole[skip:most]
        people = [who for _place, _key, who, _like in part]
        made = attempts_in_exam(session, exam_id, self.judge.now, people)
        return [
            here[who]
            if like is None
            else self.judge.person(who, units[at], self.roll.states[like], made.get(who, ()))
            for at, _key, who, like in part
        ]


def _fits(each: PersonLine, wanted: ListFilter) -> bool:
    return wanted.unit_id in (None, each.unit_id) and wanted.grade in (None, each.line.grade)


def _units_of(
    in_order: Sequence[int], counts: Counter[int], offset: int, size: int | None
) -> tuple[list[int], int]:
    """The units of which a part of a list is made, and how many of the first come before it."""
    found: list[int] = []
    left, have = offset, 0
    for unit in in_order:
        if not found and left >= counts[unit]:
            left -= counts[unit]
            continue
        found.append(unit)
        have += counts[unit]
        if size is not None and have >= left + size:
            break
    return found, left if found else 0


def tally_of(
    caller: Caller,
    exam: Exam,
    window: ExamWindow,
    permission: Permission = Permission.MARKS_READ,
) -> WindowTally:
    """The window's tally within the reach that the permission gives."""
    session, now, day = caller.session, caller.now, local_day(caller.now)
    reach = units_in_scope(caller.actor, permission, day)
    places = mark_sheet.order_of_units(session, default_line(session).id, day)
    kinds = {each.id: WindowKind(each.kind) for each in windows_of(session, exam.id)}
    judge = Judge(about_window(exam, window), kinds, now)
    roll = window_roll.marked_roll(session, exam, window, now, reach)
    people = [each.person_id for each in roll.singles]
    made = attempts_in_exam(session, exam.id, now, people) if people else {}
    return WindowTally(
        judge,
        roll,
        [(group, judge.alike(group, state)) for group, state in roll.groups],
        [
            judge.person(each.person_id, each.unit_id, each.standing, made.get(each.person_id, ()))
            for each in roll.singles
        ],
        places,
    )
