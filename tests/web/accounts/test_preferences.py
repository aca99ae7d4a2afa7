"""我的: who one is, and sessions that can be told apart and ended."""

from __future__ import annotations

import re

from tests.small_office import PASSWORD

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile MicroMessenger/8.0"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126 Edg/126"


def _enter(home, agent, address):
    """Sign the officer in on a device of their own."""
    client = home.client.application.test_client()
    client.environ_base |= {"HTTP_USER_AGENT": agent, "REMOTE_ADDR": address}
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/sign-in").text).group(1)
    data = {"login_name": "officer", "password": PASSWORD, "csrf_token": token}
    assert client.post("/sign-in", data=data).status_code == 303
    return client


def _main(client):
    page = client.get("/me").text
    return page[page.index("<main") : page.index("</main>")]


def _press(client, path):
    token = re.search(r'name="csrf-token" content="([^"]+)"', client.get("/week").text).group(1)
    return client.post(path, data={"csrf_token": token})


def test_the_page_says_who_one_is(home):
    main = _main(_enter(home, DESK, "10.1.2.3"))
    assert "officer甲" in main and "云岭市委政法委" in main and ">officer<" in main


def test_sessions_are_told_apart_by_device_address_and_use_and_the_own_is_marked(home):
    _enter(home, PHONE, "10.1.2.3")
    main = _main(_enter(home, DESK, "10.9.8.7"))
    first, second = re.findall(r'<li>\s*<div class="row">.*?</li>', main, re.DOTALL)
    assert "Windows 电脑 · Edge" in first and "10.9.8.7" in first and "本机" in first
    assert "安卓设备 · 微信" in second and "10.1.2.3" in second and "退出" in second
    # When the device at hand was used is written down now and then: it would be minutes old.
    assert "使用" in second and "使用" not in first and "登录" in first


def test_all_other_sessions_end_at_once_and_the_own_one_stays(home):
    phone, pad, desk = (_enter(home, PHONE, f"10.1.2.{n}") for n in range(3))
    assert "退出其他 2 台设备" in _main(desk)
    reply = _press(desk, "/me/sessions/end-others")
    assert reply.location == "/me#told" and "已退出 2 台设备" in desk.get("/me").text
    assert phone.get("/me").status_code == pad.get("/me").status_code == 302
    assert _main(desk).count("本机") == 1 and "退出其他" not in _main(desk)


def test_there_is_one_language_switch_and_one_per_other_page(home):
    client = _enter(home, DESK, "10.1.2.3")
    assert client.get("/me").text.count('name="language"') == 2  # the two buttons of one switch
    assert client.get("/week").text.count('name="language"') == 2


def test_the_tab_called_practice_leads_to_a_page_called_practice(home):
    client = _enter(home, DESK, "10.1.2.3")
    url = re.search(r'<a href="([^"]+)">练习</a>', client.get("/week").text).group(1)
    page = client.get(url).text
    assert "<h1>练习</h1>" in page and "错题本" in page and "自由练习" in page
    for at in (url, "/notebook"):
        assert re.search(r'<a href="[^"]+" aria-current="page">练习</a>', client.get(at).text)
