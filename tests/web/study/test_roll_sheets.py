"""签到表 by the pages: entered by one, verified by another."""

from __future__ import annotations

from tests.small_office import NOW


def test_a_signed_sheet_is_entered_by_one_and_verified_by_another(home):
    home.enter("head")
    fields = {"unit": str(home.unit_id), "kind": "lecture", "title": "讲座"}
    starts_at = f"{NOW:%Y-%m-%d}T09:00"
    at = home.post("/sessions/new", **fields, starts_at=starts_at).headers["Location"]
    assert f"{at}/sheet" in home.client.get(at).text
    assert home.client.get(f"{at}/sheet.docx").status_code == 200
    assert home.post(f"{at}/sheet").status_code == 422
    who = f"mark-{home.people['officer']}"
    assert home.post(f"{at}/sheet", **{who: "present"}).status_code == 303
    assert "等另一位组织者" in home.client.get(f"{at}/sheet").text
    assert home.post(f"{at}/sheet/decide", agrees="1").status_code == 403
    home.enter("admin")
    assert "签到表待核对" in home.client.get("/desk").text
    assert (
        home.post(f"{at}/sheet/decide", agrees="0", **home.seen(f"{at}/sheet")).status_code == 422
    )
    unseen = home.post(f"{at}/sheet/decide", agrees="1")
    assert unseen.status_code == 422 and "请看过再办" in unseen.text
    assert (
        home.post(f"{at}/sheet/decide", agrees="1", **home.seen(f"{at}/sheet")).status_code == 303
    )
    assert "实到 1 人" in home.client.get(at).text
