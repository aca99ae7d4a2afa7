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


def test_a_scan_is_attached_to_an_answer_sheet_and_comes_back_as_it_was(home):
    home.enter("admin")
    other = str(home.people["other"])
    sheet = home.post(f"/rooms/{home.window_id}/paper", person=other).location

    def attach(name: str, data: bytes) -> str:
        sent = {"file": (io.BytesIO(data), name), "csrf_token": home.token()}
        return home.client.get(home.client.post(f"{sheet}/scans", data=sent).location).text

    page = attach("答卷.pdf", b"%PDF-1.7 scan")
    (scan,) = re.findall(r'href="(/paper/[\w-]+/scans/[\w-]+)"', page)
    kept = home.client.get(scan)
    assert kept.data == b"%PDF-1.7 scan" and kept.mimetype == "application/pdf"
    assert kept.headers["Content-Disposition"] == "attachment"
    assert "已附上" in page and "已附上" not in attach("答卷.png", b"<script>")
    home.enter("officer")
    assert home.client.get(scan).status_code == 403
