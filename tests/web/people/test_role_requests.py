"""三员分立 on pages: switched on once, then a role is asked for by one and confirmed by another."""

from __future__ import annotations

import re

from learnapp.db.core.caller import Caller
from learnapp.domain.core.permissions import SYSTEM
from learnapp.services.accounts import access, activation
from learnapp.services.accounts.access import account_of
from tests.small_office import HASH, NOW


def _free_root(home) -> None:
    with home.database.writing() as session:
        (held, *_) = account_of(Caller(session, SYSTEM, NOW), 1).grants
        access.end_grant(Caller(session, SYSTEM, NOW), 1, held[0].id, NOW.date())


def test_roles_are_separated_by_a_page_and_given_by_two_people(home):
    _free_root(home)
    home.enter("admin")
    assert "打开三员分立" in home.client.get("/security").text
    wrong = {"system_admin": "head", "security_admin": "officer", "auditor": "other"}
    refused = home.post("/security/separation", **wrong)
    assert refused.status_code == 422 and "角色不能并存" in refused.text
    assert home.client.get("/audit").status_code == 200  # nothing was changed
    three = wrong | {"system_admin": "root"}
    assert home.post("/security/separation", **three).status_code == 303
    assert [home.client.get(path).status_code for path in ("/security", "/audit", "/banks")] == [
        403,
        403,
        200,
    ]
    with home.database.writing() as session:
        activation.set_password(session, NOW, 1, HASH)
    home.enter("root")
    role = {"role": "marker", "unit": str(home.unit_id), "reach": "below"}
    day = home.clock.now().date().isoformat()
    asked = home.post(f"/people/{home.people['head']}/grants", **role, from_day=day)
    assert "等安全管理员复核" in home.client.get(asked.location).text
    assert home.client.get("/security/roles").status_code == 403
    home.enter("officer")
    assert "角色待复核" in home.client.get("/desk").text
    page = home.client.get("/security/roles").text
    assert "head甲" in page and "阅卷人" in page
    path = re.search(r"/security/roles/\d+/give", page)[0]
    assert home.post(path).status_code == 303
    assert "没有待复核的角色" in home.client.get("/security/roles").text
    late = home.post(path.replace("/give", "/refuse"))  # from a page opened before
    assert "早已办过，没有再改动" in home.client.get(late.location).text
    home.enter("head")
    assert home.client.get("/marking").status_code == 200
