"""The large demonstration's units on two lines, and its people with their roles."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib import resources
from typing import Any

import yaml

from learnapp.db.core.caller import Caller
from learnapp.demo.characters import Manner
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.people import Basis, Category, LoginKind, UnitKind
from learnapp.services.people import people, roles
from learnapp.services.people.people import MembershipSpec
from learnapp.services.people.roles import NewGrant

TOP, COURT = "zf", "fy"
_CITY, _COUNTY = 2, 3  # levels of units; the commission itself is 1
_FIRST_BADGE = 100001
_AUXILIARY = 0.35  # of a police bureau's people
_CATEGORIES = {
    UnitKind.COURT: Category.JUDGE,
    UnitKind.PROCURATORATE: Category.PROCURATOR,
    UnitKind.COMMISSION: Category.CIVIL_SERVANT,
    UnitKind.JUSTICE: Category.CIVIL_SERVANT,
}
# Who signs in: login, the role as it is named on the sign-in page, the unit, the role that is granted.
PLAYERS = (
    ("admin", "管理员", TOP, Role.ADMIN),
    ("head", "单位负责人", "wc_zf", Role.UNIT_HEAD),
    ("liaison", "联络员", "bl_ga", Role.LIAISON),
    ("inspector", "指导组成员", TOP, Role.INSPECTOR),
    ("owner", "考试负责人", TOP, Role.TEST_OWNER),
    ("editor", "命题人", TOP, Role.QUESTION_EDITOR),
    ("reviewer", "审题人", TOP, Role.REVIEWER),
    ("marker", "阅卷人", TOP, Role.MARKER),
    ("proctor", "监考人", "qx_fy", Role.PROCTOR),
    ("officer", "干警", "qx_ga", None),
)


def town_data() -> Mapping[str, Any]:
    """Places, organs and texts of the town."""
    text = resources.files("learnapp.demo").joinpath("town.yaml").read_text(encoding="utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


@dataclass(frozen=True)
class PlannedUnit:
    """A unit to be made: its key, names, kind, and how many serve in it."""

    key: str
    name: str
    name_en: str
    kind: UnitKind
    county: str | None
    people: int
    manner: Manner
    posts: tuple[str, ...]


def planned_units(data: Mapping[str, Any]) -> Iterator[PlannedUnit]:
    """The prefecture's units, then county by county."""
    places = [(None, data["prefecture"], "city", Manner.STEADY)]
    places += [(c["key"], c, "county", Manner(c["manner"])) for c in data["counties"]]
    for county, place, size, manner in places:
        for organ in data["organs"]:
            key = organ["key"] if county is None else f"{county}_{organ['key']}"
            yield PlannedUnit(
                key,
                organ["zh"][size].format(place=place["zh"]),
                organ["en"][size].format(place=place["en"]),
                UnitKind(organ["kind"]),
                county,
                organ["people"][size],
                Manner(data["exceptions"].get(key, manner)),
                tuple(organ["posts"]),
            )


@dataclass
class Prefecture:
    """What has been made: ids of lines, units and people by key."""

    local: int = 0  # 块
    trade: int = 0  # 条
    units: dict[str, PlannedUnit] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    staff: dict[int, str] = field(default_factory=dict)  # person → unit key
    heads: dict[str, int] = field(default_factory=dict)  # unit key → person
    liaisons: dict[str, int] = field(default_factory=dict)
    players: dict[str, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    recruits: set[int] = field(default_factory=set)
    recruited_on: date | None = None


@dataclass
class TownFounding:
    """A town that is being made: by whom, since which day, by which chance, from which names."""

    caller: Caller
    rng: random.Random
    since: date
    names: Iterator[str]
    town: Prefecture = field(default_factory=Prefecture)
    badge: int = _FIRST_BADGE


def found_units(making: TownFounding) -> None:
    """Two lines: counties under the prefecture (块), and each organ under its own kind's (条)."""
    town, caller = making.town, making.caller
    town.local = people.add_line(caller.session, "default", "块", "Local line", True).id
    town.trade = people.add_line(caller.session, "trade", "条", "Line of the profession", False).id
    for each in planned_units(town_data()):
        level = _COUNTY if each.county else 1 if each.key == TOP else _CITY
        unit = people.add_unit(caller, each.name, each.kind, level, each.name_en)
        town.units[each.key], town.ids[each.key] = each, unit.id
        organ = each.key.rpartition("_")[2]
        commission = TOP if each.county is None or organ == TOP else f"{each.county}_{TOP}"
        above = None if each.key == TOP else town.ids[commission]
        people.place_unit(caller, town.local, above, unit.id, making.since)
        above = None if each.county is None else town.ids[organ]
        people.place_unit(caller, town.trade, above, unit.id, making.since)


def found_people(making: TownFounding) -> None:
    """Everybody in their unit; the first of a unit is its head, the second its liaison."""
    town = making.town
    for key, unit in town.units.items():
        made = [_person(making, key, making.since) for _ in range(unit.people)]
        town.heads[key], town.liaisons[key] = made[0], made[1]
        _grant(making, made[0], key, Role.UNIT_HEAD)
        _grant(making, made[1], key, Role.LIAISON)
    for login, _, key, role in PLAYERS:
        person_id = _person(making, key, making.since, login)
        town.players[login] = person_id
        if role is Role.UNIT_HEAD:
            town.heads[key] = person_id
        if role is not None:
            _grant(making, person_id, key, role)


def recruit(making: TownFounding, day: date, count: int) -> None:
    """New people of police bureaus, there from a day on."""
    bureaus = [key for key, unit in making.town.units.items() if unit.kind is UnitKind.POLICE]
    making.town.recruited_on = day
    for number in range(count):
        key = bureaus[number % len(bureaus)]
        making.town.recruits.add(_person(making, key, day))


def _person(making: TownFounding, key: str, since: date, login: str | None = None) -> int:
    """The next person, in the unit of this key."""
    town, name = making.town, next(making.names)
    kind = LoginKind.BADGE if login is None else LoginKind.STAFF_NUMBER
    person = people.add_person(making.caller, name, [(kind, login or str(making.badge))])
    making.badge += login is None
    category = _category(making, town.units[key].kind)
    unit = town.units[key]
    named = unit.posts[making.badge % len(unit.posts)]
    post = MembershipSpec(town.ids[key], town.local, Basis.ESTABLISHMENT, category, named)
    people.join(making.caller, person.id, post, since)
    if unit.kind is UnitKind.COURT:  # courts ask things on their own line (条), too
        people.join(making.caller, person.id, replace(post, line_id=town.trade), since)
    town.staff[person.id], town.names[person.id] = key, name
    return person.id


def _category(making: TownFounding, kind: UnitKind) -> Category:
    if kind is UnitKind.POLICE:
        auxiliary = making.rng.random() < _AUXILIARY
        return Category.AUXILIARY if auxiliary else Category.POLICE_OFFICER
    return Category.CONTRACT if making.rng.random() < 0.1 else _CATEGORIES[kind]


def _grant(making: TownFounding, person_id: int, key: str, role: Role) -> None:
    town = making.town
    until = making.since + timedelta(days=1100) if role is Role.INSPECTOR else None
    held = NewGrant(role, town.ids[key], town.local, making.since, until)
    roles.grant(making.caller, person_id, held)
