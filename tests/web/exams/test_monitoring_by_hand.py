"""What staff do by hand: a batch, further time, a late answer admitted, an attempt made with a pen."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from learnapp.services.accounts import activation
from learnapp.services.operations import schedule
from tests.small_office import HASH


def _room(home) -> str:
    return f"/rooms/{home.window_id}"


def test_a_further_window_may_be_kept_for_some_people(home):
    home.enter("admin")
    when = {"kind": "main", "opens_at": "2026-11-25T09:00", "closes_at": "2026-11-25T12:00"}
    wrong = home.post(f"{_room(home)}/windows", **when, people="officer\nnobody9")
    assert wrong.status_code == 422 and "找不到这些人：nobody9" in wrong.text
    assert wrong.text.count("正考") == home.client.get(_room(home)).text.count("正考")
    made = home.post(f"{_room(home)}/windows", **when, people="officer")
    page = home.client.get(made.location).text
    assert "本场只限名单里的 1 人" in page and "不用考这一场" not in page
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    home.post(f"{sheet}/submit", do="submit", confirmed="1")
    home.enter("admin")
    late = when | {"kind": "make_up"}
    made = home.post(f"{_room(home)}/windows", **late, people="officer\nother")
    page = home.client.get(made.location).text
    assert "应考 1 人" in page and "名单里有 1 人不用考这一场" in page


def test_further_time_is_written_down_before_the_exam(home):
    home.enter("admin")
    url = f"{_room(home)}/extra"
    wrong = home.post(url, **{"extra-people": "officer", "extra-minutes": "15", "extra-reason": ""})
    assert wrong.status_code == 422 and "请填原因" in wrong.text
    given = {"extra-people": "officer", "extra-minutes": "15", "extra-reason": "手部受伤"}
    assert home.post(url, **given).status_code == 303
    page = home.client.get(_room(home)).text
    assert "officer甲" in page and "加 15 分钟" in page and "手部受伤" not in page


def test_a_late_answer_is_listed_without_what_it_says_and_admitted_with_a_reason(home):
    home.enter("officer")
    sheet = home.post(f"/windows/{home.window_id}/start").location
    home.post(f"{sheet}/submit", confirmed="1")
    event = {"event_id": str(uuid.uuid4()), "seq": 1, "question": 1, "response": None}
    token = home.token()
    told = home.client.post(
        f"{sheet}/answers", json={"events": [event]}, headers={"X-CSRFToken": token}
    )
    assert told.json["acknowledged"][0]["state"] == "after_submit"
    home.enter("admin")
    page = home.client.get(_room(home)).text
    assert "迟到的作答" in page
    admit = re.search(r'action="(/rooms/[^"]+/admit)"', page).group(1)
    assert home.post(admit, reason="").status_code == 422
    assert home.post(admit, reason="基站故障").status_code == 303
    assert "迟到的作答" not in home.client.get(_room(home)).text


def test_an_attempt_with_a_pen_goes_from_printing_over_entry_and_check_to_its_result(home):
    with home.database.writing() as session:
        for piece in schedule.due(session, home.clock.now()):
            schedule.carry_out(session, home.clock.now(), piece, "5eed")
    home.enter("admin")
    page = home.client.get(_room(home)).text
    assert "改用纸笔" in page
    sheet = home.post(f"{_room(home)}/paper", person=str(home.people["officer"])).location
    shown = home.client.get(sheet).text
    assert "officer甲（officer） · 纸笔作答" in shown and shown.count("作答：___") == 10
    home.clock.instant += timedelta(minutes=30)
    form = home.client.get(f"{sheet}/entry").text
    names = re.findall(r'id="(q\d+)"', form)
    assert len(names) == 10
    wrong = home.post(f"{sheet}/entry", **{names[0]: "Z", "sat_at": "2026-11-23T11:20"})
    assert wrong.status_code == 422 and "“Z”读不懂" in wrong.text
    early = home.post(f"{sheet}/entry", sat_at="2026-11-22T11:20")
    assert early.status_code == 422 and "早于领卷" in early.text
    good = home.post(f"{sheet}/entry", **{names[0]: "ａ", "sat_at": "2026-11-23T11:20"})
    assert good.status_code == 303 and "要由另一人核对" in home.client.get(sheet).text
    own = home.post(f"{sheet}/check", do="agree")
    assert own.status_code == 422 and "不能是同一个人" in own.text
    with home.database.writing() as session:
        activation.set_password(session, home.clock.now(), 1, HASH)
    home.enter("root")
    assert "请对照纸质答卷" in home.client.get(sheet).text
    back = home.post(f"{sheet}/check", do="return", remark="", **home.seen(sheet))
    assert back.status_code == 422
    assert home.post(f"{sheet}/check", do="agree", **home.seen(sheet)).status_code == 303
    assert "已录入并核对" in home.client.get(sheet).text
    home.enter("officer")
    attempt = sheet.replace("/paper/", "/attempts/")
    assert home.client.get(attempt).location.endswith("/result")
    assert "尚未合格" in home.client.get(f"{attempt}/result").text


def test_who_writes_with_a_pen_is_not_shown_the_paper_on_a_phone(home):
    home.enter("admin")
    sheet = home.post(f"{_room(home)}/paper", person=str(home.people["officer"])).location
    attempt = sheet.replace("/paper/", "/attempts/")
    home.enter("officer")
    assert home.post(f"/windows/{home.window_id}/start").status_code == 409
    page = home.client.get(f"{attempt}/result").text
    assert "纸笔作答" in page and 'class="answered"' not in page
    assert home.client.get(sheet).status_code == 403
