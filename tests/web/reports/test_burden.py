"""负担 on its page and as a workbook."""

from __future__ import annotations

import io
from datetime import timedelta

from python_calamine import CalamineWorkbook

from learnapp.jobs import reports
from tests.small_office import NOW


def test_the_office_sees_each_week_beside_its_budget_and_takes_it_out(home):
    home.clock.instant = NOW + timedelta(days=7, minutes=5)
    reports.Freezing(home.database, home.clock.now).round()
    home.enter("admin")
    at = "/programmes/1/burden"
    page = home.client.get(at).text
    assert "计划和实际都没有超出预算" in page and "一年来没有发过督办单" in page
    assert f'href="{at}.xlsx"' in page and "本周" in page
    book = CalamineWorkbook.from_filelike(io.BytesIO(home.client.get(f"{at}.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert {"计划", "实际数", "截至"} <= {row[0] for row in rows}
    weeks = [row for row in rows if row[0] == "11/23–11/29"]
    assert weeks[0][4] == 5 and weeks[0][1] >= 20
