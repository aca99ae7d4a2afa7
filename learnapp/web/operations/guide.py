"""使用手册: the users' guides inside the product."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from learnapp.web.core.access import signed_in
from learnapp.web.core.guides import all_guides, section_url

blueprint = Blueprint("guide", __name__)


@blueprint.get("/guide")
@signed_in
def index() -> str:
    """The guides with their tasks."""
    guides = [
        {
            "title": each.called,
            "tasks": [
                {"title": one.title, "url": section_url(each.name, one.anchor)}
                for one in each.sections
            ],
        }
        for each in all_guides()
    ]
    return render_template("operations/guide/index.html", guides=guides)


@blueprint.get("/guide/<name>")
@signed_in
def show(name: str) -> str:
    """One guide, whole: the browser's own search finds words in it, and it can be printed."""
    guide = next((each for each in all_guides() if each.name == name), None) or abort(404)
    return render_template("operations/guide/show.html", guide=guide)
