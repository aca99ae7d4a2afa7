"""What the demonstration's people did in the four weeks before today, in the order of time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_papers import keys_of
from learnapp.db.exams.attempts import lock_sitting
from learnapp.db.people.scope import grants_of
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day, start_of, week_of
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.exams import attempt_start, attempts, exams, grading, monitoring
from learnapp.services.exams.grading import GivenGrade
from learnapp.services.operations import schedule
from learnapp.services.people import absences, people
from learnapp.services.people.absences import NewAbsence
from learnapp.services.people.people import MembershipSpec
from learnapp.services.study import owed, portions

_DILIGENCE = (0.97, 0.9, 0.78, 0.62)  # by unit, so that the verdicts differ
_OFFICER = 0.92
_LATER = (0, 0, 0, 0, 1, 2)  # days after the plan day on which a portion is read
_TO_THE_END = 99  # more sections than any portion has: the service keeps to the last
_LEFT_WAITING = 6
_AWAY = (  # whose absence (in the order of the staff), why, from which day of the stage to which
    (3, AbsenceKind.LEAVE, 2, 4, "事假"),
    (11, AbsenceKind.DUTY, 8, 9, "值班备勤"),
    (22, AbsenceKind.LEAVE, 9, 11, "病假"),
    (34, AbsenceKind.LONG_LEAVE, 7, 60, "产假"),
    (45, AbsenceKind.TRAVEL_REPORTED, 15, 18, "外出报备"),
    (52, AbsenceKind.LEAVE, 23, 25, "年休假"),
)
Action = tuple[datetime, int, Callable[[], None]]


@dataclass(frozen=True)
class Cast:
    """Who takes part: everybody with the key of their unit, and who plays what."""

    staff: dict[int, str]
    admin: Actor
    marker: int
    officer: int
    first: date  # the first day of the stage
    moves_to: tuple[str, MembershipSpec]  # a unit's key, and where one of its people is transferred


@dataclass(frozen=True)
class Away:
    """An absence to come."""

    kind: AbsenceKind
    first: date
    last: date
    reason: str


def live(session: Session, rng: random.Random, now: datetime, cast: Cast) -> None:
    """Read, sit and mark as people would have, up to now; the officer's week is left open."""
    this_week = start_of(week_of(local_day(now))[0])
    recently = now - timedelta(hours=1)
    keys = sorted(set(cast.staff.values()))
    away = _absences(cast)
    actions = _decisions(session, cast, away) + _ticks(session, cast, now)
    for person_id, key in cast.staff.items():
        if person_id == cast.officer:
            how, until = _OFFICER, min(this_week, recently)
        else:
            how, until = _DILIGENCE[keys.index(key) % len(_DILIGENCE)], recently
        actions += _actions(session, rng, person_id, (how, until), away.get(person_id))
    actions += _markings(session, rng, cast, now)
    actions.sort(key=lambda action: action[:2])
    for _, _, action in actions:
        action()


def _absences(cast: Cast) -> dict[int, Away]:
    """Some people are away for some days, one for long."""
    staff = list(cast.staff)
    return {
        staff[index]: Away(
            kind, cast.first + timedelta(days=begin), cast.first + timedelta(days=end), reason
        )
        for index, kind, begin, end, reason in _AWAY
    }


def _decisions(session: Session, cast: Cast, away: dict[int, Away]) -> list[Action]:
    """The admin records the absences as they begin, and a transfer in the third week."""
    found: list[Action] = []
    for person_id, each in away.items():
        at = start_of(each.first) + timedelta(hours=8)
        found.append((at, 0, _absence(session, cast.admin, at, person_id, each)))
    key, post = cast.moves_to
    moved = next(i for i, unit in cast.staff.items() if unit == key and i not in away)
    from_day = cast.first + timedelta(weeks=2)
    at = start_of(from_day) - timedelta(hours=56)  # Friday, 16:00

    def move() -> None:
        people.transfer(Caller(session, cast.admin, at), moved, post, from_day)

    began = start_of(from_day)
    return [*found, (at, 0, move), (began, -1, _tick(session, began))]


def _absence(
    session: Session, admin: Actor, at: datetime, person_id: int, away: Away
) -> Callable[[], None]:
    def record() -> None:
        absences.record(
            Caller(session, admin, at),
            person_id,
            NewAbsence(away.kind, away.first, away.last, away.reason),
        )

    return record


def _ticks(session: Session, cast: Cast, now: datetime) -> list[Action]:
    """The scheduler's work whenever a window opens or closes, and now."""
    windows = [each.window for each in monitoring.rooms(Caller(session, cast.admin, now))]
    edges = {edge for each in windows for edge in (each.opens_at, each.closes_at)}
    return [(at, -1, _tick(session, at)) for at in sorted({*edges, now}) if at <= now]


def _tick(session: Session, at: datetime) -> Callable[[], None]:
    def tick() -> None:
        for piece in schedule.due(session, at):
            schedule.carry_out(session, at, piece, f"demo {at.isoformat()}")
        counters.refresh_stale(session, at)

    return tick


