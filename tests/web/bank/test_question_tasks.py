"""命题任务 by pages: set for several units, listed with what came of each, withdrawn."""

from __future__ import annotations

import re


def test_tasks_are_set_listed_and_withdrawn(home):
    home.enter("admin")
    assert "/banks/tasks" in home.client.get("/banks").text
    page = home.client.get("/banks/tasks").text
    (bank,) = re.findall(r'<option[^>]* value="(\d+)">题库', page)
    wanted = {"bank": bank, "units": str(home.unit_id), "count": "20", "due_on": "2026-12-01"}
    assert home.post("/banks/tasks", **{**wanted, "count": "0"}).status_code == 422
    assert home.post("/banks/tasks", **{**wanted, "due_on": "2026-11-01"}).status_code == 422
    assert "已给 1 个单位布置" in home.client.get(home.post("/banks/tasks", **wanted).location).text
    page = home.client.get("/banks/tasks").text
    assert "进行中" in page and "命题任务没有交齐" in home.client.get("/desk").text
    (undo,) = re.findall(r'action="(/banks/tasks/\d+/withdrawal)"', page)
    assert "已撤销" in home.client.get(home.post(undo).location).text
    home.enter("officer")
    assert home.client.get("/banks/tasks").status_code == 403
