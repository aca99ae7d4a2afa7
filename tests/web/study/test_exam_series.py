"""Exams planned and changed on pages: the usual form, every exam before it is made, then rows to change."""

from __future__ import annotations

import re

import pytest

SERIES = {"title": "周测", "bank": "1", "first_day": "2026-11-23", "last_day": "2026-12-04",
          "opens": "18:00", "closes": "22:00", "single": "10", "multiple": "0", "true_false": "0"}  # fmt: skip


def _changes(home):
    page = home.client.get("/programmes/1/exams?kind=weekly&over=0").text
    return re.findall(r'href="(/programmes/1/exams/\d+/change)"', page)


def test_weekly_tests_are_seen_as_a_list_then_made_then_changed_from_one_on(home):
    home.enter("admin")
    at = "/programmes/1/series/weekly"
    form = home.client.get(at).text
    assert 'value="18:00"' in form and "时长（分钟）：20" in form and "可作答次数：3" in form
    assert home.client.get("/programmes/1/series/practice").status_code == 404
    bad = home.post(at, **SERIES | {"first_day": "2026-12-05", "do": "preview"})
    assert bad.status_code == 422 and "结束不能早于开始" in bad.text
    seen = home.post(at, **SERIES, do="preview").text
    assert "周测（11月26日）" in seen and "周测（12月3日）" in seen and "计划范围内的 5 人" in seen
    before = len(_changes(home))
    made = home.post(at, **SERIES, do="confirm")
    assert "已排 2 场考试" in home.client.get(made.location).text
    rows = _changes(home)
    assert len(rows) == before + 2
    page = home.client.get(rows[1]).text
    assert "这一场和以后的 1 场" in page
    change = {"title": "周测（11月26日）", "opens_at": "2026-11-26T18:00",
              "closes_at": "2026-11-29T22:00", "minutes": "30", "pass_percent": "60", "tries": "2",
              "release": "at_once", "scope": "onward"}  # fmt: skip
    ahead = home.post(rows[1], **change, do="preview").text
    assert "改这 2 场" in ahead and "20 分钟 → 30 分钟" in ahead
    done = home.post(rows[1], **change, do="confirm")
    told = home.client.get(done.location).text
    assert "已改 2 场" in told and told.count("30 分钟") >= 2


@pytest.mark.parametrize(
    ("kind", "minutes", "tries", "opens"),
    [("weekly", 20, 3, "2026-11-26 18:00:00"), ("monthly", 60, 1, "2026-11-30 09:00:00")],
)
def test_one_exam_by_itself_begins_as_its_kind_usually_is(home, kind, minutes, tries, opens):
    home.enter("admin")
    form = home.client.get(f"/programmes/1/exams/new?kind={kind}").text
    assert f'type="hidden" name="kind" value="{kind}"' in form
    filled = {
        name: re.search(rf'<input[^>]*id="{name}"[^>]*>', form)[0]
        for name in ("opens_at", "minutes", "pass_percent")
    }
    wanted = {"opens_at": opens, "minutes": minutes, "pass_percent": 60}
    assert {
        name: f'value="{wanted[name]}"' in each for name, each in filled.items()
    } == dict.fromkeys(filled, True), filled
    assert f"可作答次数：{tries}" in form
    other = home.client.get("/programmes/1/exams/new?kind=practice").text
    assert 'type="hidden" name="kind" value="weekly"' in other
