"""学习质量提示 on its page, and the private word."""

from __future__ import annotations

from datetime import timedelta

from learnapp.domain.progress import quality
from learnapp.jobs import background
from tests.small_office import NOW


def test_rates_are_found_in_the_background_and_say_of_what_of_what_they_are(home, monkeypatch):
    monkeypatch.setattr(quality, "LEAST_PEOPLE", 5)
    home.clock.instant = NOW + timedelta(days=9)
    home.enter("head")
    at = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    assert f'href="{at}/quality"' in home.client.get(at).text
    assert "不列人名" in home.client.get(f"{at}/quality").text
    assert home.post(f"{at}/quality").status_code == 303
    background.carry_out_waiting(home.database, home.clock.now)
    page = home.client.get(f"{at}/quality").text
    assert "项次不够，不判断" in page and "计入人员 5 人" in page and "officer甲" not in page
    assert "只有您自己看得到" in home.client.get("/me/study-quality").text
