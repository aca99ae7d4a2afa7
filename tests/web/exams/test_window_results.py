"""成绩: a window's results and its mark sheet, for whom marks are read by."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import docx
import openpyxl
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.operations.models import AuditEntry
from learnapp.db.people.lines import default_line
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.domain.people.people import LoginKind
from learnapp.services.accounts import activation
from learnapp.services.people import people, roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import FIRST_DAY, HASH, NOW
from tests.web.exams.test_results import sit

OVER = NOW + timedelta(hours=10)


def _results(home) -> str:
    return f"/rooms/{home.window_id}/results"


def _rows(page: str) -> dict[str, list[str]]:
    """Per login name: mark, grade, remark."""
    listed = page.partition("<h2>名单")[2]
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", listed, re.DOTALL)
    found = {}
    for row in rows:
        login = re.search(r"<small[^>]*>([^<]+)</small>", row).group(1)
        cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)
        found[login] = [each.strip() for each in cells[:3]]
    return found


def test_everybody_expected_is_listed_with_mark_or_the_reason_for_none(home):
    home.enter("officer")
    sit(home, right=4)
    home.clock.instant = OVER
    home.enter("admin")
    page = home.client.get(_results(home)).text
    assert "应考 5 人，实考 1 人" in page and "缺考 4 人" in page
    rows = _rows(page)
    assert len(rows) == 5 and list(rows) == sorted(rows)  # by name, never by mark
    assert rows["officer"] == ["40", "不合格", ""]
    assert rows["other"] == ["", "", "缺"]


def test_the_sheet_comes_as_workbook_and_document_and_the_audit_knows(home):
    home.enter("officer")
    sit(home)
    home.clock.instant = OVER
    home.enter("admin")
    book = openpyxl.load_workbook(io.BytesIO(home.client.get(f"{_results(home)}/xlsx").data))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][0] == "周测 成绩册" and rows[2][:3] == ("序号", "单位", "姓名")
    assert "制表人" in rows[-1][0]
    paper = docx.Document(io.BytesIO(home.client.get(f"{_results(home)}/docx").data))
    table = paper.tables[0]
    assert [cell.text for cell in table.rows[0].cells][:3] == ["序号", "单位", "姓名"]
    assert len(table.rows) == 6
    assert home.client.get(f"{_results(home)}/pdf").status_code == 404
    with home.database.reading() as session:
        taken = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "marks.exported")
        ).all()
        assert [each.detail["form"] for each in taken] == ["xlsx", "docx"]


def test_the_list_is_narrowed_by_its_address(home):
    home.enter("officer")
    sit(home)
    home.clock.instant = OVER
    home.enter("admin")
    waiting = home.client.get(f"{_results(home)}?grade=failed").text
    assert list(_rows(waiting)) == ["officer"]
    assert _rows(home.client.get(f"{_results(home)}?unit=999").text) == {}


def test_marks_are_read_by_no_other_role(home):
    for login in ("officer", "head", "marker"):
        home.enter(login)
        assert home.client.get(_results(home)).status_code == 403
        assert home.client.get(f"{_results(home)}/xlsx").status_code == 403


def test_nobody_is_absent_before_the_end_and_a_test_owner_comes_to_the_question_at_once(home):
    with home.database.writing() as session:
        caller, line = Caller(session, SYSTEM, NOW), default_line(session)
        for login, role in (("newcomer", None), ("owner", Role.TEST_OWNER)):
            person = people.add_person(caller, "新人", [(LoginKind.BADGE, login)])
            post = people.MembershipSpec(home.unit_id, line.id)
            people.join(caller, person.id, post, FIRST_DAY)
            if role is not None:
                activation.set_password(session, NOW, person.id, HASH)
                held = NewGrant(role, home.unit_id, line.id, FIRST_DAY)
                roles.grant(caller, person.id, held)
    home.enter("officer")
    sit(home)
    home.enter("owner")
    page = home.client.get(_results(home)).text
    assert _rows(page)["newcomer"][2] == "账号未启用"
    worst = home.client.get(f"{_results(home)}/questions").text
    (question, *_) = re.findall(r'href="(/questions/\d+/key)"', worst)
    assert home.client.get(question).status_code == 200
    home.clock.instant = OVER
    assert _rows(home.client.get(_results(home)).text)["newcomer"][2] == "缺"
