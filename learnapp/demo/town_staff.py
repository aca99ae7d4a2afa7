"""What the large demonstration's staff do in the four months: absences, transfers, marking, steering."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.core.caller import Caller
from learnapp.db.people.scope import grants_of
from learnapp.demo.characters import DaysAway
from learnapp.demo.deeds import Deed, Doing
from learnapp.demo.town_people import Prefecture, town_data
from learnapp.demo.town_plans import TownDays
from learnapp.domain.core.calendar import local_day, start_of
from learnapp.domain.core.permissions import Actor
from learnapp.domain.people.people import Category, UnitKind
from learnapp.domain.study.acceptance import StageStep
from learnapp.domain.study.programme import AbsenceKind
from learnapp.services.exams import grading
from learnapp.services.exams.grading import GivenGrade
from learnapp.services.operations import feedback
from learnapp.services.people import absences, people
from learnapp.services.people.absences import NewAbsence
from learnapp.services.people.people import MembershipSpec
from learnapp.services.study import acceptance, programmes
from learnapp.services.study.acceptance import NewStep

_AWAY = (  # every so many people: why, for how many days, with which reason
    (23, AbsenceKind.LEAVE, 4, "年休假"),
    (31, AbsenceKind.DUTY, 2, "值班备勤"),
    (47, AbsenceKind.LEAVE, 9, "病假"),
    (97, AbsenceKind.LONG_LEAVE, 120, "产假"),
    (61, AbsenceKind.TRAVEL_REPORTED, 3, "外出报备"),
)
_TRANSFERS = 12
_LEFT_WAITING = 60  # of the answers to the newest exam


@dataclass(frozen=True)
class Office:
    """The staff at work: the town, its days, and the two programmes that they steer."""

    town: Prefecture
    days: TownDays
    full: int
    campaign: int

    def caller(self, session: Session, login: str, at: datetime) -> Caller:
        """One of those who sign in, with the grants that they have then."""
        return acting(session, self.town.players[login], at)

    def at(self, week: int, day: int, hour: int) -> datetime:
        """An hour of a weekday (Monday is 0), so many weeks ago."""
        monday = self.days.monday - timedelta(weeks=week)
        return start_of(monday + timedelta(days=day)) + timedelta(hours=hour)


def acting(session: Session, person_id: int, at: datetime) -> Caller:
    """Somebody with the grants that they have at an instant."""
    return Caller(session, Actor(person_id, grants_of(session, person_id, local_day(at))), at)


def deeds(office: Office) -> tuple[list[Deed], dict[int, DaysAway]]:
    """All that has a day of its own, with who is away when."""
    away = dict(_away(office))
    found = [_absence(office, person_id, *each) for person_id, each in away.items()]
    found += [*_transfers(office, away), *_feedback(office), *_accepting(office)]
    found += [_marking(office, week) for week in range(16, -1, -1)]
    now = office.days.now
    return [each for each in found if each.at < now], {
        person_id: span for person_id, (_, span, _) in away.items()
    }


def _away(office: Office) -> Iterator[tuple[int, tuple[AbsenceKind, DaysAway, str]]]:
    players = set(office.town.players.values())
    staff = [each for each in office.town.staff if each not in players]
    rng = random.Random("away")
    for every, kind, length, reason in _AWAY:
        for person_id in staff[every // 2 :: every]:
            first = office.days.full + timedelta(days=rng.randrange(14, 17 * 7 - 2))
            span = DaysAway(first, first + timedelta(days=length - 1))
            yield person_id, (kind, span, reason)


def _absence(
    office: Office, person_id: int, kind: AbsenceKind, span: DaysAway, reason: str
) -> Deed:
    """Recorded by the liaison of the unit, or the prefecture's admin for the liaison's own."""
    at = start_of(span.first) + timedelta(hours=8)
    town = office.town
    liaison = town.liaisons[town.staff[person_id]]
    by = town.players["admin"] if liaison == person_id else liaison

    def record(session: Session) -> None:
        new = NewAbsence(kind, span.first, span.last, reason)
        absences.record(acting(session, by, at), person_id, new)

    return Deed(at, 0, record)


def _transfers(office: Office, away: Mapping[int, object]) -> Iterator[Deed]:
    """Police officers move from one county's bureau to the next one's, on a Monday."""
    town = office.town
    bureaus = [key for key, each in town.units.items() if each.kind is UnitKind.POLICE]
    busy = {*town.players.values(), *town.heads.values(), *town.liaisons.values(), *away}
    for number in range(_TRANSFERS):
        key, to = (bureaus[(number + n) % len(bureaus)] for n in (1, 2))
        movable = [each for each, unit in town.staff.items() if unit == key and each not in busy]
        person_id = movable[number % len(movable)]
        busy.add(person_id)
        from_day = local_day(office.at(14 - number, 0, 0))
        yield Deed(office.at(15 - number, 4, 16), 0, _transfer(office, person_id, to, from_day))
        town.staff[person_id] = to


def _transfer(office: Office, person_id: int, to: str, day: date) -> Doing:
    at = start_of(day) - timedelta(hours=56)  # Friday, 16:00

    def move(session: Session) -> None:
        caller = office.caller(session, "admin", at)
        post = MembershipSpec(
            office.town.ids[to], office.town.local, category=Category.POLICE_OFFICER
        )
        people.transfer(caller, person_id, post, day)

    return move


def _marking(office: Office, week: int) -> Deed:
    """What waits is marked on Tuesdays and Fridays; of the newest exam some is left waiting."""
    at = office.at(week, 1, 15)

    def mark(session: Session) -> None:
        mark_waiting(office, session, at, _LEFT_WAITING if week == 0 else 0)

    return Deed(at, 0, mark)


def mark_waiting(office: Office, session: Session, at: datetime, left: int) -> None:
    """Mark all short answers that wait but so many: long ones mostly in full, short ones by half."""
    caller = office.caller(session, "marker", at)
    waiting = grading.grading_queue(caller, limit=2000)
    for each in waiting[: max(0, len(waiting) - left)]:
        luck = random.Random(each.attempt)
        long = len(each.response.get("text", "")) > 20
        share = luck.choice((1.0, 1.0, 0.8, 0.9)) if long else luck.choice((0.2, 0.4, 0.0))
        grade = GivenGrade(int(each.marks * share) // 50 * 50)
        grading.submit_grade(caller, each.attempt, each.question, grade)


def _feedback(office: Office) -> Iterator[Deed]:
    """Officers say something, the prefecture's admin answers most of it two days later."""
    officers = list(office.town.staff)[40::53]
    for number, (text, reply) in enumerate(town_data()["feedback"]):
        yield from _remark(office, office.at(6 - number, 1, 12), officers[number], (text, reply))


