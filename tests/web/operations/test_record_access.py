"""调阅台账 on pages: entered when a record opens, a reason first where it is asked for."""

from __future__ import annotations


def test_a_record_that_staff_open_is_in_the_ledger_and_shown_to_its_person(home):
    person = home.people["officer"]
    path = f"/people/{person}/learning"
    home.enter("head")
    assert home.client.get(path).status_code == 200
    home.enter("admin")
    assert "未要求写理由" in home.client.get("/audit/records").text
    home.client.get(f"/rooms/{home.window_id}/results")
    assert home.post("/security/record-reasons/1").status_code == 303
    asked = home.client.get(path)
    assert asked.status_code == 303 and "/record-reasons?next=" in asked.location
    assert "调阅理由" in home.client.get(asked.location).text
    assert "请写明理由" in home.post(asked.location).text
    assert home.post(asked.location, usual="核对成绩").location == path
    assert home.client.get(path).status_code == 200
    page = home.client.get("/audit/records").text
    assert "核对成绩" in page and "officer甲 的学习和考试记录" in page
    assert home.client.get("/record-reasons?next=/week").status_code == 404
    home.enter("officer")
    own = home.client.get("/me/readers").text
    assert "head甲" in own and "admin甲" in own and "核对成绩" in own
