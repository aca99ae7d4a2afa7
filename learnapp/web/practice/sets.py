"""练完一组, 背题, 收藏: what practice leads on to."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.practice.levels import REVIEW, SET
from learnapp.services.practice import sets
from learnapp.services.practice.free_practice import PracticeFeedback
from learnapp.services.study import my_week
from learnapp.web.core import request_context as req
from learnapp.web.core.access import repeatable, signed_in
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import asked_page, pager
from learnapp.web.core.wording import label, shortened
from learnapp.web.practice.free_practice import answered_face
from learnapp.web.study.law_places import with_laws
from learnapp.web.study.my_week import step_of
from question_bank.content import from_json
from question_bank.kinds import QuestionType

blueprint = Blueprint("sets", __name__)
_SHOWN = 60  # characters of a stem in a list
_A_PAGE = 10


def _shelf() -> dict[str, Any]:
    given = {name: request.args.get(name) or None for name in ("of", "bank", "category")}
    return {name: value for name, value in given.items() if value}


@blueprint.get("/practice/done")
@signed_in
def done() -> str:
    """How the set went, what was wrong in it, and what to go on with."""
    number = max(1, min(whole(request.args, "n") or SET, SET))
    found = sets.summary(req.own_caller(), number)
    at = _shelf()
    review = at.get("of") == "notebook"
    again = url_for("notebook.review") if review else url_for("practice.following", **at)
    view = my_week.week_view(req.session(), req.reader().person_id, req.now())
    return render_template(
        "practice/sets/done.html",
        sentence=_("%(n)s 题，答对 %(m)s 题。", n=found.answered, m=found.right),
        rows=[_wrong_row(each) for each in found.wrong],
        again={
            "url": again,
            "label": _("再复习 %(n)s 题", n=REVIEW) if review else _("再练 %(n)s 题", n=SET),
        },
        step=step_of(view),
    )


def _wrong_row(each: PracticeFeedback) -> dict[str, Any]:
    return {
        "title": shortened(from_json(each.asked.version.stem).plain, _SHOWN),
        "meta": label(QuestionType, each.asked.version.type),
        "url": url_for("practice.feedback", answer_id=each.answer.id),
    }


@blueprint.get("/practice/memorise")
@signed_in
def memorise() -> str:
    """背题: what was practised, each with its answer and why."""
    bank_id, category = whole(request.args, "bank") or 0, request.args.get("category", "")
    page = asked_page()
    found = sets.to_memorise(req.own_caller(), (bank_id, category), page, _A_PAGE)
    return render_template(
        "practice/sets/memorise.html",
        title=category.rpartition("/")[2] or _("全部"),
        questions=with_laws([answered_face(each) for each in found.questions]),
        page=pager(
            "sets.memorise",
            page,
            found.total,
            _A_PAGE,
            bank=bank_id,
            category=category or None,
        ),
    )


@blueprint.get("/practice/favourites")
@signed_in
def favourites() -> str:
    """What was marked, each with its answer and why."""
    return render_template(
        "practice/sets/favourites.html",
        rows=[
            {
                "title": shortened(from_json(each.stem).plain, _SHOWN),
                "meta": " · ".join(filter(None, (label(QuestionType, each.type), each.category))),
                "url": url_for("practice.feedback", answer_id=each.answer_id),
            }
            for each in sets.favourites(req.own_caller())
        ],
    )


@blueprint.post("/practice/answers/<int:answer_id>/favourite")
@repeatable("sets a value")
@signed_in
def mark(answer_id: int) -> Response:
    """Mark the question of an answer, or take the mark away."""
    wanted = request.form.get("wanted") == "yes"
    sets.set_favourite(req.own_caller(), answer_id, wanted)
    say(_("已收藏。") if wanted else _("已取消收藏。"), at="favourite")
    at = _shelf() | {"n": request.args.get("n")}
    return redirect(url_for("practice.feedback", answer_id=answer_id, **at), 303)
