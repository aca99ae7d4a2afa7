"""Every unit below one in one list: the figures of their own pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.progress import counters
from learnapp.domain.core.errors import NotFound
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.services.people import people
from learnapp.services.progress import figures
from learnapp.services.progress.all_units import all_units
from learnapp.services.progress.figures import UnitFigures
from tests.small_office import FIRST_DAY, NOW

LATER = NOW + timedelta(days=8)


@pytest.fixture
def stage(office):
    """The stage, over a unit with a branch and one below that."""
    office.branch = office.add_branch()
    office.below, person_id = _add_below(office)
    counters.refresh(office.session, NOW, [person_id])
    counters.refresh_stale(office.session, LATER)
    return figures.stage_for(office.session, office.stage_id)


def _add_below(office):
    """A unit below the branch with somebody in it: (unit, person)."""
    system, day = office.system(), FIRST_DAY
    unit = people.add_unit(system, "东门派出所", UnitKind.POLICE, 3)
    people.place_unit(system, office.line_id, office.branch, unit.id, day)
    person = people.add_person(system, "民警甲", [(LoginKind.BADGE, "below")])
    people.join(system, person.id, people.MembershipSpec(unit.id, office.line_id), day)
    return unit.id, person.id


def _plain(row: UnitFigures):
    return (row.unit_id, row.counts, row.judged)


def test_each_unit_has_the_figures_of_its_own_page_in_the_order_of_the_tree(office, stage):
    head: Caller = office.caller("head", LATER)
    found = all_units(head, stage, office.unit_id)
    assert [(each.unit_id, each.depth) for each in found.rows] == [
        (office.unit_id, 0),
        (office.branch, 1),
        (office.below, 2),
    ]
    for row in found.rows:
        page = figures.unit_figures(head, stage, row.unit_id)
        assert _plain(row) == _plain(page.rows[0]) and row.counts.people
        assert (found.time, found.checkpoint) == (page.time, page.checkpoint)


def test_it_holds_what_is_within_reach_alone(office, stage):
    local = all_units(office.caller("local", LATER), stage, office.branch)
    assert [each.unit_id for each in local.rows] == [office.branch, office.below]
    with pytest.raises(NotFound):
        all_units(office.caller("local", LATER), stage, office.unit_id)