def _remark(office: Office, at: datetime, person_id: int, texts: tuple[str, str]) -> Iterator[Deed]:
    text, reply = texts
    answered_at = at + timedelta(days=2)
    items: list[int] = []

    def say(session: Session) -> None:
        items.append(feedback.say(acting(session, person_id, at), text))

    def answer(session: Session) -> None:
        for each in items:
            feedback.answer(office.caller(session, "admin", answered_at), each, reply)

    yield Deed(at, 0, say)
    if reply:
        yield Deed(answered_at, 0, answer)


def _accepting(office: Office) -> Iterator[Deed]:
    """The first stage is accepted in its last week but for one county, and the others move on."""
    town = office.town
    late = [key for key, each in town.units.items() if each.county == "lw"]
    passed = [town.ids[key] for key in town.units if key not in late]
    back = [town.ids[key] for key in late]
    for at, step, units, note in (
        (office.at(5, 4, 15), StageStep.ACCEPTED, passed, "现场查看台账、抽测合格"),
        (office.at(5, 4, 16), StageStep.RETURNED, back, "学习任务完成不足，退回补课两周"),
        (office.at(4, 0, 9), StageStep.MOVED_ON, passed, ""),
        (office.at(2, 4, 15), StageStep.ACCEPTED, back, "补课后复验合格"),
    ):
        yield Deed(at, 1, _step(office, units, NewStep(step, local_day(at), note), at))


def _step(office: Office, units: list[int], new: NewStep, at: datetime) -> Doing:
    def record(session: Session) -> None:
        caller = office.caller(session, "admin", at)
        first = programmes.plans_in_reach(caller, office.campaign)[0]
        acceptance.record(caller, office.campaign, first.identity, units, new)

    return record
