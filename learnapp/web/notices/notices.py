"""消息: all notices of the reader; each with a link to what it is about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.services.notices import inbox
from learnapp.services.notices.inbox import VisibleNotice
from learnapp.web.core import request_context as req
from learnapp.web.core.access import repeatable, signed_in
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page
from learnapp.web.core.wording import moment_label
from learnapp.web.notices.sentences import in_words

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
@signed_in
def index() -> str:
    """The reader's notices, newest first."""
    page = asked_page()
    found, more = inbox.page_of(req.own_caller(), page, SIZE)
    rows = [_row(each) for each in found]
    return render_template(
        "notices/index.html",
        rows=rows,
        unread=any(each["unread"] for each in rows),
        page={
            "label": str(page),
            "previous_url": url_for(".index", page=page - 1) if page > 1 else None,
            "next_url": url_for(".index", page=page + 1) if more else None,
        },
    )


def _row(visible: VisibleNotice) -> dict[str, Any]:
    return in_words(visible) | {
        "at": moment_label(visible.notice.recorded_at),
        "unread": visible.notice.read_at is None,
    }


@blueprint.post("/notices/<int:notice_id>")
@repeatable("sets a value")
@signed_in
def read(notice_id: int) -> Response:
    """Mark a notice as read; back to the page that it was read on."""
    inbox.dismiss(req.own_caller(), notice_id)
    if request.args.get("from") == "inbox":
        say(gettext("已标为已读。"), at="notices")
        return redirect(url_for(".index"), 303)
    say(gettext("已放进消息，不再显示在这里。"), at="notices")
    return redirect(url_for("week.index"), 303)


@blueprint.post("/notices/read")
@repeatable("sets a value")
@signed_in
def read_all() -> Response:
    """All was read."""
    count = inbox.read_all(req.own_caller())
    text = gettext("%(n)s 条已标为已读。", n=count) if count else gettext("没有未读的。")
    say(text, "good" if count else "info", at="notices")
    return redirect(url_for(".index"), 303)
