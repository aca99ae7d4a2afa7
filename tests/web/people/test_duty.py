"""A duty roster is uploaded, shown and recorded; a batch of an exam is proposed by it."""

from __future__ import annotations

import io
from datetime import date

from learnapp.db.exams.models import ExamWindow
from learnapp.domain.core.calendar import local_day
from tests.services.people.test_duty_file import workbook
from tests.web.on_sqlite import ON_SQLITE

pytestmark = ON_SQLITE


def _upload(home, data):
    form = {"file": (io.BytesIO(data), "值班表.xlsx"), "unit": str(home.unit_id), "effect": "none"}
    return home.client.post("/duty/import", data={**form, "csrf_token": home.token("/me")})


def test_it_is_shown_before_it_is_recorded_and_a_batch_is_proposed(home):
    home.enter("admin")
    with home.database.reading() as session:
        window = session.get(ExamWindow, home.window_id)
        days = [local_day(window.opens_at), local_day(window.closes_at)]
    names = ["姓名", *sorted({date(*each.timetuple()[:3]) for each in days})]
    job = _upload(home, workbook([names, ["officer", *["值"] * 2], ["无此人", "值"]])).location
    page = home.client.get(job).text
    assert "登记 1 人的值班" in page and "1 个写法没有对上人" in page
    home.post(f"{job}/confirm", once="3" * 32)
    assert "已登记 1 人的值班" in home.client.get(job).text
    about = {"opens_at": "2026-12-20T09:00", "closes_at": "2026-12-20T11:00", "do": "preview"}
    page = home.post(f"/rooms/{home.window_id}/duty-batch", **about).text
    assert "officer" in page and "1 人" in page


def test_a_workbook_that_is_no_duty_roster_is_refused_with_what_would_be(home):
    home.enter("admin")
    reply = _upload(home, workbook([["甲", "乙"], ["1", "2"]]))
    assert reply.status_code == 422 and "认不出这张表" in reply.text
    home.enter("officer")
    assert home.client.get("/duty").status_code == 403
