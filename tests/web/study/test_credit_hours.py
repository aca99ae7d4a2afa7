"""学时 on pages: set by the office, recognised by a document, exported, and read by oneself alone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.study.models import Item
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW


def test_hours_are_set_recognised_exported_and_seen_by_oneself(home):
    with home.database.writing() as session:
        for item in session.scalars(select(Item.id).where(Item.portion_id.is_not(None))):
            done = NewCompletion(
                home.people["officer"], item, Channel.PAPER, {}, "纸", NOW - timedelta(hours=1)
            )
            completions.complete(Caller(session, SYSTEM, NOW), done)
    home.enter("admin")
    at = "/hours/reading/1"
    assert home.post(at, hours="81").status_code == 422
    finer = home.post(at, hours="1.25")  # nothing is cut in silence
    assert finer.status_code == 422 and "学时最多一位小数" in finer.text and "1.25" in finer.text
    home.post(at, hours="1.5")
    page = home.client.get(at).text
    assert "officer甲" in page and "认定待认定的 1 人" in page
    for wrong in ("", "文" * 201):
        refused = home.post(f"{at}/recognise", document=wrong)
        assert refused.status_code == 422 and 'value="1.5"' in refused.text
    home.post(f"{at}/recognise", document="政训〔2026〕5号")
    assert "已认定" in home.client.get(at).text
    sheet = home.client.get(f"{at}.xlsx")
    assert sheet.status_code == 200 and sheet.data[:2] == b"PK"
    assert home.client.get("/hours/session/1").status_code == 404
    assert home.client.get("/hours/window/1").status_code == 404
    planned = {"title": "讲座", "kind": "lecture", "starts_at": "2026-11-23T09:00"}
    session = home.post("/sessions/new", unit=str(home.unit_id), **planned).headers["Location"]
    assert "/hours/session/1" in home.client.get(session).text
    home.post("/hours/session/1", hours="2")
    assert "集中培训的学时" in home.client.get("/hours/session/1").text
    assert home.client.get("/hours/session/1.xlsx").data[:2] == b"PK"
    home.enter("officer")
    own = home.client.get("/me/hours").text
    assert "已认定 1.5 学时，待认定 0 学时" in own and "集中培训" in own
