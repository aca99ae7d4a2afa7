"""A roster brought again is shown as a difference: each row is decided on its page, then it comes in."""

from __future__ import annotations

import io
import re

import openpyxl

from tests.services.people.rosters import book
from tests.web.on_sqlite import ON_SQLITE

pytestmark = ON_SQLITE
UNITS = [("东城分局", ""), ("西城分局", "")]


def _bring(home, data, scope):
    form = {"file": (io.BytesIO(data), "名册.xlsx"), "unit": str(home.unit_id), "scope": scope}
    reply = home.client.post("/roster/import", data={**form, "csrf_token": home.token("/me")})
    assert reply.status_code == 303
    return reply.location


def _offered(page, name):
    """The name of the select of a row, and what it offers."""
    row = re.search(
        rf'处理：{name}</label>\s*<select id="(row-\d+)"(.*?)</select>', page, re.DOTALL
    )
    return row[1], re.findall(r'value="([^"]+)"', row[2])


def test_each_row_is_decided_on_the_page_and_comes_in_as_it_was_decided(home):
    home.enter("admin")
    people = [("甲", "300001", "东城分局", ""), ("乙", "300002", "东城分局", "")]
    job = _bring(home, book(UNITS, people), "additions")
    home.post(f"{job}/confirm")
    again = [("甲", "300001", "西城分局", ""), ("丙", "300009", "东城分局", "")]
    job = _bring(home, book([], again), "units")
    assert "东城分局 → 西城分局" in home.client.get(f"{job}?show=moved").text
    gone = home.client.get(f"{job}?show=gone").text
    name, offered = _offered(gone, "乙")
    assert offered == ["take", "leave"] and re.search(r'value="leave" selected', gone)
    reply = home.post(f"{job}/rows?show=gone", **{name: "take"})
    assert reply.location == f"{job}?show=gone&page=1#told"
    page = home.client.get(job).text
    assert "新增 1、更新 1、离退 1 人" in page and "当天起不能登录" in page
    assert home.post(f"{job}/rows?show=gone", **{name: "padded"}).status_code == 422
    home.post(f"{job}/rows/all?show=new", do="leave")
    assert "新增 0、更新 1、离退 1 人" in home.client.get(job).text
    home.post(f"{job}/confirm")
    assert "更新和离退 2 人" in home.client.get(job).text


def test_a_roster_whose_doubts_are_all_decided_comes_in_from_its_page(home):
    home.enter("admin")
    people = [("甲", "300001", "东城分局", ""), ("乙", "300002", "东城分局", "")]
    home.post(f"{_bring(home, book(UNITS, people), 'additions')}/confirm")
    again = [("甲某", "300001", "东城分局", ""), ("乙", "300008", "东城分局", "")]
    job = _bring(home, book([], again), "additions")
    page = home.client.get(job).text
    chosen = {}
    for who in ("甲某", "乙"):
        assert f"{job}/confirm" not in page
        name, offered = _offered(page, who)
        chosen[who] = (name, next(each for each in offered if each.startswith("same:")))
        home.post(f"{job}/rows", **dict(chosen.values()))
        page = home.client.get(job).text
    assert f"{job}/confirm" in page and "行有问题" not in page
    assert "存疑 <b>2</b>" in page  # still there to be decided otherwise
    home.post(f"{job}/confirm")
    assert "更新和离退 2 人" in home.client.get(job).text


def test_the_roster_is_exported_and_recorded(home):
    home.enter("admin")
    reply = home.client.get(f"/roster/current.xlsx?unit={home.unit_id}")
    made = openpyxl.load_workbook(io.BytesIO(reply.data))
    names = {row[0] for row in made["人员"].iter_rows(min_row=2, values_only=True)}
    assert len(names) >= 3
    assert "导出" in home.client.get("/audit").text
    home.enter("officer")
    assert home.client.get(f"/roster/current.xlsx?unit={home.unit_id}").status_code == 403
