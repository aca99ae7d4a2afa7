"""人员: who is here, who has an account, and a new one-time code for who needs one."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for

from learnapp.db.people import Person
from learnapp.domain.permissions import Permission
from learnapp.services import activation
from learnapp.services import people as service
from learnapp.web import request as req
from learnapp.web.rules import may
from learnapp.web.words import word

blueprint = Blueprint("people", __name__)
_SIZE = 50
_LAST_PAGE = 1_000_000


def _page(issued: tuple[str, str] | None = None) -> str:
    search = request.args.get("q", "").strip()
    page = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    found, total = service.people_in_reach(
        req.session(), req.actor(), req.now(), search, page, _SIZE
    )
    rows = [
        {
            "name": each.name,
            "unit": each.unit_name,
            "category": word(each.category),
            "activated": each.activated,
            "url": url_for("people.issue", person_id=each.person_id, q=search, page=page),
        }
        for each in found
    ]
    pages = max(1, -(-total // _SIZE))
    return render_template(
        "people/index.html",
        rows=rows,
        total=total,
        search=search,
        issued=issued,
        page={
            "label": f"{page} / {pages}",
            "previous_url": url_for("people.index", page=page - 1, q=search) if page > 1 else None,
            "next_url": url_for("people.index", page=page + 1, q=search) if page < pages else None,
        },
    )


@blueprint.get("/people")
@may(Permission.PEOPLE_READ)
def index() -> str:
    """The people within reach, by name."""
    return _page()


@blueprint.post("/people/<int:person_id>/code")
@may(Permission.PEOPLE_ACTIVATE)
def issue(person_id: int) -> str:
    """A new code, shown once; the older one ends."""
    code = activation.issue_again(req.session(), req.actor(), req.now(), person_id)
    return _page((req.session().get_one(Person, person_id).name, code))
