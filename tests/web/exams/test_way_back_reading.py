"""补学 page by page: section after section is read, then the list; a sign-in lasts as long as a test."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.small_office import NOW
from tests.web.exams.test_results import OVER, sit, way_back_by

START = NOW + timedelta(hours=2)


def test_section_after_section_is_read_and_then_another_paper_may_be_begun(home):
    way_back_by(home, "《读物》")
    home.enter("officer")
    sit(home)
    home.clock.instant = OVER
    place = f"/exams/{home.exam_id}/way-back"
    listed = home.client.get(place).text
    first, second = re.findall(rf'href="({place}/\d+/\d+)"', listed)
    assert listed.count("未读") == 2 and "准备作答" not in listed
    page = home.client.get(first).text
    assert "第 1 节，共 2 节" in page and "<p>正文</p>" in page and f'action="{first}"' in page
    done = home.post(first)
    assert (done.status_code, done.location) == (303, second)
    assert "还剩 1 节" in home.client.get(second).text
    assert home.post(first).location == second  # it can come twice
    assert f'action="{first}"' not in home.client.get(first).text
    done = home.post(second)
    assert (done.status_code, done.location) == (303, place)
    listed = home.client.get(place).text
    assert "未读" not in listed and listed.count("已读") >= 2 and "准备作答" in listed
    assert home.client.get(f"{first}9").status_code == home.post(f"{first}9").status_code == 404
    home.enter("other")
    assert home.client.get(first).status_code == home.post(first).status_code == 404


def test_a_sign_in_that_ends_soon_lasts_until_a_day_after_the_test_and_no_other_is_moved(home):
    home.clock.instant = START + timedelta(minutes=10) - timedelta(days=14)
    home.enter("officer")
    home.clock.instant = START
    begun = home.post(f"/windows/{home.window_id}/start")
    assert "learnapp=" in begun.headers.get("Set-Cookie", "")
    home.clock.instant = START + timedelta(minutes=20, days=1, seconds=-1)
    assert home.client.get("/exams").status_code == 200
    home.clock.instant += timedelta(seconds=2)
    assert "/sign-in" in home.client.get("/exams").location
    home.clock.instant = START
    home.enter("other")
    begun = home.post(f"/windows/{home.window_id}/start")
    assert begun.status_code == 303 and "Set-Cookie" not in begun.headers
    home.clock.instant += timedelta(days=14, seconds=-1)
    assert home.client.get("/exams").status_code == 200
    home.clock.instant += timedelta(seconds=2)
    assert "/sign-in" in home.client.get("/exams").location
