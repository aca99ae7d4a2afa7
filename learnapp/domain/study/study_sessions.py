"""集中学习: a roll call by ticks that come late, twice and from several phones, and what it comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from learnapp.domain.core.errors import RuleBroken

MOST_TICKS = 1000  # in one message of a phone


class SessionKind(StrEnum):
    """What kind of session it is."""

    COLLECTIVE = "collective"  # 集中学习
    LECTURE = "lecture"  # 专题讲座
    MEETING = "meeting"  # 以会代训
    FILM = "film"  # 观看教育片
    VIDEO = "video"  # 视频学习


class RollMark(StrEnum):
    """What was ticked for a person."""

    PRESENT = "present"  # 实到
    LEAVE = "leave"  # 请假
    ABSENT = "absent"  # 缺席


@dataclass(frozen=True)
class Tick:
    """A tick as a phone sends it: its own id, a count that grows over all phones it has heard of, whom
    and what."""

    event_id: str
    seq: int
    person_id: int
    mark: RollMark


def tick_from_json(raw: object) -> Tick:
    """A tick of a phone's message. Raises RuleBroken of "ticks"."""
    if not isinstance(raw, dict):
        raise RuleBroken("ticks", "bad_event")
    try:
        event_id = str(UUID(str(raw["event_id"])))
        seq, person_id = raw["seq"], raw["person_id"]
        mark = RollMark(raw["mark"])
    except (KeyError, ValueError) as wrong:
        raise RuleBroken("ticks", "bad_event") from wrong
    whole = all(isinstance(each, int) and not isinstance(each, bool) for each in (seq, person_id))
    if not whole or not 0 < seq < 2**53 or not 0 < person_id < 2**53:
        raise RuleBroken("ticks", "bad_event")
    return Tick(event_id, seq, person_id, mark)


def newest_of(ticks: Iterable[Tick]) -> dict[int, Tick]:
    """Per person the tick that holds: the one with the highest count, ties by id; in whatever order, and
    however often, they came."""
    newest: dict[int, Tick] = {}
    for each in ticks:
        known = newest.get(each.person_id)
        if known is None or (each.seq, each.event_id) > (known.seq, known.event_id):
            newest[each.person_id] = each
    return newest


def merged(ticks: Iterable[Tick]) -> dict[int, RollMark]:
    """Per person what holds, by the ticks."""
    return {person_id: each.mark for person_id, each in newest_of(ticks).items()}


@dataclass(frozen=True)
class FormMark:
    """A person's mark on a form of the whole roll: as it was drawn, with the id of the tick that held
    then (empty: none), and as it was posted."""

    person_id: int
    drawn: str
    based_on: str
    posted: RollMark


def changed_on_form(
    marks: Iterable[FormMark], held: Mapping[int, Tick]
) -> tuple[list[FormMark], list[int]]:
    """What a form changes, and of whom it is out of date: what somebody ticked after it was drawn is
    newer than what it says."""
    changed, stale = [], []
    for each in marks:
        now = held.get(each.person_id)
        if each.posted == each.drawn or (now is not None and now.mark is each.posted):
            continue
        if each.based_on == ("" if now is None else now.event_id):
            changed.append(each)
        else:
            stale.append(each.person_id)
    return changed, stale


@dataclass(frozen=True)
class SessionRoll:
    """A session's roll: 应到, 实到, 请假, 缺席, each as people; who is not marked yet is in none of the
    last three."""

    expected: frozenset[int]
    present: frozenset[int]
    on_leave: frozenset[int]
    absent: frozenset[int]

    @property
    def not_marked(self) -> frozenset[int]:
        """Expected, and nobody has ticked them yet."""
        return self.expected - self.present - self.on_leave - self.absent


def roll_of(
    expected: Collection[int],
    on_leave: Collection[int],
    marks: Mapping[int, RollMark],
    closed: bool,
) -> SessionRoll:
    """Who was there of those expected: as ticked; else on leave as recorded for the day; else, once the
    roll call is over, absent. Guests who were ticked count nowhere."""
    found: dict[RollMark, set[int]] = {mark: set() for mark in RollMark}
    for person_id in expected:
        mark = marks.get(person_id)
        if mark is None and person_id in on_leave:
            mark = RollMark.LEAVE
        if mark is None and closed:
            mark = RollMark.ABSENT
        if mark is not None:
            found[mark].add(person_id)
    return SessionRoll(
        frozenset(expected),
        *(frozenset(found[each]) for each in (RollMark.PRESENT, RollMark.LEAVE, RollMark.ABSENT)),
    )