def _actions(
    session: Session,
    rng: random.Random,
    person_id: int,
    how: tuple[float, datetime],
    away: Away | None,
) -> list[Action]:
    """What one person did, each with its time."""
    diligence, until = how
    found: list[Action] = []
    windows = {each.exam.id: each.window for each in exams.sittable(session, person_id, until)}
    for each in owed.items_owed(session, person_id, until):
        if rng.random() > diligence or each.duty is None:
            continue
        if each.portion_id is not None:
            minutes = timedelta(minutes=rng.randrange(8 * 60, 22 * 60))
            day = each.duty.duty.plan_day + timedelta(days=rng.choice(_LATER))
            at = start_of(_when_back(day, away)) + minutes
            if at < until:
                action = _reading(session, Actor(person_id), at, each.portion_id)
                found.append((at, person_id, action))
        elif each.exam_id in windows:
            window = windows[each.exam_id]
            at = _sits_at(rng, window.opens_at, window.closes_at)
            if at < until and _when_back(local_day(at), away) == local_day(at):
                found += _sitting(session, rng, person_id, at, window.id)
    return found


def _when_back(day: date, away: Away | None) -> date:
    """The day itself, or the first day after an absence that keeps from studying."""
    if away is None or away.kind == AbsenceKind.TRAVEL_REPORTED:
        return day
    return away.last + timedelta(days=1) if away.first <= day <= away.last else day


def _sits_at(rng: random.Random, opens_at: datetime, closes_at: datetime) -> datetime:
    """During the window's hours, or on a working day of a window that lasts a week."""
    days = min(5, (closes_at - opens_at) // timedelta(days=1))
    minutes = timedelta(minutes=rng.randrange(9 * 60 + 5, 17 * 60))
    return start_of(local_day(opens_at) + timedelta(days=rng.randrange(days or 1))) + minutes


def _reading(session: Session, actor: Actor, at: datetime, portion_id: int) -> Callable[[], None]:
    def read() -> None:
        opened = portions.open_portion(Caller(session, actor, at), portion_id)
        opened = portions.keep_place(Caller(session, actor, at), opened, _TO_THE_END)
        right = portions.right_options(session, portion_id)
        portions.answer_check(Caller(session, actor, at), opened, {"options": right})

    return read


def _sitting(
    session: Session, rng: random.Random, person_id: int, at: datetime, window_id: int
) -> list[Action]:
    """Begin, and hand in before the time is up."""
    actor = Actor(person_id)
    seed = f"{rng.getrandbits(128):032x}"
    skill = 0.55 + 0.4 * rng.random()
    handed_in = at + timedelta(minutes=rng.randrange(8, 28))
    begun: list[str] = []

    def begin() -> None:
        begun.append(attempt_start.start(Caller(session, actor, at), window_id, seed).public_id)

    def hand_in() -> None:
        mine = random.Random(seed)
        sitting = lock_sitting(session, begun[0], person_id)
        events = []
        for seq, row in enumerate(keys_of(session, sitting.id), 1):
            event_id = str(UUID(int=mine.getrandbits(128), version=4))
            options = sitting.places[row.ordinal].option_ids
            response = _response(mine, row.key, options, mine.random() < skill)
            events.append(AnswerEvent(event_id, seq, row.ordinal, response))
        attempts.submit(Caller(session, actor, handed_in), begun[0], events)

    return [(at, person_id, begin), (handed_in, person_id, hand_in)]


def _response(
    rng: random.Random,
    key: dict[str, Any],
    options: tuple[str, ...],
    right: bool,
) -> dict[str, Any]:
    if "options" in key:
        if right:
            return {"options": key["options"]}
        return {"options": [rng.choice(options)]}
    if "blanks" in key:
        return {"blanks": [accepted[0] if right else "记不清" for accepted in key["blanks"]]}
    return {"text": key["text"][: 400 if right else 12]}


def _markings(session: Session, rng: random.Random, cast: Cast, now: datetime) -> list[Action]:
    """The marker marks on each Monday, and just now all but a few of what waits."""
    last = now - timedelta(minutes=30)
    mondays = [start_of(cast.first + timedelta(weeks=n)) + timedelta(hours=10) for n in range(1, 5)]
    whole = [(at, 0, _marking(session, rng, cast.marker, at, 0)) for at in mondays if at < last]
    return [*whole, (last, 0, _marking(session, rng, cast.marker, last, _LEFT_WAITING))]


def _marking(
    session: Session, rng: random.Random, marker: int, at: datetime, left: int
) -> Callable[[], None]:
    def mark() -> None:
        actor = Actor(marker, grants_of(session, marker, local_day(at)))
        waiting = grading.grading_queue(Caller(session, actor, at), limit=1000)
        for each in waiting[: max(0, len(waiting) - left)]:
            long = len(each.response.get("text", "")) > 20
            awarded = each.marks if long and rng.random() < 0.7 else each.marks // 2
            grading.submit_grade(
                Caller(session, actor, at), each.attempt, each.question, GivenGrade(awarded)
            )

    return mark
