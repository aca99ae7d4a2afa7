"""An upload that bears a marking stops, says so, and goes on only with a statement."""

from __future__ import annotations

from tests.web.core.test_admin import _new_bank, _upload

MARKED = "绝密★启用前\n1.谁签字？\nA.值班员\nB.访客\n答案：A\n"
STATED = {"marking": "绝密★启用前", "reason": "考试早已启用", "authority": "市局政治部"}


def test_a_marked_paper_is_read_only_with_a_statement(home):
    home.enter("admin")
    bank = _new_bank(home)
    stopped = home.post(f"{bank}/import", text=MARKED)
    assert stopped.status_code == 422
    assert "没有保存这份文件" in stopped.text and 'name="authority"' in stopped.text
    half = home.post(f"{bank}/import", text=MARKED, **{**STATED, "authority": ""})
    assert half.status_code == 422 and "请写明由谁认定" in half.text
    read = home.post(f"{bank}/import", text=MARKED, **STATED)
    assert read.status_code == 303
    assert "绝密★启用前" in home.client.get(read.headers["Location"]).text
    audit = home.client.get("/audit?topic=imports").text
    assert "声明" in audit and "市局政治部" in audit


def test_a_marking_without_an_end_offers_nothing(home):
    home.enter("admin")
    reply = _upload(
        home, f"{_new_bank(home)}/import", MARKED.replace("★启用前", "").encode(), "题.txt"
    )
    assert reply.status_code == 422 and 'name="authority"' not in reply.text
