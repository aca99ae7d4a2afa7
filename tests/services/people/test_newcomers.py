"""Many people who come at once: the same facts as one by one, or none."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.people import history
from learnapp.db.people.login_names import names_held
from learnapp.db.people.models import Grant, Membership, Person
from learnapp.domain.core.permissions import Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.people import newcomers
from learnapp.services.people.newcomers import Newcomer
from learnapp.services.people.people import MembershipSpec
from tests.services.refusals import refused


def _newcomer(office, name, *logins, roles=()):
    post = MembershipSpec(office.unit_id, office.line_id)
    return Newcomer(name, tuple((LoginKind.BADGE, each) for each in logins), post, roles)


def test_newcomers_get_their_ids_in_order_with_login_names_posts_and_roles(office):
    role = (Role.MARKER, office.unit_id, office.line_id)
    first, second = newcomers.bring_in(
        office.caller(),
        [
            _newcomer(office, "王伟", "300001", "300002"),
            _newcomer(office, "李强", "300003", roles=(role,)),
        ],
    )
    assert office.session.get_one(Person, first).name == "王伟"
    logins = [each.name for each in history.logins_over_time(office.session, first)]
    assert logins == ["300001", "300002"]
    posts = select(Membership.unit_id, Membership.counts).where(
        Membership.person_id.in_([first, second])
    )
    assert office.session.execute(posts).all() == [(office.unit_id, True)] * 2
    held = select(Grant.person_id, Grant.role).where(Grant.person_id.in_([first, second]))
    assert office.session.execute(held).all() == [(second, Role.MARKER)]


def test_nobody_who_comes_is_nobody(office):
    assert newcomers.bring_in(office.caller(), []) == []


@pytest.mark.parametrize("login", ["OFFICER", "300001"])
def test_a_login_name_that_is_held_or_wanted_twice_refuses_all_of_them(office, login):
    wanted = [_newcomer(office, "王伟", "300001"), _newcomer(office, "李强", login)]
    with refused("login_name_taken"):
        newcomers.bring_in(office.caller(), wanted)
    known = select(Person.id).where(Person.name.in_(["王伟", "李强"]))
    assert office.session.scalars(known).all() == []


def test_taken_login_names_are_those_that_open_an_account_now(office):
    assert names_held(office.session, ["officer", "300001"]) == {"officer"}
