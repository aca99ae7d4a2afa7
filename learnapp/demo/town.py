"""The large demonstration: a prefecture of eight counties, made through the services in the order of time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from learnapp.db.core.caller import Caller
from learnapp.db.operations import query_statistics
from learnapp.db.operations.installation import is_empty
from learnapp.db.progress import counters
from learnapp.demo import load as small
from learnapp.demo import town_people, town_plans, town_staff, town_steering
from learnapp.demo.answering import Knowledge, TimeSpan, deeds_of
from learnapp.demo.characters import Character, DaysAway, Manner, character
from learnapp.demo.deeds import Deed, Scene, carry_out
from learnapp.demo.making import Making, progress_of
from learnapp.demo.town_people import PLAYERS, Prefecture, TownFounding
from learnapp.demo.town_plans import Plans, TownDays
from learnapp.demo.town_staff import Office
from learnapp.domain.core.calendar import local_day, start_of
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.accounts import activation
from learnapp.services.exams import monitoring
from learnapp.services.operations import demonstration
from learnapp.services.operations.demonstration import PASSWORD, Login

_SEED = 20210305
_RECRUITS = 18
_RECRUITED_AGO = timedelta(weeks=7)
_NAMES = 900


def load(making: Making, now: datetime, password_hash: str) -> list[Login]:
    """Fill an empty database; does nothing, and gives [], where anybody is."""
    database, days = making.database, TownDays(now)
    with database.writing("demonstration") as session:
        if not is_empty(session):
            return []
        making.report("  units and people")
        town = _found(Caller(session, SYSTEM, days.founded), days)
        logins = _passwords(Caller(session, SYSTEM, days.founded), town, password_hash)
        making.report("  questions, readings, programmes in outline")
        admin = town_staff.acting(session, town.players["admin"], days.founded)
        plans = town_plans.content(admin, town)
        town_plans.outline(admin, town, days, plans)
    making.progress(0.05)
    making.report("  two years of exams in outline")
    early = _span(days.founded, days.prepared, days)
    _live(making, town, (early, (0.05, 0.15)), [], {})
    office = _full(making, town, days, plans)
    making.report("  four months in full")
    late = _span(days.prepared, now - timedelta(hours=1), days)
    deeds, away = town_staff.deeds(office)
    deeds += town_steering.deeds(office)
    _live(making, town, (late, (0.15, 0.98)), deeds, away)
    _settle(making, now)
    with database.writing("demonstration") as session:
        demonstration.label(session, logins)
    making.progress(1.0)
    return logins


def _found(caller: Caller, days: TownDays) -> Prefecture:
    """Units and people; who joins later is entered by now, too, and there from that day on."""
    rng = random.Random(_SEED)
    known = small.known_names()
    pairs = [s + g for s in known["surnames"] for g in known["given"]]
    founding = TownFounding(caller, rng, local_day(caller.now), iter(rng.sample(pairs, _NAMES)))
    town_people.found_units(founding)
    town_people.found_people(founding)
    town_people.recruit(founding, days.monday - _RECRUITED_AGO, _RECRUITS)
    return founding.town


def _passwords(caller: Caller, town: Prefecture, password_hash: str) -> list[Login]:
    codes = activation.issue(caller, list(town.players.values()))
    for code in codes.values():
        activation.activate(caller.session, caller.now, code, PASSWORD, password_hash)
    for person_id in set(town.staff) - set(town.players.values()):
        activation.set_password(caller.session, caller.now, person_id, password_hash)
    return [Login(role, town.names[town.players[login]], login) for login, role, _, _ in PLAYERS]


def _full(making: Making, town: Prefecture, days: TownDays, plans: Plans) -> Office:
    at = days.prepared
    with making.database.writing("demonstration") as session:
        admin = town_staff.acting(session, town.players["admin"], at)
        full = town_plans.full(admin, town, days, plans)
        campaign = town_plans.campaign(admin, town, days, plans)
        town_plans.of_the_courts(admin, town, days, plans)
    return Office(town, days, full, campaign)


def _span(since: datetime, until: datetime, days: TownDays) -> TimeSpan:
    return TimeSpan(since, until, days.campaign[0].first_day, days.monday)


def _live(
    making: Making,
    town: Prefecture,
    when: tuple[TimeSpan, tuple[float, float]],
    deeds: list[Deed],
    away: dict[int, DaysAway],
) -> None:
    """All that happens within a span, in the order of time; its part of the whole progress."""
    span, (low, high) = when
    knowledge = Knowledge()
    found = list(deeds)
    with making.database.reading() as session:
        for who in _characters(town, span):
            found += deeds_of(session, who, span, knowledge, away)
        rooms = monitoring.rooms(town_staff.acting(session, town.players["admin"], span.until))
        edges = {edge for each in rooms for edge in (each.window.opens_at, each.window.closes_at)}
    ticks = [at for at in (*edges, *_mornings(span)) if span.holds(at)]
    progress = progress_of(making, found, (low, high))
    scene = Scene(making.database, making.rounds, progress, windows_alone=not deeds)
    carry_out(scene, found, ticks)


def _characters(town: Prefecture, span: TimeSpan) -> Iterable[Character]:
    """Everybody but the roles that keep out of exams; the officer's week is left to the visitor."""
    aside = {town.players[login] for login in ("admin", "owner", "editor", "reviewer")}
    officer = town.players["officer"]
    for person_id, key in town.staff.items():
        if person_id in aside:
            continue
        yield replace(
            character(person_id, Manner.LEADS if person_id == officer else town.units[key].manner),
            since=town.recruited_on if person_id in town.recruits else None,
            until=start_of(span.last) if person_id == officer else None,
        )


def _mornings(span: TimeSpan) -> Iterator[datetime]:
    """Each Monday's cut-off and the instant when what was asked for in the week is sent."""
    day = span.last - timedelta(weeks=20)
    while day <= span.last + timedelta(weeks=1):
        yield start_of(day) + timedelta(hours=9, minutes=1)
        yield start_of(day + timedelta(days=2)) + timedelta(hours=17)
        yield start_of(day + timedelta(days=3)) + timedelta(hours=10, minutes=30)
        day += timedelta(weeks=1)


def _settle(making: Making, now: datetime) -> None:
    """The scheduler's last round, everybody counted, and the planner's sizes renewed."""
    making.rounds(making.database, now, False)
    with making.database.writing("demonstration") as session:
        counters.refresh_stale(session, now)
        query_statistics.renew(session, now)
