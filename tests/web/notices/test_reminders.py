"""A head's reminder: who is meant and what they read is shown, then it is sent and arrives as a notice."""

from __future__ import annotations

import re
from datetime import timedelta

from learnapp.jobs import reminders
from tests.small_office import NOW


def test_a_head_reminds_all_and_they_read_it(home):
    home.clock.instant = NOW + timedelta(days=8)
    (home_file := home.client.application.extensions["learnapp.channels"])._path.write_text(
        '[sms]\nkind = "http"\nurl = "http://127.0.0.1:9/{mobile}"\nbody = "{text}"\n'
    )
    home.enter("head")
    at = f"/reminders/stages/{home.stage_id}/units/{home.unit_id}"
    page = home.client.get(at).text
    assert "4 人" in page and "到期未完成，请尽快补上" in page and 'value="sms"' in page
    group = re.search(r'<p class="copied">(.*?)</p>', page, re.DOTALL).group(1)
    assert "到期未完成 5 人" in group and "甲" not in group.replace("【", "")
    assert home.post(at, rule="overdue", do="chosen").status_code == 422
    sent = home.post(at, rule="overdue", do="all", channels="sms", addition="周五前补完。")
    assert sent.status_code == 303
    reminders.send_waiting(home.database, home.clock.now)
    assert reminders.try_messages(home.database, home.clock.now, home_file.all()) == 4
    page = home.client.get("/reminders").text
    assert "已发 4" in page and "没有号码 4" in page
    assert "officer" in home.client.get(f"{at}/calls").text
    home.enter("officer")
    assert "周五前补完。" in home.client.get("/notices").text
    assert home.client.get(at).status_code == 403


def test_nobody_is_reminded_of_nothing(home):
    home.enter("head")
    at = f"/reminders/stages/{home.stage_id}/units/{home.unit_id}"
    assert "没有需要提醒的人" in home.client.get(at).text
    assert home.post(at, rule="overdue", do="all").status_code == 422
    home.enter("admin")
    assert "还没有发过提醒" in home.client.get("/reminders").text
