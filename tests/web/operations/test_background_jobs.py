"""后台任务 and the pages that wait for one: who sees what, cancels it and asks for it again."""

from __future__ import annotations

import re

import pytest

from learnapp.db.core.caller import Caller
from learnapp.db.operations import background_jobs as db
from learnapp.db.operations.background_jobs import NewJob
from learnapp.db.people.scope import grants_of
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Actor
from learnapp.domain.operations.background_jobs import WorkKind
from learnapp.jobs import background
from tests.small_office import NOW


def _ask(home, kind: WorkKind, subject: int) -> str:
    with home.database.writing() as session:
        admin = Actor(
            home.people["admin"], grants_of(session, home.people["admin"], local_day(NOW))
        )
        new = NewJob(kind, str(subject), home.unit_id)
        return db.ask(Caller(session, admin, NOW), new).public_id


def _fail(home, public_id: str) -> None:
    with home.database.writing() as session:
        (job_id,) = db.to_carry_out(session)
        db.fail(session, NOW, job_id, "background_broken_off")


def test_the_signals_of_a_window_are_asked_for_awaited_and_read(home):
    home.enter("admin")
    path = f"/rooms/{home.window_id}/signals"
    assert "计算 0 份答卷的线索" in home.client.get(path).text
    assert home.post(path).headers["Location"] == f"{path}#told"
    page = home.client.get(path).text
    progress = re.search(r'data-url="(/jobs/[\w-]+/progress)"', page)
    assert progress and "已排队，马上开始" in page and 'http-equiv="refresh"' in page
    told = home.client.get(progress.group(1)).json
    assert told == {"state": "waiting", "done": 0, "total": None}
    background.carry_out_waiting(home.database, lambda: NOW)
    page = home.client.get(path).text
    assert "0 份答卷" in page and "没有线索" in page and "重新计算" in page
    assert home.client.get(progress.group(1)).json["state"] == "done"
    assert f'href="{path}"' in home.client.get("/jobs").text


def test_one_that_waits_is_listed_with_who_asked_and_is_cancelled_and_asked_for_again(home):
    job = _ask(home, WorkKind.SIGNALS, home.window_id)
    home.enter("admin")
    page = home.client.get("/jobs").text
    assert "计算作答线索 · 周测" in page and "admin甲" in page and "已排队" in page
    (row,) = home.client.get("/jobs/running").json
    assert row["id"] == job and row["share"] is None
    assert home.post(f"/jobs/{job}/cancel").headers["Location"] == "/jobs#told"
    page = home.client.get("/jobs").text
    assert "已取消，没有再算下去。" in page and f'action="/jobs/{job}/retry"' in page
    home.post(f"/jobs/{job}/retry")
    assert [row["id"] for row in home.client.get("/jobs/running").json] == [job]


def test_one_that_failed_says_why_waits_on_the_desk_and_can_be_put_away(home):
    job = _ask(home, WorkKind.SIGNALS, home.window_id)
    _fail(home, job)
    home.enter("admin")
    assert "作答线索没能算出" in home.client.get("/desk").text
    assert "几次都中途断开" in home.client.get("/jobs").text
    home.post(f"/jobs/{job}/cancel")
    assert "几次都中途断开" not in home.client.get("/jobs").text
    assert "作答线索没能算出" not in home.client.get("/desk").text


@pytest.mark.parametrize(("login", "status"), [("admin", 200), ("marker", 303), ("officer", 303)])
def test_who_can_have_no_job_sees_no_page_of_them(home, login, status):
    job = _ask(home, WorkKind.SIGNALS, home.window_id)
    home.enter(login)
    assert home.client.get("/jobs").status_code == status
    assert len(home.client.get("/jobs/running").json) == (1 if login == "admin" else 0)
    beyond = 200 if login == "admin" else 404
    assert home.client.get(f"/jobs/{job}/progress").status_code == beyond
    assert home.post(f"/jobs/{job}/cancel").status_code == (303 if login == "admin" else 404)


def test_who_looks_after_the_installation_sees_what_the_scheduler_does_and_when_next(home):
    home.enter("admin")
    page = home.client.get("/jobs").text
    assert "定时任务" in page and "到时收卷" in page and "没有排着的考试" not in page
    home.enter("marker")
    assert "定时任务" not in home.client.get("/jobs").text
