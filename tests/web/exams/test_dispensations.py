"""缓考、免考 by pages: asked, previewed, decided by another, listed by state; the make-up that follows."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.small_office import NOW
from tests.web.exams.test_results import sit

ASKED = {"people": "other", "kind": "exemption", "reason": "出庭作证"}


def _ask(home, do, **more):
    return home.post("/dispensations/new", window=str(home.window_id), do=do, **{**ASKED, **more})


def test_it_is_asked_after_a_preview_and_decided_by_another_who_alone_sees_why(home):
    home.enter("head")
    assert "周测" in home.client.get(f"/dispensations/new?window={home.window_id}").text
    assert "批准以前一切照旧" in _ask(home, "preview").text
    assert _ask(home, "preview", kind="deferral").status_code == 422  # until when?
    where = _ask(home, "confirm").location
    assert _ask(home, "confirm").status_code == 422  # asked already
    page = home.client.get(where).text
    (mine,) = re.findall(r'href="(/dispensations/\d+)"', page)
    shown = home.client.get(mine).text
    assert "出庭作证" in shown and "批准</button>" not in shown
    home.enter("admin")
    assert "缓考、免考待批" in home.client.get("/desk").text
    assert "出庭作证" in home.client.get(mine).text
    assert home.post(f"{mine}/decision", do="refuse").status_code == 422
    assert home.post(f"{mine}/decision", do="approve").status_code == 303
    assert "已批准" in home.client.get("/dispensations?state=approved").text
    home.enter("other")
    told = home.client.get("/notices").text
    assert "批准您免考" in told.replace("“周测”", "") and "出庭" not in told
    home.clock.instant = NOW + timedelta(hours=10)
    home.enter("admin")
    assert "免考 1 人" in home.client.get(f"/rooms/{home.window_id}/results").text


def test_a_make_up_is_seen_with_its_people_before_it_is_made(home):
    home.enter("officer")
    sit(home)
    home.clock.instant = NOW + timedelta(hours=10)
    home.enter("admin")
    results = f"/rooms/{home.window_id}/results"
    assert f"/rooms/{home.window_id}/further" in home.client.get(results).text
    path = f"/rooms/{home.window_id}/further"
    times = {"opens_at": "2026-11-25T09:00", "closes_at": "2026-11-26T18:00"}
    shown = home.post(path, kind="make_up", do="preview", **times).text
    assert "给 3 人" in shown and "other甲" in shown and "officer甲" not in shown
    assert "请另一位有权限的人把您加上" in shown
    made = home.post(path, kind="make_up", do="confirm", **times)
    assert made.status_code == 303 and "只限名单里的 3 人" in home.client.get(made.location).text
    assert home.post(path, kind="resit", do="confirm", **times).status_code == 422
