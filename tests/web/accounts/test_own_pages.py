"""A person's own pages: leave reported and confirmed, feedback answered, the record printed and checked."""

from __future__ import annotations

import re


def test_a_reported_duty_is_confirmed_by_the_head_and_its_notice_leads_back(home):
    home.enter("officer")
    days = {"first_day": "2026-11-23", "last_day": "2026-11-24"}
    assert home.post("/me/leave", kind="duty", **days).location == "/me/leave#told"
    assert "待确认" in home.client.get("/me/leave").text
    wrong = home.post("/me/leave", kind="duty", first_day="2026-11-24", last_day="2026-11-23")
    assert wrong.status_code == 422
    home.enter("head")
    page = home.client.get("/leave-reports").text
    (confirm,) = re.findall(r'action="(/leave-reports/\d+/confirm)"', page)
    assert home.post(confirm).location == "/leave-reports#told"
    home.enter("officer")
    assert "已确认" in home.client.get("/me/leave").text
    assert re.search(r'href="/me/leave"[^>]*>查看', home.client.get("/notices").text)


def test_what_was_said_is_answered_and_closed(home):
    home.enter("officer")
    assert home.post("/help/feedback", text=" ").status_code == 422
    long = home.post("/help/feedback", text="题" * 1001)
    assert long.status_code == 422 and "题" * 1001 in long.text and "1000" in long.text
    home.post("/help/feedback", text="题太多")
    assert "还没有答复" in home.client.get("/help").text
    home.enter("head")
    (url,) = re.findall(r'action="(/feedback/\d+)"', home.client.get("/feedback").text)
    late = home.post(url, answer="减" * 1001)
    assert late.status_code == 303 and "太多" in home.client.get("/feedback").text
    home.post(url, answer="下月减")
    assert "没有未答复的意见" in home.client.get("/feedback").text
    home.enter("officer")
    assert (
        "下月减" in home.client.get("/help").text and "下月减" in home.client.get("/notices").text
    )


def test_a_print_of_the_record_is_checked_by_its_code(home):
    home.enter("officer")
    place = home.post("/me/record").location
    page = home.client.get(place).text
    code = re.search(r"验证码 ([0-9A-Z-]{14})", page).group(1)
    assert 'class="on-paper filed"' in page and 'class="muted not-printed"' in page
    file = home.client.get(f"{place}.docx")
    assert file.status_code == 200 and file.data[:2] == b"PK"
    home.enter("admin")
    assert "一致" in home.client.get(f"/records/check?code={code}").text
    assert home.client.get("/records/check?code=AAAA").status_code == 404
    assert home.client.get(place).status_code == 404  # a print is its person's


def test_a_set_of_practice_ends_with_what_to_go_on_with(home):
    home.enter("officer")
    page = home.client.get(home.client.get("/practice/next?bank=1&n=19").location).text
    assert "第 20/20 题" in page
    done = home.client.get("/practice/done?bank=1&n=20").text
    assert "接下来" in done and "再练 20 题" in done
    assert home.client.get("/practice/memorise?bank=1").status_code == 200
    assert home.client.get("/practice/favourites").status_code == 200
