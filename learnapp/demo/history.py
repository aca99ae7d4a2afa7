"""What the demonstration's people did in the four weeks before today, in the order of time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from learnapp.db.attempts import keys_of, lock_sitting
from learnapp.db.scope import grants_of
from learnapp.domain.answers import AnswerEvent
from learnapp.domain.calendar import local_day, start_of, week_of
from learnapp.domain.permissions import Actor
from learnapp.services import attempts, exams, marking, readings, schedule, sittings, week

_DILIGENCE = (0.97, 0.9, 0.78, 0.62)  # by unit, so that the verdicts differ
_TO_THE_END = 99  # more sections than any portion has: the service keeps to the last
Deed = tuple[datetime, int, Callable[[], None]]


def live(
    session: Session,
    rng: random.Random,
    now: datetime,
    staff: dict[int, str],
    players: tuple[int, int],
) -> None:
    """Read, sit and mark as people would have, up to yesterday; the officer's week is left open."""
    marker, officer = players
    this_week = start_of(week_of(local_day(now))[0])
    keys = sorted(set(staff.values()))
    deeds: list[Deed] = []
    for person_id, key in staff.items():
        diligence = 1.0 if person_id == officer else _DILIGENCE[keys.index(key) % 4]
        until = this_week if person_id == officer else now - timedelta(hours=1)
        deeds += _deeds(session, rng, person_id, diligence, until)
    deeds.sort(key=lambda deed: deed[:2])
    for at, _, deed in deeds:
        del at
        deed()
    _close(session, now)
    _mark(session, rng, marker, now)


def _deeds(
    session: Session, rng: random.Random, person_id: int, diligence: float, until: datetime
) -> list[Deed]:
    """What one person did, each with its time."""
    found: list[Deed] = []
    actor = Actor(person_id)
    duties = week.duties_with_items(session, person_id, until)
    windows = {each.exam.id: each.window for each in exams.sittable(session, person_id, until)}
    for each in duties:
        minutes = timedelta(minutes=rng.randrange(8 * 60, 22 * 60))
        if rng.random() > diligence:
            continue
        if each.portion_id is not None:
            at = start_of(each.duty.duty.plan_day) + minutes
            deed = _reading(session, actor, at, each.portion_id)
        elif each.exam_id in windows:
            window = windows[each.exam_id]
            at = window.opens_at + timedelta(minutes=rng.randrange(5, 8 * 60))
            seed = f"{rng.getrandbits(128):032x}"
            skill = 0.55 + 0.4 * rng.random()
            deed = _sitting(session, actor, at, window.id, (seed, skill))
        else:
            continue
        if at < until:
            found.append((at, person_id, deed))
    return found


def _reading(session: Session, actor: Actor, at: datetime, portion_id: int) -> Callable[[], None]:
    def read() -> None:
        readings.keep_place(session, actor, at, portion_id, _TO_THE_END)
        right = readings.right_options(session, portion_id)
        readings.answer_check(session, actor, at, portion_id, {"options": right})

    return read


def _sitting(
    session: Session, actor: Actor, at: datetime, window_id: int, how: tuple[str, float]
) -> Callable[[], None]:
    seed, skill = how

    def sit() -> None:
        rng = random.Random(seed)
        public_id = sittings.start(session, actor, at, window_id, seed=seed)
        assert actor.person_id is not None
        sitting = lock_sitting(session, public_id, actor.person_id)
        events = []
        for seq, row in enumerate(keys_of(session, sitting.id), 1):
            event_id = str(UUID(int=rng.getrandbits(128), version=4))
            place = sitting.places[row.ordinal]
            response = _response(rng, row.key, place.option_ids, rng.random() < skill)
            events.append(AnswerEvent(event_id, seq, row.ordinal, response))
        handed_in = at + timedelta(minutes=rng.randrange(8, 28))
        attempts.submit(session, actor, handed_in, public_id, events)

    return sit


def _response(
    rng: random.Random, key: dict, options: tuple[str, ...], right: bool  # type: ignore[type-arg]
) -> dict:  # type: ignore[type-arg]
    if "options" in key:
        if right:
            return {"options": key["options"]}
        return {"options": [rng.choice(options)]}
    if "blanks" in key:
        return {"blanks": [accepted[0] if right else "记不清" for accepted in key["blanks"]]}
    return {"text": key["text"][: 400 if right else 12]}


def _close(session: Session, now: datetime) -> None:
    """Let the scheduler's work of those weeks be done."""
    for piece in schedule.due(session, now):
        schedule.do(session, now, piece)


def _mark(session: Session, rng: random.Random, marker: int, now: datetime) -> None:
    """The marker marked most of what waited, and left a few."""
    actor = Actor(marker, grants_of(session, marker, local_day(now)))
    waiting = marking.waiting(session, actor, now, limit=1000)
    for each in waiting[: max(0, len(waiting) - 6)]:
        long = len(each.response.get("text", "")) > 20
        awarded = each.marks if long and rng.random() < 0.7 else each.marks // 2
        marking.mark_by_person(
            session, actor, now - timedelta(minutes=30), each.attempt, each.question, awarded, ""
        )
