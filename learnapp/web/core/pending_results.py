"""Where a second press waits for the first: a page that leads on as soon as the action is done."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from learnapp.services.operations import idempotency as idempotency_service
from learnapp.web.core import idempotency
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in

blueprint = Blueprint("pending_results", __name__)


@blueprint.get("/deeds/<int:action_id>")
@signed_in
def wait(action_id: int) -> str | Response:
    """The result of one's own action, or that it is still being done."""
    result = idempotency_service.result_of(req.session(), req.own().own_id(), action_id)
    return (
        render_template("core/pending_results/wait.html")
        if result is None
        else idempotency.again(result)
    )
