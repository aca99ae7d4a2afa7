"""统计作答情况: what attempts say of a bank's questions is counted in the background; how far that is."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.core.caller import Caller
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import item_statistics
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable
from learnapp.web.core.messages import say
from learnapp.web.core.running import running_of
from learnapp.web.core.wording import moment_label

blueprint = Blueprint("statistics", __name__)


@blueprint.post("/banks/<int:bank_id>/figures")
@repeatable("asked twice, it is counted once")
@may(Permission.BANK_EDIT)
def count(bank_id: int) -> Response:
    """Have counted again what attempts say of the questions."""
    item_statistics.ask(req.caller(), bank_id)
    say(gettext("已开始统计，可以离开；统计好后结果留在这一页。"), at="upkeep")
    return redirect(url_for("bank.show", bank_id=bank_id), 303)


def last_counted(caller: Caller, bank_id: int) -> str:
    """How far the counting is that runs; else of what instant the last is, and of how many questions."""
    running = running_of(item_statistics.job_of(caller.session, bank_id, running=True))
    if running is not None:
        return running.now
    last = item_statistics.job_of(caller.session, bank_id, running=False)
    if last is None or last.result is None:
        return ""
    at = moment_label(last.begun_at or last.asked_at)
    return gettext("截至 %(at)s，统计了 %(n)s 道用过的题。", at=at, n=last.result["versions"])
