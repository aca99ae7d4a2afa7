"""People are found by any part of name, pinyin, initials, login name or unit, within reach."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation
from learnapp.services.people import people, search
from learnapp.services.people.search import PeopleSearch, PersonFilter
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY

TODAY = date(2026, 11, 23)


def _found(office, wanted, login="admin", **more):
    found, total = search.people_in_reach(office.caller(login), PeopleSearch(wanted, **more), 1)
    assert len(found) == total
    return [each.login_name for each in found]


@pytest.fixture
def namesakes(office):
    """Two people of one name, the first without a space in it."""
    post = people.MembershipSpec(office.unit_id, office.line_id)
    for name, badge in (("曾　育才", "300001"), ("曾育才", "300002")):
        person = people.add_person(office.system(), name, [(LoginKind.BADGE, badge)])
        people.join(office.system(), person.id, post, FIRST_DAY)
    office.session.flush()


@pytest.mark.usefixtures("namesakes")
@pytest.mark.parametrize(
    "wanted", ["曾育才", "曾 育才", "zengyucai", "ZYC", "zeng yu", "３００００"]
)
def test_people_are_found_by_any_spelling_and_namesakes_told_apart_by_login(office, wanted):
    assert _found(office, wanted) == ["300001", "300002"]


def test_a_unit_finds_its_people_and_signs_find_no_more_than_themselves(office):
    assert len(_found(office, "政法委")) >= 5
    assert _found(office, "100%") == [] == _found(office, "_")


def test_a_list_holds_who_counts_within_reach_and_a_search_also_who_does_not(office):
    office.add_branch()
    assert "root" not in _found(office, "") and _found(office, "root") == ["root"]
    assert _found(office, "", "local") == ["local"] and _found(office, "officer", "local") == []
    with refused("forbidden"):
        _found(office, "", "head")


def test_a_list_can_be_narrowed_to_whose_account_waits_for_something(office):
    who = office.staff["officer"]
    activation.issue(office.caller(), [who])
    assert _found(office, "", only=PersonFilter.UNUSED_CODE) == ["officer"]
    assert _found(office, "", only=PersonFilter.WITHOUT_ACCOUNT) == []
    assert _found(office, "", only=PersonFilter.WITHOUT_PROGRAMME) == []


def test_a_page_holds_its_part_of_all_that_are_found(office):
    (first,), total = search.people_in_reach(office.caller(), PeopleSearch(), 1, size=1)
    (second,), same = search.people_in_reach(office.caller(), PeopleSearch(), 2, size=1)
    assert first.person_id != second.person_id and total == same == 5


@pytest.mark.usefixtures("namesakes")
def test_what_lists_call_a_person_or_a_unit_finds_them(office):
    assert _found(office, "曾育才（300002）") == ["300002"]
    assert _found(office, "曾育才(300001)") == ["300001"]
    system = office.system()
    for above in (office.unit_id, office.add_branch()):
        station = people.add_unit(system, "城关所", "police", 3)
        people.place_unit(system, office.line_id, above, station.id, FIRST_DAY)
        post = people.MembershipSpec(station.id, office.line_id)
        person = people.add_person(system, "所里人", [(LoginKind.BADGE, f"4{station.id:05}")])
        people.join(system, person.id, post, FIRST_DAY)
        office.session.flush()
    assert len(_found(office, "城关所")) == 2
    assert len(_found(office, "东城分局/城关所")) == len(_found(office, "东城分局 ／ 城关所")) == 1
    assert _found(office, "", unit_id=station.id) == [f"4{station.id:05}"]
    assert _found(office, "officer", unit_id=station.id) == []
    with refused("not_found"):
        search.unit_searched(office.caller("local"), office.unit_id)
