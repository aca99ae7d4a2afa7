"""What people do with what is asked of them: portions read, exams sat, as deeds in time."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from learnapp.db.bank.difficulties import difficulties
from learnapp.db.core.caller import Caller
from learnapp.db.exams.attempt_papers import keys_of
from learnapp.db.exams.attempts import lock_sitting
from learnapp.demo.characters import Character, DaysAway, Manner
from learnapp.demo.deeds import Deed, Doing
from learnapp.domain.core.calendar import local_day, start_of, week_of
from learnapp.domain.core.permissions import Actor
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import WindowKind
from learnapp.domain.progress.figures import DutyState
from learnapp.services.exams import attempt_start, attempts, exams
from learnapp.services.exams.exams import ExamCard
from learnapp.services.study import owed, portions

_TO_THE_END = 99  # more sections than any portion has: the service keeps to the last
_LATER = (0, 0, 0, 0, 1, 1, 2, 3)  # days after the plan day on which a portion is read
_FRIDAY = 4


@dataclass(frozen=True)
class TimeSpan:
    """From when until when people act; `first` and `last` are the days by which diligence decays."""

    since: datetime
    until: datetime
    first: date
    last: date

    def share(self, day: date) -> float:
        """How much of the days has passed on a day, between 0 and 1."""
        whole = max(1, (self.last - self.first).days)
        return min(1.0, max(0.0, (day - self.first).days / whole))

    def holds(self, at: datetime) -> bool:
        """Whether an instant is within."""
        return self.since < at <= self.until


@dataclass
class Knowledge:
    """What is the same for all answers: the difficulty of each key revision, read once."""

    known: dict[int, int | None] = field(default_factory=dict)

    def difficulty(self, session: Session, revision_id: int) -> int | None:
        """The difficulty of the question that a key revision belongs to."""
        if revision_id not in self.known:
            self.known = difficulties(session)
        return self.known.get(revision_id)


def deeds_of(
    session: Session,
    who: Character,
    span: TimeSpan,
    knowledge: Knowledge,
    away: Mapping[int, DaysAway],
) -> list[Deed]:
    """All that one person does within the span, of what is asked of them at its end."""
    found: list[Deed] = []
    until = span.until if who.until is None else min(span.until, who.until)
    out = away.get(who.person_id)
    cards = _windows(session, who, span.until)
    for each in owed.items_owed(session, who.person_id, span.until):
        if each.duty is None or each.duty.state is DutyState.DONE:
            continue
        plan_day = each.duty.duty.plan_day
        if who.since is not None and plan_day < who.since:
            continue
        luck = who.luck(str(each.duty.duty.item_id))
        if luck.random() > who.manner.diligence(span.share(plan_day)):
            continue
        if each.portion_id is not None:
            at = _reads_at(luck, who, plan_day, out)
            if span.holds(at) and at <= until:
                found.append(Deed(at, who.person_id, _reading(who, at, each.portion_id)))
        elif each.exam_id in cards:
            sat = _Sitting(who, cards[each.exam_id].window.id, luck.getrandbits(128), knowledge)
            begins = _sits_at(luck, who, cards[each.exam_id])
            if out is not None and out.back(local_day(begins)) != local_day(begins):
                continue
            takes = timedelta(
                minutes=luck.randrange(2, 4) if _hurries(who) else luck.randrange(8, 19)
            )
            if span.holds(begins) and span.holds(begins + takes) and begins + takes <= until:
                found += sat.deeds(begins, takes)
    return found


def _hurries(who: Character) -> bool:
    return who.manner is Manner.PERFUNCTORY


def _windows(session: Session, who: Character, now: datetime) -> dict[int, ExamCard]:
    """One main window of each exam the person may sit: that of several batches which chance has it."""
    found: dict[int, ExamCard] = {}
    for card in exams.sittable(session, who.person_id, now):
        if card.window.kind != WindowKind.MAIN or card.attempt is not None:
            continue
        if card.exam.id not in found or who.luck(f"batch {card.exam.id}").random() < 0.5:
            found[card.exam.id] = card
    return found


def _reads_at(luck: random.Random, who: Character, day: date, out: DaysAway | None) -> datetime:
    """On the day or a little later; of who does it for the form's sake late on the week's Friday."""
    if _hurries(who):
        monday = week_of(day)[0]
        return start_of(monday + timedelta(days=_FRIDAY)) + timedelta(
            hours=16, minutes=luck.randrange(30, 59)
        )
    day += timedelta(days=luck.choice(_LATER))
    return start_of(day if out is None else out.back(day)) + timedelta(
        minutes=luck.randrange(7 * 60, 22 * 60)
    )


def _sits_at(luck: random.Random, who: Character, card: ExamCard) -> datetime:
    """During the window's hours, or on a working day of one that lasts a week."""
    opens, closes = card.window.opens_at, card.window.closes_at
    days = min(5, (closes - opens) // timedelta(days=1)) or 1
    day = local_day(opens) + timedelta(days=days - 1 if _hurries(who) else luck.randrange(days))
    first = max(opens, start_of(day) + timedelta(hours=9))
    last = min(closes, start_of(day) + timedelta(hours=17)) - timedelta(minutes=25)
    return first + timedelta(
        minutes=luck.randrange(max(1, int((last - first).total_seconds()) // 60))
    )


def _reading(who: Character, at: datetime, portion_id: int) -> Doing:
    def read(session: Session) -> None:
        caller = Caller(session, Actor(who.person_id), at)
        opened = portions.open_portion(caller, portion_id)
        opened = portions.keep_place(caller, opened, _TO_THE_END)
        right = portions.right_options(session, portion_id)
        portions.answer_check(caller, opened, {"options": right})

    return read


@dataclass(frozen=True)
class _Sitting:
    """One person's try at one window."""

    who: Character
    window_id: int
    seed: int
    knowledge: Knowledge

    def deeds(self, begins: datetime, takes: timedelta) -> list[Deed]:
        """Begin, and hand in before the time is up."""
        begun: list[str] = []

        def begin(session: Session) -> None:
            caller = Caller(session, Actor(self.who.person_id), begins)
            started = attempt_start.start(caller, self.window_id, f"{self.seed:032x}")
            begun.append(started.public_id)

        def hand_in(session: Session) -> None:
            for public_id in begun:
                caller = Caller(session, Actor(self.who.person_id), begins + takes)
                attempts.submit(caller, public_id, self.answers(session, public_id))

        rank = self.who.person_id
        return [Deed(begins, rank, begin), Deed(begins + takes, rank, hand_in)]

    def answers(self, session: Session, public_id: str) -> list[AnswerEvent]:
        """An answer to each question, right by ability against difficulty."""
        mine = random.Random(self.seed)
        sitting = lock_sitting(session, public_id, self.who.person_id)
        events = []
        for seq, row in enumerate(keys_of(session, sitting.id), 1):
            event_id = str(UUID(int=mine.getrandbits(128), version=4))
            hard = self.knowledge.difficulty(session, row.revision_id)
            right = mine.random() < self.who.chance(row.type, hard)
            options = sitting.places[row.ordinal].option_ids
            response = response_of(mine, row.key, options, right)
            events.append(AnswerEvent(event_id, seq, row.ordinal, response))
        return events


def response_of(
    rng: random.Random, key: dict[str, Any], options: tuple[str, ...], right: bool
) -> dict[str, Any]:
    """An answer as a phone would send it, right or one that is likely to be wrong."""
    if "options" in key:
        wrong = [each for each in options if each not in key["options"]] or list(options)
        return {"options": key["options"] if right else [rng.choice(wrong)]}
    if "blanks" in key:
        return {"blanks": [accepted[0] if right else "记不清" for accepted in key["blanks"]]}
    return {"text": key["text"][: 400 if right else 12]}
