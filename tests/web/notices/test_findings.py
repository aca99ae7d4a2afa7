"""指导组 by the pages: found, answered, closed, taken out; what was opened is seen by the group alone."""

from __future__ import annotations

import io
from datetime import timedelta

from python_calamine import CalamineWorkbook

from learnapp.db.core.caller import Caller
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import FIRST_DAY, NOW, add_branch


def test_a_problem_goes_from_finding_to_closing_and_what_was_opened_is_the_groups_alone(home):
    with home.database.writing() as session:
        branch, liaison = add_branch(session, home.unit_id)
        system = Caller(session, SYSTEM, NOW)
        roles.grant(system, liaison, NewGrant(Role.LIAISON, branch, None, FIRST_DAY))
        until = FIRST_DAY.replace(year=2027)
        grant = NewGrant(Role.INSPECTOR, branch, None, FIRST_DAY, until)
        roles.grant(system, home.people["other"], grant)
    home.enter("other")
    fields = {"unit": str(branch), "title": "学习不实", "found": "笔记雷同。", "asked": "补学。"}
    assert home.post("/findings/new", **fields).status_code == 422
    due_on = str(NOW.date() + timedelta(days=9))
    assert home.post("/findings/new", **fields, due_on=str(NOW.date())).status_code == 422
    at = home.post("/findings/new", **fields, due_on=due_on).headers["Location"]
    assert home.client.get(at, headers={"Accept-Encoding": "gzip"}).content_encoding == "gzip"
    assert home.post(f"{at}/decide", step="close").status_code == 409
    home.enter("local")
    assert "学习不实" in home.client.get("/notices").text
    assert "指导组提出的问题待整改" in home.client.get("/progress").text
    assert home.post(f"{at}/decide", step="close").status_code == 403
    assert home.post(f"{at}/answer", text="x" * 1001).status_code == 422
    assert home.post(f"{at}/answer", text="已补学。", **home.seen(at)).status_code == 303
    home.enter("other")
    assert "整改情况待复核" in home.client.get("/desk").text
    assert home.post(f"{at}/decide", step="answer").status_code == 422
    assert "请看过再办" in home.post(f"{at}/decide", step="close").text
    assert home.post(f"{at}/decide", step="close", **home.seen(at)).status_code == 303
    book = CalamineWorkbook.from_filelike(io.BytesIO(home.client.get("/findings.xlsx").data))
    assert [book.get_sheet_by_index(0).to_python()[-1][column] for column in (1, 5, 6)] == [
        "学习不实",
        "已补学。",
        "已销号",
    ]
    seen = home.client.get("/findings/visits").text
    assert "学习不实" in seen and "findings.xlsx" in seen
    for login in ("local", "head", "admin"):
        home.enter(login)
        assert home.client.get("/findings/visits").status_code == 403
        assert "findings.xlsx" not in home.client.get("/audit").text
