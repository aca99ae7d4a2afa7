"""The wall chart: for whoever stands before its screen, without a name; and nobody elsewhere."""

from __future__ import annotations

import re


def test_a_screen_shows_the_chart_without_sign_in_from_its_network_until_it_is_revoked(home):
    home.enter("head")
    at = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    page = home.client.get(f"{at}/displays").text
    assert "127.0.0.1" in page
    refused = home.post(f"{at}/displays", name="大厅", networks="")
    assert refused.status_code == 422 and "请填这块屏幕的网络地址" in refused.text
    assert 'value="大厅"' in refused.text
    home.post(f"{at}/displays", name="大厅", networks="127.0.0.1")
    home.post(f"{at}/displays", name="别处", networks="10.0.0.1")
    listed = home.client.get(f"{at}/displays").text
    elsewhere, here = re.findall(r"/wall/[\w-]+", listed)
    home.client.delete_cookie("learnapp")
    chart = home.client.get(here)
    assert chart.status_code == 200 and "任务进度" in chart.text and "wall.js" in chart.text
    assert not any(f"{login}甲" in chart.text for login in home.people)
    assert home.client.get(elsewhere).status_code == 404
    assert home.client.get(f"{here}x").status_code == 404
    home.enter("head")
    revoke = re.findall(r'action="([^"]+/revoke)"', home.client.get(f"{at}/displays").text)[1]
    home.post(revoke)
    assert home.client.get(here).status_code == 404
    paper = home.client.get(f"{at}/wall").text
    assert "任务进度" in paper and "wall.js" not in paper
    home.enter("other")
    assert home.client.get(f"{at}/displays").status_code == 403
