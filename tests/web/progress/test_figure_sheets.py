"""Lists of figures as workbooks: the heading and the numbers of their pages; and a past day on the page."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

from python_calamine import CalamineWorkbook

from learnapp.jobs import background
from tests.small_office import add_branch

MONDAY = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)


def _sheet(home, path: str) -> list[list]:
    reply = home.client.get(path)
    assert reply.status_code == 200 and reply.mimetype.endswith("sheet")
    return CalamineWorkbook.from_filelike(io.BytesIO(reply.data)).get_sheet_by_index(0).to_python()


def test_each_list_is_a_workbook_with_the_heading_and_the_numbers_of_its_page(home):
    home.clock.instant = MONDAY
    home.enter("head")
    at = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    found = {}
    for path in ("", "/people?behind=1", "/requirements"):
        page = home.client.get(at + path).text
        link = re.search(r'href="([^"]+\.xlsx[^"]*)"', page).group(1).replace("&amp;", "&")
        rows = _sheet(home, link)
        heading = {row[0]: row[1] for row in rows[1:7]}
        assert list(heading) == ["单位", "计划和阶段", "条块", "口径", "截至", "按何时所知"]
        assert all(
            f"<dd>{text}</dd>" in re.sub(r">\s+|\s+<", lambda m: m.group().strip(), page)
            for text in heading.values()
        )
        found[path] = rows
    units, people, duties = found.values()
    top = (
        dict(zip(units[9], units[10], strict=True))
        if units[9][0] == "单位"
        else dict(zip(units[8], units[9], strict=True))
    )
    named = [row for row in people if row[1] in home.people]
    assert len(named) == top["到期未完成人数"] > 0
    assert sum(row[3] for row in named) == top["任务项次"]
    asked = [row for row in duties if isinstance(row[3], float) and row[3]]
    assert sum(row[3] for row in asked) == top["任务项次"]
    item = re.search(r"/items/(\d+)\"", home.client.get(f"{at}/requirements").text).group(1)
    rows = _sheet(home, f"{at}/items/{item}/people.xlsx")
    assert any(row[0] == "officer甲" for row in rows)


def test_a_past_day_is_shown_as_reported_then_or_as_known_now_and_never_one_to_come(home):
    home.clock.instant = MONDAY
    home.enter("head")
    at = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    for known in ("then", "now"):
        page = home.client.get(f"{at}?day=2026-11-28&known={known}").text
        assert "2026-11-28 的数字" in page and "11月28日 周六 24:00" in page
    for day in ("2026-11-30", "2026-11-01", "so"):
        assert "要选已经过去的一天" in home.client.get(f"{at}?day={day}").text


def test_pages_below_the_figures_say_rates_weeks_and_levels_of_the_same_unit(home):
    home.clock.instant = MONDAY
    home.enter("head")
    at = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    rates = home.client.get(f"{at}/indicators").text
    assert "参学率" in rates and "参考率" in rates and "负责人" in rates and "没有账号" in rates
    weeks = home.client.get(f"{at}/trend").text
    assert 'data-points="[[' in weeks and "11月29日 周日" in weeks and "trend_chart.js" in weeks
    heat = home.client.get(f"{at}/heat").text
    assert "第 1 级" in heat
    plans = home.client.get(f"{at}/programmes").text
    assert "第一阶段" in plans and "不漏一人" in weeks and "参学率" in weeks
    officers = home.client.get(f"{at}/indicators?category=civil_servant").text
    assert "只计公务员" in officers and "category=civil_servant" in officers
    topics = home.client.get(f"{at}/topics").text
    assert "<dd>各计划的考试</dd>" in topics and "薄弱人数" in _sheet(home, f"{at}/topics.xlsx")[8]
    pages = ((rates, "参学率：完成"), (weeks, "学习周"), (heat, "从哪一级变冷"), (plans, "起止"))
    for page, words in pages:
        link = re.search(r'href="([^"]+\.xlsx)"', page).group(1)
        rows = _sheet(home, link)
        assert words in rows[8] and rows[1][0] == "单位"
        assert any(isinstance(cell, float) for row in rows[9:] for cell in row)
    assert "echarts" not in home.client.get(at).text


def test_all_units_are_exported_in_the_background_and_had_again(home):
    with home.database.writing() as session:
        add_branch(session, home.unit_id)
    home.clock.instant = MONDAY
    home.enter("head")
    at = f"/progress/stages/{home.stage_id}/units/{home.unit_id}"
    assert f'action="{at}/all-units"' in home.client.get(at).text
    page = home.post(f"{at}/all-units").headers["Location"]
    assert "生成进度" in home.client.get(page).text
    assert home.client.get(f"{page}/units.xlsx").status_code == 404
    background.carry_out_waiting(home.database, home.clock.now)
    assert "共 2 个单位" in home.client.get(page).text
    assert _sheet(home, f"{page}/units.xlsx")[0][0] == "各级单位学习进度"
    home.enter("admin")
    assert home.client.get(page).status_code == 404
    assert "生成各级单位进度表" in home.client.get("/jobs").text
