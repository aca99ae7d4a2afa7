"""迎检台账 as a job: all parts listed, what is missing said, never faked; the zip has what is there."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from docx import Document

from learnapp.db.bank.models import KeyExposure
from learnapp.domain.core.errors import Forbidden, NotFound, RuleBroken
from learnapp.domain.reports.month_files import FilePart, MissingWhy, MonthOfUnit
from learnapp.services.reports import month_work
from tests.services.reports.month import AFTER, READER, close_exam, made, wanted
from tests.small_office import NOW


def whys(office, job):
    lines = month_work.contents_of(month_work.papers_of(office.session, job))
    return {each.part: each.missing for each in lines}


def texts(data):
    paper = Document(io.BytesIO(data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(each.text for each in paper.paragraphs), *cells])


def test_what_is_there_is_in_the_zip_and_what_is_missing_is_in_its_list(office):
    close_exam(office)
    job = made(office)
    found = whys(office, job)
    assert [part for part, why in found.items() if why is None] == [
        FilePart.PLAN, FilePart.PAPER, FilePart.MARKS, FilePart.MAKE_UP,
    ]  # fmt: skip
    data = month_work.archive("zh", job, office.session, lambda each: each)
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        names = files.namelist()
        read = {name[:2]: texts(files.read(name)) for name in names}
    assert names[0] == "00 卷内目录.docx" and "缺：本月没有" in read["00"]
    assert "应考 5 人，实考 2 人" in read["03"] and "答案：" in read["02"]
    assert office.session.query(KeyExposure).filter_by(person_id=office.staff["admin"]).count()


def test_keys_are_not_in_it_before_they_are_open_nor_marks_before_the_window_is_over(office):
    during = NOW + timedelta(hours=3)
    found = whys(office, made(office, now=during))
    assert found[FilePart.PAPER] is MissingWhy.NOT_RELEASED
    assert found[FilePart.MARKS] is MissingWhy.NOT_OVER


def test_who_may_not_read_marks_is_told_so(office):
    close_exam(office)
    found = whys(office, made(office, "head"))
    assert found[FilePart.PAPER] is found[FilePart.MARKS] is MissingWhy.NO_RIGHT
    assert found[FilePart.PLAN] is None


def test_files_are_made_for_a_unit_within_reach_and_read_by_who_asked(office):
    branch = office.add_branch()
    job = made(office)
    for login in ("head", "local"):
        with pytest.raises(NotFound):
            month_work.files_of(office.caller(login, AFTER), job.public_id)
    with pytest.raises(NotFound):
        month_work.ask(office.caller("local", AFTER), wanted(office), READER)
    month_work.ask(office.caller("local", AFTER), wanted(office, branch), READER)
    with pytest.raises(Forbidden):
        month_work.ask(office.caller("marker", AFTER), wanted(office), READER)
    later = MonthOfUnit(office.unit_id, 2027, 1)
    with pytest.raises(RuleBroken, match="month_not_begun"):
        month_work.ask(office.caller("admin", AFTER), later, READER)


def test_a_name_holds_nothing_that_a_file_system_refuses():
    name = month_work.paper_name(3, {"part": "marks", "title": "一/二:三"})
    assert name == "03 一 二 三.docx"
