"""A large roster: its workbook is read in the background, then its people come in in the background."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.people.models import LoginName, Unit
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.people.people import LoginKind
from learnapp.jobs.imports import enter_waiting, read_waiting
from learnapp.services.operations import verify
from learnapp.services.people import people
from learnapp.web.people import roster as view
from tests.services.people.rosters import book
from tests.web.on_sqlite import ON_SQLITE

pytestmark = ON_SQLITE
TOP = "云岭市委政法委"


@pytest.fixture
def large(home, monkeypatch):
    """Every workbook is a large one."""
    monkeypatch.setattr(view, "_AT_ONCE", 0)
    home.enter("admin")
    return home


def _book(count=60, units=9):
    made = [(f"新所{n}", TOP) for n in range(units)]
    rows = [(f"新人{n}", f"20{n:04}", f"新所{n % units}", "") for n in range(count)]
    return book(made, rows)


def _upload(home, data):
    form = {"file": (io.BytesIO(data), "名册.xlsx"), "unit": str(home.unit_id)}
    reply = home.client.post("/roster/import", data={**form, "csrf_token": home.token("/me")})
    assert reply.status_code == 303
    return reply.location


def _parts(home):
    return home.database, home.client.application.extensions, home.clock.now()


def _read(home):
    database, parts, now = _parts(home)
    return read_waiting(database, parts["learnapp.files"], now)


def _enter(home):
    database, parts, now = _parts(home)
    return enter_waiting(database, parts["learnapp.seal"], now)


def test_it_is_read_then_shown_then_comes_in_with_its_units_and_counts(large):
    job = _upload(large, _book())
    assert "正在读文件" in large.client.get(job).text
    assert large.client.get(f"{job}/progress").json["state"] == "reading"
    assert _read(large) == 1 and _read(large) == 0
    page = large.client.get(job).text
    assert "导入 60 人" in page and "新所8" in page and "200049" in page
    assert "200059" in large.client.get(f"{job}?show=new&page=2").text
    assert large.post(f"{job}/confirm").location == job
    assert "正在导入" in large.client.get(job).text
    assert _enter(large) == 1 and _enter(large) == 0
    codes = large.client.get(f"{job}/codes").text
    assert len(re.findall(r'class="one-time-code"', codes)) == 50 and "1 / 2" in codes
    with large.database.reading() as session:
        made = session.scalars(select(Unit.name).where(Unit.name.like("新所%"))).all()
        assert len(made) == 9
        assert len(session.scalars(select(LoginName).where(LoginName.name.like("20%"))).all()) == 60
        assert verify.differences(session, large.clock.now()) == []


def test_a_workbook_that_must_not_be_read_says_so_on_its_page(large):
    job = _upload(large, book([], [("甲", "1", "所", "")], ("无", "此", "列", "名")))
    _read(large)
    page = large.client.get(job).text
    assert "没有导入任何人" in page and "人员" in page
    large.post(f"{job}/cancel")
    assert job not in large.client.get("/roster").text


def test_one_that_is_cancelled_while_it_waits_is_not_read(large):
    job = _upload(large, _book())
    large.post(f"{job}/cancel")
    assert _read(large) == 0
    assert "正在读文件" not in large.client.get(job).text


def test_rows_that_became_doubtful_put_it_back_before_anybody_comes_in(large):
    job = _upload(large, _book())
    _read(large)
    large.post(f"{job}/confirm")
    with large.database.writing() as session:
        system = Caller(session, SYSTEM, large.clock.now())
        people.add_person(system, "先来的", [(LoginKind.BADGE, "200007")])
    _enter(large)
    page = large.client.get(job).text
    assert "1 行有问题" in page and "新人7" in page
    assert "新人6" not in large.client.get("/people").text
