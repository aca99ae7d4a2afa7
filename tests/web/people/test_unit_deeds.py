"""Units are merged, split, put in order and deferred by forms that say first what they do, and undone."""

from __future__ import annotations

import re

import pytest

from tests.services.people.rosters import book
from tests.web.people.test_roster_difference import _bring

pytestmark = pytest.mark.parametrize("office_url", ["sqlite"], indirect=True)
UNITS = [("东城分局", ""), ("西城分局", "")]
PEOPLE = [("甲", "300001", "东城分局", ""), ("乙", "300002", "东城分局", "")]


@pytest.fixture
def town(home):
    """Two branches, one with two people."""
    home.enter("admin")
    job = _bring(home, book(UNITS, PEOPLE), "additions")
    home.post(f"{job}/confirm")
    page = home.client.get("/units").text
    home.units = {
        name: re.search(rf'href="/units/(\d+)">{name}<', page)[1]
        for name in ("东城分局", "西城分局")
    }
    return home


def test_a_merge_is_shown_then_done_then_undone(town):
    east, west = town.units["东城分局"], town.units["西城分局"]
    about = {"into": west, "from_day": "2026-10-01", "roles": "ended"}
    page = town.post(f"/units/{east}/merge", do="preview", **about).text
    assert "2 人转到并入的单位" in page
    reply = town.post(f"/units/{east}/merge", do="confirm", once="0" * 32, **about)
    assert reply.location.startswith(f"/units/{west}")
    page = town.client.get(f"/units/{west}").text
    assert "东城分局 并入 西城分局" in page and "2 人" in page
    undo = re.search(r'action="(/units/deeds/\d+/undo)"', page)[1]
    town.post(undo)
    assert "并入" not in town.client.get(f"/units/{west}").text.split("做过的调整")[-1][:60]
    assert "2 人" in town.client.get(f"/units/{east}").text


def test_a_split_takes_whom_was_ticked_and_says_what_is_wrong(town):
    east = town.units["东城分局"]
    form = town.client.get(f"/units/{east}/split").text
    person = re.search(r'name="people"[^>]*value="(\d+)"', form)[1]
    about = {"name": "特勤队", "kind": "police", "from_day": "2026-10-01"}
    assert town.post(f"/units/{east}/split", do="preview", **about).status_code == 422
    page = town.post(f"/units/{east}/split", do="preview", people=person, **about).text
    assert "1 人转到新单位" in page and f'name="people" value="{person}"' in page
    reply = town.post(f"/units/{east}/split", do="confirm", once="1" * 32, people=person, **about)
    assert "特勤队" in town.client.get(reply.location).text


def test_units_are_put_in_order_and_whole_units_are_deferred(town):
    east, west = town.units["东城分局"], town.units["西城分局"]
    top = f"/units/{town.unit_id}/order"
    assert town.post(top, **{f"at-{west}": "1", f"at-{east}": "zwei"}).status_code == 422
    town.post(top, **{f"at-{west}": "1", f"at-{east}": "2"})
    page = town.client.get("/units").text
    assert page.index("西城分局") < page.index("东城分局")
    about = {"units": east, "first_day": "2026-11-02", "last_day": "2026-11-08", "reason": "安保"}
    page = town.post("/units/deferral", do="preview", **about).text
    assert "共 2 人" in page and "东城分局 2 人" in page
    town.post("/units/deferral", do="confirm", once="2" * 32, **about)
    page = town.client.get(f"/units/{east}").text
    assert "整体顺延 2 人" in page
    town.post(re.search(r'action="(/units/deferrals/\d+/undo)"', page)[1])
    assert "整体顺延 2 人" not in town.client.get(f"/units/{east}").text
