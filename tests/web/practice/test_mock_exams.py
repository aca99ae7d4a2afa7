"""模拟考 as pages: begun with one press, written as in the exam, with a result of its own."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta


def _begin(home) -> tuple[str, str]:
    home.enter("officer")
    listed = home.client.get("/mocks").text
    begin = re.search(r'action="(/mocks/exams/\d+)"', listed).group(1)
    place = home.post(begin).location
    return place, home.client.get(place).text


def test_it_is_written_as_the_exam_is_and_handed_in_by_the_page(home):
    home.clock.instant -= timedelta(hours=2)  # before the exam opens, which then withholds
    place, page = _begin(home)
    assert "模拟考：周测" in page and "data-unwatched" in page and "watermark" not in page
    ordinal, option = re.findall(r'name="q(\d+)"[^>]*value="([^"]+)"', page)[0]
    event = {
        "event_id": str(uuid.uuid4()),
        "seq": 1,
        "question": int(ordinal),
        "response": {"options": [option]},
        "flagged": True,
    }
    about = {"X-CSRFToken": home.token()}
    reply = home.client.post(f"{place}/answers", json={"events": [event]}, headers=about).json
    assert reply["acknowledged"] == [{"event_id": event["event_id"], "state": "held"}]
    assert reply["attempt_state"] == "open" and 0 < reply["remaining_s"] <= 1200
    assert home.client.get(f"{place}/news").json["remaining_s"] == reply["remaining_s"]
    assert home.client.get(f"{place}/result").location == place
    done = home.client.post(f"{place}/submit", json={"events": []}, headers=about).json
    assert done["attempt_state"] == "submitted"
    result = home.client.get(done["result_url"]).text
    assert "不计成绩" in result and "没有作答的" in result and "/practice/questions/" in result
    assert home.client.get(place).location == done["result_url"]


def test_without_scripts_it_is_saved_asked_once_and_handed_in(home):
    home.clock.instant -= timedelta(hours=2)
    place, page = _begin(home)
    ordinal, option = re.findall(r'name="q(\d+)"[^>]*value="([^"]+)"', page)[0]
    fields = {f"q{ordinal}": option}
    assert home.post(f"{place}/submit", do="save", **fields).location == place
    assert re.search(rf'value="{option}"\s*checked', home.client.get(place).text)
    asked = home.post(f"{place}/submit", do="submit", **fields).text
    assert "现在交卷？" in asked and "还有 9 题未答" in asked
    assert home.post(f"{place}/submit", confirmed="1").location == f"{place}/result"


def test_one_whose_time_ran_out_is_handed_in_by_the_first_look_and_is_nobody_elses(home):
    home.clock.instant -= timedelta(hours=2)
    place, _page = _begin(home)
    home.clock.instant += timedelta(minutes=30)
    assert home.client.get(place).location == f"{place}/result"
    assert home.client.get(f"{place}/result").location == f"{place}/result"
    assert "没有作答的" in home.client.get(f"{place}/result").text
    home.enter("other")
    assert home.client.get(place).status_code == 404
