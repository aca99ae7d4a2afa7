"""扫码签到 by the pages: the code on the screen, typed on another's page."""

from __future__ import annotations

import re

from tests.small_office import NOW


def test_a_code_on_the_screen_signs_in_who_types_it(home):
    home.enter("head")
    fields = {"unit": str(home.unit_id), "kind": "lecture", "title": "讲座"}
    starts_at = f"{NOW.astimezone():%Y-%m-%d}T09:00"
    at = home.post("/sessions/new", **fields, starts_at=starts_at).headers["Location"]
    assert f"{at}/screen" in home.client.get(at).text
    page = home.client.get(f"{at}/screen").text
    own = "".join(re.search(r"roll-digits\">(\d{3}) (\d{3})", page).groups())
    assert "另一位组织者点名" in home.post("/here", code=own).text
    code = re.search(r"roll-digits\">(\d{3}) (\d{3})", page)
    assert "<svg" in page and "已签到 0 / 5 人" in page
    home.enter("officer")
    assert "/here" in home.client.get("/me").text
    assert home.post("/here", code="000").status_code == 422
    assert home.post("/here", code="").status_code == 422
    assert home.post("/here", code=f"{code[1]} {code[2]}").status_code == 303
    assert home.client.get(f"{at}/screen").status_code == 403
    home.enter("head")
    assert "已签到 1 / 5 人" in home.client.get(f"{at}/screen").text
    home.post(f"{at}/close")
    assert home.client.get(f"{at}/screen").status_code == 303
