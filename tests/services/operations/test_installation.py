"""Setting up: the first unit and its admin, further admins, and facts about the installation."""

from __future__ import annotations

import pytest

from learnapp.db.core.engine import Database, make_engine
from learnapp.db.operations import installation as installation_queries
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Unit
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.services.accounts import activation
from learnapp.services.operations import installation
from learnapp.services.people import units
from learnapp.services.study.owed import items_owed
from tests.services.refusals import refused
from tests.small_office import NOW

TODAY = local_day(NOW)


def _admin(office, unit="云岭市委政法委", name="第二管理员", login="second"):
    return installation.create_admin(office.session, NOW, unit, name, login)


def test_the_first_admin_comes_with_a_unit_a_line_and_a_code_for_a_password(database_url):
    database = Database(make_engine(database_url))
    with database.writing() as session:
        assert installation_queries.is_empty(session)
        code = installation.create_admin(session, NOW, " 云岭市委  政法委 ", "管理员", "root")
        assert not installation_queries.is_empty(session)
        assert session.query(Unit).one().name == "云岭市委政法委"
        who, name, logins = activation.holder(session, code, NOW)
        assert (name, logins) == ("管理员", ["root"])
        (grant,) = grants_of(session, who, TODAY)
        assert grant.line_id == default_line(session).id
    database.engine.dispose()


def test_a_further_admin_is_over_the_unit_of_that_name_and_is_asked_nothing(office):
    who, _, _ = activation.holder(office.session, _admin(office), NOW)
    office.staff["second"] = who
    assert office.caller("second").actor.may(Permission.ROSTER_IMPORT)
    assert units.page_of(office.caller("second"), office.unit_id).unit.id == office.unit_id
    assert items_owed(office.session, who, NOW) == []
    assert items_owed(office.session, office.staff["admin"], NOW)  # who was added as everybody is


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({"unit": " "}, "unit_needed"),
        ({"name": ""}, "name_needed"),
        ({"name": "长" * 201}, "value_too_long"),
        ({"unit": "云岭市公安局"}, "unit_unknown"),
        ({"login": "officer"}, "login_name_taken"),
    ],
)
def test_an_admin_has_a_name_a_login_name_and_a_unit_that_there_is(office, about, code):
    with refused(code):
        _admin(office, **about)


def test_a_units_name_that_two_bear_makes_no_admin(office):
    branch = office.add_branch()
    for parent in (office.unit_id, branch):
        new = units.NewUnit("城关派出所", "police", parent, office.line_id, TODAY)
        units.add(office.caller(), new)
    with refused("unit_ambiguous"):
        _admin(office, unit="城关派出所")


def test_a_fact_about_the_installation_is_the_one_that_was_set_last(office):
    assert installation.setting(office.session, "x") is None
    for value in (1, {"a": [2]}):
        installation.set_setting(office.session, "x", value)
        assert installation.setting(office.session, "x") == value
