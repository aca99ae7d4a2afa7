"""Whom a form's text means: login names, names that one person bears, or both."""

from __future__ import annotations

from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import LoginKind
from learnapp.services.people import choices, people
from tests.services.refusals import refused
from tests.small_office import FIRST_DAY

RIGHT = Permission.PEOPLE_READ


def _add(office, name, login):
    person = people.add_person(office.system(), name, [(LoginKind.BADGE, login)])
    post = people.MembershipSpec(office.unit_id, office.line_id)
    people.join(office.system(), person.id, post, FIRST_DAY)
    return person.id


def test_an_entry_is_a_login_name_a_name_or_both_and_each_person_is_meant_once(office):
    staff = office.staff
    text = "officer\nother甲，head甲（head）、 OFFICER ; officer甲"
    assert choices.people_named(office.caller(), RIGHT, text) == [
        staff["officer"],
        staff["other"],
        staff["head"],
    ]


def test_entries_may_stand_on_one_line_with_spaces_between_them(office):
    found = choices.people_named(office.caller(), RIGHT, "officer other")
    assert found == [office.staff["officer"], office.staff["other"]]


def test_a_name_of_two_people_asks_which_one_and_their_login_name_says_it(office):
    first, second = _add(office, "王伟", "300001"), _add(office, "王伟", "300002")
    with refused("people_ambiguous") as refusal:
        choices.people_named(office.caller(), RIGHT, "王伟")
    assert refusal.params["choices"] == [("王伟", "300001"), ("王伟", "300002")]
    text = "王伟（300002）\n300001"
    assert choices.people_named(office.caller(), RIGHT, text) == [second, first]


def test_who_is_out_of_reach_is_as_unknown_as_who_is_nowhere(office):
    office.add_branch()
    with refused("people_unknown") as refusal:
        choices.people_named(office.caller("local"), RIGHT, "local\nofficer\nnobody")
    assert refusal.params["names"] == ["officer", "nobody"]


def test_units_are_offered_as_far_as_the_actor_reaches_in_the_order_of_the_tree(office):
    branch = office.add_branch()
    assert choices.units_within(office.caller(), RIGHT) == [
        (office.unit_id, "云岭市委政法委", 0),
        (branch, "东城分局", 1),
    ]
    assert [each[0] for each in choices.units_within(office.caller("local"), RIGHT)] == [branch]
