"""Units are merged and split from a day on with all in them; past days stay; it can be undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import Bank
from learnapp.db.people import roster_match, unit_trees
from learnapp.db.people.models import Unit
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.people import UnitKind
from learnapp.domain.people.unit_deeds import RolesBecome
from learnapp.services.operations import verify
from learnapp.services.people import unit_deeds
from learnapp.services.people.unit_deeds import Merge, Split
from tests.services.people.rosters import book, bring, stage
from tests.services.refusals import refused
from tests.small_office import NOW

TODAY = local_day(NOW)
UNITS = [("东城分局", ""), ("派出所", "东城分局"), ("西城分局", "")]
HEADER = ("姓名", "警号", "单位", "角色", "岗位")
PEOPLE = [
    ("甲", "300001", "东城分局", "负责人", ""), ("乙", "300002", "东城分局", "", "窗口"),
    ("丙", "300003", "派出所", "", ""), ("丁", "300004", "西城分局", "", ""),
]  # fmt: skip


@pytest.fixture
def town(office):
    """Two branches, one with a station, and people in each; they have served for a month."""
    job = stage(office.caller(), office.unit_id, book(UNITS, PEOPLE, HEADER))
    bring(office.caller(), job.public_id)
    return office


def _unit(office, name):
    return office.session.scalars(select(Unit).where(Unit.name == name)).one()


def _there(office, name, day=TODAY):
    rows = roster_match.serving_in(office.session, {_unit(office, name).id}, office.line_id, day)
    return {each.name for each in rows}


def _parent(office, name, day=TODAY):
    parents = unit_trees.parents_on(office.session, office.line_id, day)
    return office.session.get(Unit, parents[_unit(office, name).id]).name


def _bank(office, owner):
    bank = Bank(owner_unit_id=owner, name="分局题库", recorded_at=NOW)
    for field in ("classification", "use", "state"):
        if hasattr(Bank, field):
            setattr(bank, field, "public")
    office.session.add(bank)
    office.session.flush()
    return bank


def test_all_of_a_merged_unit_goes_to_the_other_and_past_days_stay(town):
    east, west = _unit(town, "东城分局"), _unit(town, "西城分局")
    bank = _bank(town, east.id)
    plan = Merge(west.id, TODAY)
    seen = unit_deeds.what_it_does(
        town.caller(), lambda: unit_deeds.merge(town.caller(), east.id, plan)
    )
    assert (seen.people, seen.below, seen.owned["banks"], seen.roles_ended) == (2, 1, 1, 1)
    assert _there(town, "东城分局") == {"甲", "乙"}
    done = unit_deeds.merge(town.caller(), east.id, plan)
    assert done == seen
    assert _there(town, "西城分局") == {"甲", "乙", "丁"} and _there(town, "东城分局") == set()
    people = [
        each.person_id
        for each in roster_match.serving_in(town.session, {west.id}, town.line_id, TODAY)
    ]
    posts = roster_match.recorded(town.session, people, town.line_id, TODAY).values()
    assert {each.name: each.post for each in posts} == {"甲": "", "乙": "窗口", "丁": ""}
    assert (_parent(town, "派出所"), bank.owner_unit_id) == ("西城分局", west.id)
    assert _parent(town, "派出所", TODAY - timedelta(days=1)) == "东城分局"
    assert _unit(town, "东城分局").retired_at is not None
    assert verify.differences(town.session, NOW) == []


def test_a_merge_is_undone_but_for_what_was_decided_since(town):
    east, west = _unit(town, "东城分局"), _unit(town, "西城分局")
    bank = _bank(town, east.id)
    unit_deeds.merge(town.caller(), east.id, Merge(west.id, TODAY, RolesBecome.CARRIED))
    (deed,) = unit_deeds.deeds_of(town.caller(), west.id)
    chosen = [
        each.person_id
        for each in unit_deeds.serving_in(town.caller(), west.id)
        if each.name == "乙"
    ]
    unit_deeds.split(town.caller(), west.id, Split("特勤队", UnitKind.POLICE, TODAY, chosen))
    assert unit_deeds.undo(town.caller(), deed.id)
    assert not unit_deeds.undo(town.caller(), deed.id)
    assert _there(town, "东城分局") == {"甲"} and _there(town, "特勤队") == {"乙"}
    assert (_parent(town, "派出所"), bank.owner_unit_id) == ("东城分局", east.id)
    head = roster_match.recorded(town.session, [_id(town, "甲")], town.line_id, TODAY)
    ((role, unit, _line),) = head[_id(town, "甲")].roles
    assert (role, unit) == (Role.UNIT_HEAD, east.id)
    assert verify.differences(town.session, NOW) == []


def _id(office, name):
    everywhere = {unit.id for unit in office.session.scalars(select(Unit))}
    rows = roster_match.serving_in(office.session, everywhere, office.line_id, TODAY)
    return next(each.person_id for each in rows if each.name == name)


def test_a_unit_is_split_beside_itself_with_some_of_its_people_and_units_and_it_is_undone(town):
    east = _unit(town, "东城分局")
    plan = Split("南城分局", UnitKind.POLICE, TODAY, [_id(town, "乙")], [_unit(town, "派出所").id])
    made = unit_deeds.split(town.caller(), east.id, plan)
    assert (made.people, made.below) == (1, 1)
    assert _parent(town, "南城分局") == _parent(town, "东城分局")
    assert _there(town, "南城分局") == {"乙"} and _parent(town, "派出所") == "南城分局"
    (deed,) = unit_deeds.deeds_of(town.caller(), made.unit_id)
    unit_deeds.undo(town.caller(), deed.id)
    assert _there(town, "东城分局") == {"甲", "乙"}
    assert _unit(town, "南城分局").retired_at is not None


def test_what_cannot_be_merged_or_split_is_refused(town):
    east, station = _unit(town, "东城分局"), _unit(town, "派出所")
    for into, code in ((east.id, "unit_is_there"), (station.id, "unit_below_itself")):
        with refused(code):
            unit_deeds.merge(town.caller(), east.id, Merge(into, TODAY))
    with refused("in_the_future"):
        unit_deeds.merge(town.caller(), station.id, Merge(east.id, date(2030, 1, 1)))
    with refused("nobody_chosen"):
        unit_deeds.split(town.caller(), east.id, Split("某局", UnitKind.POLICE, TODAY, []))
    with refused("not_found"):
        unit_deeds.merge(town.caller(), east.id, Merge(10_000, TODAY))
    with refused("unit_deed_unknown"):
        unit_deeds.undo(town.caller(), 10_000)
