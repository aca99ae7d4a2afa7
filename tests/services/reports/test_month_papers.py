"""迎检台账, exams: whose marks are in the book of a unit, and who has still to make up."""

from __future__ import annotations

import io

from docx import Document

from learnapp.services.reports import month_papers
from learnapp.services.reports.month_reader import MonthReader
from tests.services.reports.month import AFTER, READER, close_exam, reader, wanted


def names(filed):
    table = Document(io.BytesIO(filed.data)).tables[0]
    return {cell.text for row in table.rows for cell in row.cells}


def test_the_book_of_a_unit_has_its_own_people_alone(office):
    branch = office.add_branch()
    close_exam(office)
    (whole,) = month_papers.mark_books(reader(office))
    assert {"officer甲", "分局管理员"} <= names(whole)
    of_branch = MonthReader(office.caller("admin", AFTER), wanted(office, branch), READER)
    (mine,) = month_papers.mark_books(of_branch)
    assert "分局管理员" in names(mine) and "officer甲" not in names(mine)


def test_who_did_not_hand_in_is_on_the_list_to_make_up(office):
    close_exam(office)
    lists = {each.title: names(each) for each in month_papers.make_ups(reader(office, "head"))}
    (exam,) = [each for title, each in lists.items() if title.startswith("周测")]
    assert "marker甲" in exam


def test_without_an_approval_there_is_no_sheet_of_approvals(office):
    assert list(month_papers.approvals(reader(office))) == []
