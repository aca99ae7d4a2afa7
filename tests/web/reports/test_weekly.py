"""周报 on its page, in Excel and in Word: the same numbers; commented on and signed by heads alone."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from learnapp.db.core.caller import Caller
from learnapp.db.progress import figure_facts
from learnapp.domain.core.permissions import SYSTEM
from learnapp.domain.exams.exams import Channel
from learnapp.jobs import reports
from learnapp.services.study import completions
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW

MONDAY = NOW + timedelta(days=7, minutes=5)


def _complete(home, login, at):
    with home.database.writing() as session:
        for duty in figure_facts.duties_of(session, [home.stage_id])[home.stage_id]:
            new = NewCompletion(home.people[login], duty.item_id, Channel.PAPER, {}, "t")
            completions.complete(Caller(session, SYSTEM, at), new)


@pytest.fixture
def report(home):
    """The address of the unit's report, frozen on the Monday."""
    _complete(home, "officer", NOW)
    home.clock.instant = MONDAY
    reports.Freezing(home.database, home.clock.now).round()
    home.enter("head")
    return re.search(r'href="(/weekly/\d+/units/\d+)"', home.client.get("/weekly").text).group(1)


def test_page_workbook_and_document_say_the_same_numbers(home, report):
    page = home.client.get(report).text
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(home.client.get(f"{report}/xlsx").data)
    ).get_sheet_by_index(0)
    rows = sheet.to_python()
    head = next(n for n, row in enumerate(rows) if row[0] == "单位")
    total = [str(int(each)) if isinstance(each, float) else each for each in rows[head + 1][:9]]
    paper = Document(io.BytesIO(home.client.get(f"{report}/docx").data))
    cells = [cell.text for cell in paper.tables[0].rows[1].cells]
    assert cells == total
    _, people, owed, done, task, due, due_done, behind, _ = total
    assert int(done) > 0 and int(owed) > int(done)
    shown = re.sub(r"(?:<[^>]+>|\s+)+", " ", page)
    for figure in (f"{task} {done}/{owed}", f"{due_done}/{due}", f" {people} ", f" {behind} "):
        assert figure in shown, figure
    sentence = re.search(r'<p class="lead">(.*?)</p>', page).group(1)
    assert sentence in {each.text for each in paper.paragraphs}
    assert sentence in {str(row[0]) for row in rows}


def test_what_is_recorded_later_changes_nothing_and_is_listed_as_a_correction(home, report):
    before = re.search(r"<tbody>.*</tbody>", home.client.get(report).text, re.DOTALL).group()
    late = MONDAY + timedelta(hours=3)
    with home.database.writing() as session:
        [duty, *_] = figure_facts.duties_of(session, [home.stage_id])[home.stage_id]
        new = NewCompletion(
            home.people["other"], duty.item_id, Channel.PAPER, {}, "late", NOW + timedelta(days=1)
        )
        completions.complete(Caller(session, SYSTEM, late), new)
    home.clock.instant = MONDAY + timedelta(days=7)
    reports.Freezing(home.database, home.clock.now).round()
    page = home.client.get(report).text
    assert re.search(r"<tbody>.*</tbody>", page, re.DOTALL).group() == before
    assert "本期更正（截至" in page
    following = re.search(r'href="([^"]+)" rel="next"', page).group(1)
    assert "更正上期" in home.client.get(following).text


def test_a_head_comments_and_signs_once(home, report):
    assert home.post(f"{report}/comment", text=" ").status_code == 422
    home.post(f"{report}/comment", text="安保任务集中")
    home.post(f"{report}/sign")
    page = home.client.get(report).text
    assert "安保任务集中" in page and "签发：head甲" in page
    home.post(f"{report}/sign")
    assert "早已签发" in home.client.get(report).text
    home.enter("admin")
    assert home.post(f"{report}/sign").status_code == 403


def test_an_admin_adds_a_report_on_fridays(home):
    home.enter("admin")
    times = {"weekly_day": "0", "weekly_at": "09:00", "flash_day": "4", "flash_at": "17:00"}
    assert home.post("/weekly/times", **times, with_flash="y").status_code == 303
    assert "checked" in home.client.get("/weekly/times").text
    home.clock.instant = NOW + timedelta(days=4, hours=9)
    reports.Freezing(home.database, home.clock.now).round()
    assert "快报 第1期" in home.client.get("/weekly").text
