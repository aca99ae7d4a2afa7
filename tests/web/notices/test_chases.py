"""督办 by the pages: a letter sent to a unit, its document, and what the form refuses."""

from __future__ import annotations

import io
from datetime import date, timedelta

from docx import Document

from learnapp.db.core.caller import Caller
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.jobs import chases
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import FIRST_DAY, NOW


def test_a_letter_is_sent_and_read_by_its_owner(home):
    home.clock.instant = NOW + timedelta(days=8)
    with home.database.writing() as session:
        grant = NewGrant(Role.LIAISON, home.unit_id, None, FIRST_DAY)
        roles.grant(Caller(session, SYSTEM, NOW), home.people["other"], grant)
    home.enter("head")
    at = f"/chases/stages/{home.stage_id}/units/{home.unit_id}/new"
    assert "other甲" in home.client.get(at).text
    fields = {"kind": "letter", "owner": str(home.people["other"]), "reason": "请抓紧补学。"}
    fields |= {"condition": "behind", "due_on": str(date(2026, 12, 4))}
    assert home.post(at, **fields, target="5").status_code == 422  # it holds already
    assert home.post(at, **fields | {"kind": "order"}, target="0").status_code == 409
    page = home.client.get(home.post(at, **fields, target="0").headers["Location"]).text
    assert "办理中" in page and "现在 5 人" in page
    assert "提醒函" in home.client.get("/chases").text
    paper = Document(io.BytesIO(home.client.get("/chases/1/docx").data))
    assert "请抓紧补学。" in [each.text for each in paper.paragraphs]
    home.clock.instant += timedelta(days=5)
    assert chases.watch(home.database, home.clock.now) == 1
    home.enter("other")
    assert "已上报" in home.client.get("/notices").text
    assert "逾期已上报" in home.client.get("/chases/1").text
    assert home.post("/chases/1/approve").status_code == 403
