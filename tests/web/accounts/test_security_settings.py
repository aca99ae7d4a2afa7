"""安全设置: passwords of a unit closed on a page, refused at the door, with an account for an emergency."""

from __future__ import annotations

from tests.small_office import PASSWORD


def test_passwords_are_closed_by_a_page_and_the_emergency_account_enters(home, tmp_path):
    home.enter("admin")
    assert (
        "还没有接通别的登录方式" in home.post("/security/passwords/close", unit=home.unit_id).text
    )
    settings = (
        '[work]\nkind = "wecom"\ncorp_id = "c"\nagent_id = "1"\nsecret = "s"\n'
        'base_url = "https://learn.court.cn"\n[bad]\nkind = "saml"\n'
    )
    (tmp_path / "home/identity.toml").write_text(settings, encoding="utf-8")
    page = home.client.get("/security").text
    assert "企业微信" in page and "kind is one of" in page
    assert "先指定一个" in home.post("/security/passwords/close", unit=home.unit_id).text
    assert home.post("/security/emergency", people="nobody", reason="x").status_code == 422
    assert home.post("/security/emergency", people="head", reason="值班").status_code == 303
    assert home.post("/security/passwords/close", unit=home.unit_id).status_code == 303
    assert "已停用本地密码" in home.client.get("/security").text
    refused = home.enter("officer", PASSWORD)
    assert refused.status_code == 422 and "已停用本地密码" in refused.text
    assert home.enter("head", PASSWORD).status_code == 303
    assert home.client.get("/security").status_code == 403
    home.client.delete_cookie("learnapp")
    assert "用企业微信登录" in home.client.get("/sign-in").text
