"""What a guidance group opens is noted by page; what others open, and what is refused, is not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.core.caller import Caller
from learnapp.db.notices.finding_models import Visit
from learnapp.domain.core.permissions import SYSTEM, Role
from learnapp.services.people import roles
from learnapp.services.people.roles import NewGrant
from tests.small_office import FIRST_DAY, NOW


@pytest.mark.parametrize("office_url", ["sqlite"], indirect=True)
def test_each_page_that_a_group_opens_by_its_right_is_noted_and_no_other(home):
    with home.database.writing() as session:
        grant = NewGrant(Role.INSPECTOR, home.unit_id, None, FIRST_DAY)
        roles.grant(Caller(session, SYSTEM, NOW), home.people["other"], grant)
    home.enter("head")
    home.client.get("/progress")
    home.enter("other")
    for path in ("/progress", "/week", "/findings", "/weekly", "/progress", "/findings/99"):
        home.client.get(path)
    with home.database.reading() as session:
        rows = session.scalars(select(Visit).order_by(Visit.id)).all()
        assert [each.path for each in rows] == [
            "/progress", "/findings", "/weekly", "/progress",
        ]  # fmt: skip
        assert {each.person_id for each in rows} == {home.people["other"]}
        assert rows[0].title.startswith("进度")
