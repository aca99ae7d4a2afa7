"""考场用表 by pages: forms as files for who watches, papers drawn and printed by unit."""

from __future__ import annotations

import io
import re

import docx


def test_the_forms_of_a_room_are_files_and_its_papers_print_together(home):
    home.enter("admin")
    path = f"/rooms/{home.window_id}/papers"
    assert path in home.client.get(f"/rooms/{home.window_id}").text
    page = home.client.get(f"{path}?unit={home.unit_id}").text
    files = [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+)" download', page)]
    assert [each.partition("?")[0].removeprefix(path) for each in files] == [
        "/sign-in/docx",
        "/sign-in/xlsx",
        "/record/docx",
    ]
    record = docx.Document(io.BytesIO(home.client.get(files[2]).data))
    assert "考场情况记录表" in record.paragraphs[0].text
    assert [row.cells[0].text for row in record.tables[0].rows][3:7] == [
        "应考",
        "实考",
        "缺考",
        "违纪",
    ]
    assert home.client.get(f"{path}/nothing/docx").status_code == 404
    told = home.post(f"{path}/draw", unit=str(home.unit_id))
    assert "已抽 4 份" in home.client.get(told.location).text
    printed = home.client.get(f"{path}/print?unit={home.unit_id}").text
    assert (
        printed.count('class="paper-sheet"') == 4 and "admin甲" not in printed.partition("<main")[2]
    )
    home.enter("officer")
    assert home.client.get(path).status_code == home.client.get(files[0]).status_code == 403
