"""补课重做 by the pages: previewed, ordered, read in the week, done again, watched."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.small_office import NOW


def test_a_rework_is_previewed_ordered_and_done_again_by_its_people(home):
    home.clock.instant = NOW + timedelta(days=14)
    home.enter("head")
    at = f"/rework/stages/{home.stage_id}/units/{home.unit_id}"
    assert at in home.client.get(f"/progress/stages/{home.stage_id}/units/{home.unit_id}").text
    items = re.findall(r'name="items"[^>]*value="(\d+)"', home.client.get(at).text)
    fields = {"reason": "抽查不合格。", "due_on": str((home.clock.instant + timedelta(7)).date())}
    assert home.post(at, **fields).status_code == 422
    assert "勾选的内容里有的已不能选" in home.post(at, **fields, items="999").text
    preview = home.post(at, **fields, items=items[0])
    assert preview.status_code == 200 and "将要求 5 人重做 1 篇" in preview.text
    page = home.post(at, **fields, items=items[0], confirmed="1").headers["Location"]
    assert "0.0% 0/5" in home.client.get(page).text
    home.enter("officer")
    week = home.client.get("/week").text
    assert "抽查不合格" in week
    read = re.search(r'href="(/rework/\d+/items/\d+)"', week)[1]
    assert "正文" in home.client.get(read).text
    assert home.post(read).status_code == 303
    assert read not in home.client.get("/week").text
    assert home.client.get(page).status_code == 403
    home.enter("head")
    assert (
        "20.0% 1/5" in home.client.get(page).text and "/rework/" in home.client.get("/rework").text
    )
    home.post(f"{page}/withdraw")
    assert "已撤回" in home.client.get(page).text
