"""The demonstration's clock moved forward: what everybody but the visitor does meanwhile, then the clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learnapp.db.accounts import sign_ins
from learnapp.db.core.caller import Caller
from learnapp.db.people.login_names import holders_of
from learnapp.db.people.present import Present, present_on
from learnapp.db.progress import counters
from learnapp.demo.answering import Knowledge, TimeSpan, deeds_of
from learnapp.demo.characters import Character, Manner, character
from learnapp.demo.deeds import Scene, carry_out
from learnapp.demo.making import Making, progress_of
from learnapp.demo.town_people import planned_units, town_data
from learnapp.domain.core.calendar import local_day, start_of
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.exams import monitoring
from learnapp.services.operations import demonstration

_CYCLE = (Manner.LEADS, Manner.STEADY, Manner.LAGS, Manner.STEADY)


def move(making: Making, since: datetime, to: datetime) -> None:
    """Let the people act and the scheduler work as they would have until `to`. Who signs in does
    nothing by themselves, and stays signed in."""
    if to <= since:
        return
    today = local_day(since)
    span = TimeSpan(since, to, today - timedelta(days=1), today)
    knowledge = Knowledge()
    deeds = []
    with making.database.reading() as session:
        for who in _others(session, since):
            deeds += deeds_of(session, who, span, knowledge, {})
        rooms = monitoring.rooms(Caller(session, SYSTEM, to))
        edges = {edge for each in rooms for edge in (each.window.opens_at, each.window.closes_at)}
    mornings = {
        start_of(today + timedelta(days=n)) + timedelta(hours=9, minutes=1)
        for n in range((local_day(to) - today).days + 1)
    }
    ticks = [at for at in edges | mornings if span.holds(at)]
    progress = progress_of(making, deeds, (0.0, 0.95))
    carry_out(Scene(making.database, making.rounds, progress), deeds, ticks)
    making.rounds(making.database, to, False)
    with making.database.writing("demonstration") as session:
        counters.refresh_stale(session, to)
        sign_ins.carry_over(session, since, to)


def _others(session: Session, now: datetime) -> list[Character]:
    """Everybody but those who sign in, with the manner of their unit."""
    aside = holders_of(session, [each.login_name for each in demonstration.logins(session)])
    manners = {each.name: each.manner for each in planned_units(town_data())}
    return [
        character(each.person_id, _manner(each, manners))
        for each in present_on(session, local_day(now))
        if each.person_id not in aside
    ]


def _manner(who: Present, manners: dict[str, Manner]) -> Manner:
    """As the large town has it; of another's units one after the other."""
    return manners.get(who.unit_name, _CYCLE[who.unit_id % len(_CYCLE)])
