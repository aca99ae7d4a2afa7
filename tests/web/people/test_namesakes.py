"""People of one name in one unit and units of one name are told apart wherever they are listed."""

from __future__ import annotations

import re
from datetime import date

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.people.lines import default_line
from learnapp.db.progress import counters
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.people import LoginKind, UnitKind
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import NOW

DAY = date(2026, 1, 1)
LOGINS = ("100023", "100077")
PATHS = ("东城分局/派出所", "西城分局/派出所")


@pytest.fixture
def town(home):
    """Two stations of one name, and two officers of one name in the first of them."""
    with home.database.writing() as session:
        line = default_line(session)
        stations = []
        for name in ("东城分局", "西城分局"):
            above = people.add_unit(Caller(session, SYSTEM, NOW), name, UnitKind.POLICE, 2)
            people.place_unit(Caller(session, SYSTEM, NOW), line.id, home.unit_id, above.id, DAY)
            station = people.add_unit(Caller(session, SYSTEM, NOW), "派出所", UnitKind.POLICE, 3)
            people.place_unit(Caller(session, SYSTEM, NOW), line.id, above.id, station.id, DAY)
            stations.append(station.id)
        came = []
        for login in LOGINS:
            person = people.add_person(
                Caller(session, SYSTEM, NOW), "李四", [(LoginKind.BADGE, login)]
            )
            post = people.MembershipSpec(stations[0], line.id)
            people.join(Caller(session, SYSTEM, NOW), person.id, post, DAY)
            came.append(person.id)
        roles.grant(
            Caller(session, SYSTEM, NOW), came[0], NewGrant(Role.PROCTOR, stations[1], None, DAY)
        )
        counters.refresh(session, home.clock.now(), came)
    return home, stations, came


def test_lists_of_people_show_the_login_names_of_namesakes_and_which_station(town):
    home, stations, came = town
    home.enter("admin")
    stage = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    for path in (f"/rooms/{home.window_id}", f"{stage}/people", "/people?q=李四"):
        # The list alone: choices of units on the same page name the stations too.
        page = re.sub(r"<select.*?</select>", "", home.client.get(path).text, flags=re.DOTALL)
        assert all(login in page for login in LOGINS), path
        assert PATHS[0] in page and page.count("李四") >= 2, path
    for station, path in zip(stations, PATHS, strict=True):
        assert path in home.client.get(f"/progress/stages/{home.stage_id}/units/{station}").text
    ticks = home.client.get("/people?q=李四").text
    assert all(f"选中 李四（{login}）<" in ticks for login in LOGINS)
    person = home.client.get(f"/people/{came[0]}").text
    assert all(each in person for each in PATHS)  # where they serve, and the role's unit


@pytest.mark.parametrize("path", ["/banks", "/readings", "/programmes", "/roster", "/rooms/{}"])
def test_a_choice_of_units_names_stations_by_their_path(town, path):
    home, *_ = town
    home.enter("admin")
    page = home.client.get(path.format(home.window_id)).text
    offered = [each.strip("　 \n") for each in re.findall(r"<option[^>]*>([^<]*)</option>", page)]
    assert set(PATHS) <= set(offered) and "派出所" not in offered


def _give(home, written: str):
    named = {"extra-people": written, "extra-minutes": "15", "extra-reason": "手部受伤"}
    return home.post(f"/rooms/{home.window_id}/extra", **named)


def test_a_name_that_two_bear_is_refused_with_the_choices_and_taken_with_the_login_name(town):
    home, *_ = town
    home.enter("admin")
    refused = _give(home, "李四")
    assert refused.status_code == 422
    assert "李四（100023）、李四（100077）" in refused.text
    assert _give(home, "李四（100099）").status_code == 422
    assert _give(home, "李四（100077）").status_code == 303
    assert _give(home, "１０００２３").status_code == 303
    page = home.client.get(f"/rooms/{home.window_id}").text
    given = re.findall(r'<li>\s*<span class="told-apart">(.*?)</span>(.*?)</li>', page, re.DOTALL)
    assert sorted(login for name, _ in given for login in LOGINS if login in name) == list(LOGINS)


def test_a_name_that_one_alone_bears_is_taken_spaces_or_not(town):
    home, *_ = town
    home.enter("admin")
    assert _give(home, "officer甲\nother 甲").status_code == 303
    page = home.client.get(f"/rooms/{home.window_id}").text
    assert "officer甲" in page and page.count("加 15 分钟") == 2
    unknown = _give(home, "王五")
    assert unknown.status_code == 422 and "找不到这些人：王五" in unknown.text


def test_the_head_of_every_page_that_lists_people_still_says_who_is_signed_in(town):
    home, _stations, _came = town
    home.enter("admin")
    paths = (f"/rooms/{home.window_id}", "/questions/review", "/questions/submitted", "/people")
    for path in (*paths, f"/progress/stages/{home.stage_id}/units/{home.unit_id}/people"):
        head = re.search(r'<span class="who">(.*?)</span>', home.client.get(path).text)
        assert head is not None and head.group(1).strip() == "admin甲", path
