"""单位: the tree by forms; what moves is shown first, and nothing is lost by a unit put away."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.people.lines import default_line
from learnapp.db.people.models import Placement, Unit, UnitName
from learnapp.db.people.unit_trees import parents_on
from learnapp.db.progress import counters
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation
from learnapp.services.operations import verify
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import HASH, NOW

TODAY = local_day(NOW)


@pytest.fixture
def office(home):
    """An admin at work, counters as they should be."""
    with home.database.writing() as session:
        counters.refresh(session, home.clock.now())
        home.line_id = default_line(session).id
    home.enter("admin")
    return home


def _add(home, name: str, parent: int, **other: str) -> int:
    about = {
        "name": name,
        "kind": "court",
        "parent": str(parent),
        "line": str(home.line_id),
        "from_day": str(TODAY - timedelta(days=30)),
    }
    made = home.post("/units/new", **about | other)
    assert made.status_code == 303, made.text[:3000]
    return int(re.search(r"/units/(\d+)", made.headers["Location"]).group(1))


def _move(home, unit: int, parent: int, do: str = "confirm", day: date = TODAY):
    about = {"line": str(home.line_id), "parent": str(parent), "from_day": str(day)}
    return home.post(f"/units/{unit}/move", do=do, **about)


def _parents(home) -> dict[int, int | None]:
    with home.database.reading() as session:
        return parents_on(session, home.line_id, TODAY)


def test_a_unit_is_added_under_another_once_by_name(office):
    court = _add(office, "城关法庭", office.unit_id)
    assert _parents(office)[court] == office.unit_id
    again = {"name": "城关 法庭", "kind": "court", "line": str(office.line_id)}
    again |= {"parent": str(office.unit_id), "from_day": str(TODAY)}
    refused = office.post("/units/new", **again)
    assert refused.status_code == 422 and "已有同名的单位" in refused.text
    tree = office.client.get("/units").text
    assert tree.index("云岭市委政法委") < tree.index("城关法庭") and 'class="depth-1"' in tree


def test_a_move_is_shown_then_done_and_takes_everybody_below_along(office):
    upper = _add(office, "青溪法院", office.unit_id)
    court = _add(office, "城关法庭", office.unit_id)
    with office.database.writing() as session:
        caller = Caller(session, SYSTEM, NOW)
        person = people.add_person(caller, "庭里人", [(LoginKind.BADGE, "800001")])
        post = people.MembershipSpec(court, office.line_id)
        people.join(caller, person.id, post, date(2026, 1, 1))
        counters.refresh(session, office.clock.now(), [person.id])
    shown = _move(office, court, upper, "preview")
    assert shown.status_code == 200 and "共 1 人" in shown.text and "青溪法院" in shown.text
    assert _parents(office)[court] == office.unit_id
    assert _move(office, court, upper).status_code == 303
    assert _parents(office)[court] == upper
    with office.database.writing() as session:
        assert verify.differences(session, office.clock.now()) == []


def test_a_unit_never_comes_under_itself_nor_where_it_stands(office):
    upper = _add(office, "青溪法院", office.unit_id)
    court = _add(office, "城关法庭", upper)
    for parent in (court, upper):
        reply = _move(office, upper, parent)
        assert reply.status_code == 422 and "自己或自己的下级" in reply.text
    assert "本来就在" in _move(office, court, upper).text
    assert "上级管理员" in _move(office, office.unit_id, court).text


def test_an_admin_below_moves_nothing_out_of_a_unit_above(office):
    court = _add(office, "城关法庭", office.unit_id)
    post = _add(office, "法庭驻点", court)
    with office.database.writing() as session:
        caller = Caller(session, SYSTEM, NOW)
        local = people.add_person(caller, "庭长", [(LoginKind.BADGE, "local")])
        activation.set_password(session, NOW, local.id, HASH)
        roles.grant(caller, local.id, NewGrant(Role.ADMIN, court, office.line_id, TODAY))
    office.enter("local")
    assert _move(office, court, post).status_code == 422
    assert office.client.get(f"/units/{office.unit_id}").status_code == 404
    tree = office.client.get("/units").text
    assert "法庭驻点" in tree and "云岭市委政法委" not in tree
    assert _move(office, post, office.unit_id).status_code == 422


def test_a_name_changes_from_a_day_and_the_old_one_stays_readable(office):
    court = _add(office, "城关法庭", office.unit_id)
    about = {"name": "城关人民法庭", "kind": "change", "from_day": str(TODAY)}
    assert office.post(f"/units/{court}/rename", **about).status_code == 303
    page = office.client.get(f"/units/{court}").text
    assert "城关人民法庭" in page and "城关法庭（自" in page and "名称已改" in page
    with office.database.reading() as session:
        names = session.scalars(select(UnitName.name).order_by(UnitName.id)).all()
    assert names == ["城关法庭", "城关人民法庭"]


def test_a_unit_with_people_units_or_roles_is_not_put_away_and_an_empty_one_comes_back(office):
    upper = _add(office, "青溪法院", office.unit_id)
    court = _add(office, "城关法庭", upper)
    assert "下面还有单位" in office.post(f"/units/{upper}/retire").text
    assert "还有人" in office.post(f"/units/{office.unit_id}/retire").text
    assert office.post(f"/units/{court}/retire").status_code == 303
    assert "已撤销" in office.client.get(f"/units/{court}").text
    assert "城关法庭" not in office.client.get("/people/new").text
    assert office.post(f"/units/{court}/retire").status_code == 303
    assert office.post(f"/units/{court}/restore").status_code == 303
    assert "城关法庭" in office.client.get("/people/new").text
    with office.database.reading() as session:
        assert session.get_one(Unit, court).retired_at is None
        assert len(session.scalars(select(Placement).where(Placement.child_id == court)).all()) == 1
