"""Marks of a paper sheet are keyed on a page by one and by another, and handed in when they agree."""

from __future__ import annotations

import re

from learnapp.db.core.caller import Caller
from learnapp.db.people.lines import default_line
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import SYSTEM, Actor, Role
from learnapp.services.exams import paper_entry
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import FIRST_DAY
from tests.web.on_sqlite import ON_SQLITE

pytestmark = ON_SQLITE


def _drawn(home):
    now = home.clock.now()
    with home.database.writing() as session:
        new = NewGrant(Role.PROCTOR, home.unit_id, default_line(session).id, FIRST_DAY)
        roles.grant(Caller(session, SYSTEM, now), home.people["head"], new)
        admin = home.people["admin"]
        caller = Caller(session, Actor(admin, grants_of(session, admin, local_day(now))), now)
        return paper_entry.begin(caller, home.window_id, home.people["officer"], "5eed")


def test_two_people_key_the_marks_and_differences_are_shown(home):
    path = f"/paper/{_drawn(home)}"
    home.enter("admin")
    assert f'href="{path}/marks"' in home.client.get(path).text
    form = home.client.get(f"{path}/marks").text
    at = re.search(r'name="sat_at" value="([^"]+)"', form)[1]
    names = re.findall(r'name="(q\d+)"', form)
    full = re.findall(r"满分 ([\d.]+)", form)
    marks = dict(zip(names, full, strict=True))
    assert home.post(f"{path}/marks", sat_at=at, **{**marks, "q1": "999"}).status_code == 422
    home.post(f"{path}/marks", sat_at=at, **marks)
    assert "等另一人录" in home.client.get(f"{path}/marks").text
    home.enter("head")
    assert 'value="0"' not in home.client.get(f"{path}/marks").text
    home.post(f"{path}/marks", sat_at=at, **{**marks, "q1": "0"})
    assert "两人录的不同" in home.client.get(f"{path}/marks").text
    home.post(f"{path}/marks", sat_at=at, **marks)
    assert "已录入并核对" in home.client.get(path).text
