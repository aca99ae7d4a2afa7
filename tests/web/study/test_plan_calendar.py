"""The calendar on pages: a line moved with its burden shown before, a day declared."""

from __future__ import annotations

import re
from datetime import timedelta


def test_a_line_is_moved_after_its_burden_was_shown_and_a_day_is_declared(home):
    home.clock.instant -= timedelta(days=3)  # nothing of the plan is past yet
    home.enter("admin")
    month = "/programmes/1/calendar?month=2026-11"
    assert "没有必学内容" in home.client.get(month).text
    assert not re.search(r'href="/programmes/1/lines/\d+"', home.client.get(month).text)
    home.post("/programmes/1/revise")
    (line, *_) = re.findall(r'href="(/programmes/1/lines/\d+)"', home.client.get(month).text)
    assert "岗位（不勾为全部）" not in home.client.get(line).text
    person = home.people["officer"]
    post = {"unit": str(home.unit_id), "basis": "establishment", "category": "police_officer"}
    post |= {"post": "窗 口", "from_day": "2026-11-20", "do": "confirm"}
    assert "窗口" in home.client.get(home.post(f"/people/{person}/transfer", **post).location).text
    move = {"day": "2026-11-25", "required": "1", "unit": str(home.unit_id), "posts": "窗口"}
    seen = home.post(line, **move, do="preview")
    assert seen.status_code == 200 and "每周的负担" in seen.text
    early = home.post(line, **move | {"day": "2026-11-02", "do": "preview"})
    assert early.status_code == 422 and "不能排到今天以前" in early.text
    done = home.post(line, **move, do="confirm")
    assert "已改在草稿里" in home.client.get(done.location).text
    assert re.search(r'checked[^>]*value="窗口"', home.client.get(line).text)
    day = "/programmes/1/days/2026-11-28"
    assert "不算学习日" in home.client.get(day).text
    assert home.post(day, counts="1", reason="").status_code == 422
    home.post(day, counts="1", reason="调休上班")
    assert "改为学习日 · 调休上班" in home.client.get(month).text
    assert home.client.get("/programmes/1/days/2026-13-45").status_code == 404
