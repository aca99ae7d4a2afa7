"""Putting away what was made by mistake: an empty bank, a reading that no plan asks."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Permission
from learnapp.services.operations import retiring
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.wording import problem

blueprint = Blueprint("retiring", __name__)


@blueprint.post("/banks/<int:bank_id>/retire")
@makes
@may(Permission.BANK_EDIT)
def bank(bank_id: int) -> Response:
    """Put an empty bank away."""
    try:
        retiring.retire_bank(req.caller(), bank_id)
    except Conflict as refused:
        say(problem(refused.code), "lost", at="upkeep")
        return redirect(url_for("bank.show", bank_id=bank_id), 303)
    say(gettext("空题库已停用。"))
    return redirect(url_for("bank.index"), 303)


@blueprint.post("/readings/<int:reading_id>/retire")
@makes
@may(Permission.READING_EDIT)
def reading(reading_id: int) -> Response:
    """Put a reading away that no plan asks."""
    try:
        retiring.retire_reading(req.caller(), reading_id)
    except Conflict as refused:
        say(problem(refused.code), "lost", at="upkeep")
        return redirect(url_for("readings.show", reading_id=reading_id), 303)
    say(gettext("学习材料已停用。要用时可以再导入。"))
    return redirect(url_for("readings.index"), 303)
