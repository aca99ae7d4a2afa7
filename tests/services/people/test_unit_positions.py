"""建制序 is set for the units under one, and they are listed by it from then on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.people.models import Unit
from learnapp.domain.core.permissions import Permission
from learnapp.services.people import choices, unit_positions, units
from learnapp.services.people.naming import NameKind, NewName
from tests.services.people.rosters import book, bring, stage
from tests.services.refusals import refused
from tests.small_office import NOW

UNITS = [("甲所", ""), ("乙所", ""), ("丙所", "")]


@pytest.fixture
def town(office):
    """Three stations under the office."""
    people = [("张三", "300001", "甲所", "")]
    bring(office.caller(), stage(office.caller(), office.unit_id, book(UNITS, people)).public_id)
    return office


def _listed(office):
    names = [
        name for _id, name, _ in choices.units_within(office.caller(), Permission.ROSTER_IMPORT)
    ]
    return [name for name in names if name.endswith("所")]


def test_units_are_listed_in_the_order_given_to_them_also_after_a_new_name(town):
    ids = {unit.name: unit.id for unit in town.session.scalars(select(Unit))}
    wanted = {ids["丙所"]: 1, ids["甲所"]: 20, ids["乙所"]: None}
    assert unit_positions.put_in_order(town.caller(), town.unit_id, wanted) == 2
    assert unit_positions.put_in_order(town.caller(), town.unit_id, wanted) == 0
    assert _listed(town) == ["丙所", "甲所", "乙所"]
    new = NewName("新丙所", NameKind.CORRECTION, NOW.date())
    units.rename(town.caller(), ids["丙所"], new)
    assert _listed(town) == ["新丙所", "甲所", "乙所"]
    first = unit_positions.order_of(town.caller(), town.unit_id)[0]
    assert (first.name, first.position) == ("新丙所", 1)


def test_a_place_out_of_range_and_a_unit_elsewhere_are_refused(town):
    ids = {unit.name: unit.id for unit in town.session.scalars(select(Unit))}
    with refused("positions_out_of_range"):
        unit_positions.put_in_order(town.caller(), town.unit_id, {ids["甲所"]: 0})
    with refused("not_found"):
        unit_positions.put_in_order(town.caller(), ids["甲所"], {ids["乙所"]: 1})
