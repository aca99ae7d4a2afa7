"""人员: who is here, who has an account, and a new one-time code for who needs one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.domain.core.permissions import Permission
from learnapp.domain.people.people import Category
from learnapp.services.accounts import code_sheets
from learnapp.services.people import search as search_service
from learnapp.services.people.search import PeopleSearch, PersonFilter
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.input import whole
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import label, person_label

blueprint = Blueprint("people", __name__)


@blueprint.get("/people")
@may(Permission.PEOPLE_READ)
def index() -> str:
    """The people within reach, by name."""
    search = request.args.get("q", "").strip()
    page, asked = asked_page(), request.args.get("state", "")
    only = PersonFilter(asked) if asked in set(PersonFilter) else PersonFilter.ALL
    unit_id = whole(request.args, "unit")
    unit = None if unit_id is None else search_service.unit_searched(req.caller(), unit_id)
    wanted = PeopleSearch(search, unit_id, only)
    found, total = search_service.people_in_reach(req.caller(), wanted, page, SIZE)
    rows = [
        {
            "id": each.person_id,
            "name": each.name,
            "login": each.login_name,
            "label": person_label(each.name, each.login_name),
            "unit": each.unit_name,
            "category": label(Category, each.category),
            "state": gettext("已停用")
            if each.disabled
            else gettext("已启用")
            if each.activated
            else gettext("未启用"),
            "url": url_for("person.show", person_id=each.person_id),
        }
        for each in found
    ]
    return render_template(
        "people/index.html",
        rows=rows,
        total=total,
        search=search,
        unit={"id": unit_id, "name": unit, "all_url": url_for(".index")} if unit else None,
        states=[
            {"value": str(value), "label": label, "chosen": value is only}
            for value, label in _filters().items()
        ],
        may_add=req.actor().may(Permission.ROSTER_IMPORT),
        may_issue=req.actor().may(Permission.PEOPLE_ACTIVATE),
        page=pager("people.index", page, total, q=search, unit=unit_id, state=str(only)),
    )


def _filters() -> dict[PersonFilter, str]:
    return {
        PersonFilter.ALL: gettext("所有人"),
        PersonFilter.WITHOUT_ACCOUNT: gettext("账号未启用的"),
        PersonFilter.UNUSED_CODE: gettext("启用码还没用的"),
        PersonFilter.WITHOUT_PROGRAMME: gettext("没有学习计划的"),
    }


@blueprint.post("/people/<int:person_id>/code")
@makes
@may(Permission.PEOPLE_ACTIVATE)
def issue(person_id: int) -> Response:
    """A new code, on a sheet of its own; the older one ends."""
    sheet = code_sheets.issue_to_one(req.caller(), req.seal(), person_id)
    return redirect(url_for("codes.show", sheet=sheet.public_id), 303)
