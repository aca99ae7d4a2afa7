"""Review as a list: what waits, many judged at once after a look at them; what oneself submitted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from learnapp.db.bank import review_lists
from learnapp.db.bank.review_lists import MOST_AT_ONCE, ReviewFilter
from learnapp.domain.bank.versions import VersionAction, VersionState
from learnapp.domain.core.calendar import start_of
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import reviews
from learnapp.services.bank.reviews import SubmittedVersion, WaitingVersion
from learnapp.web.bank.question_labels import question_text, shown_options
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may, own_transactions
from learnapp.web.core.input import MOST, whole
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import (
    answer_text,
    in_a_row,
    label,
    moment_label,
    person_label,
    problem,
)
from question_bank.content import from_json
from question_bank.duplicates import difference
from question_bank.kinds import QuestionType

blueprint = Blueprint("reviews", __name__)
_SHOWN = 20


def _ticked() -> list[int]:
    """The versions that were ticked, as numbers that a column holds."""
    texts = request.values.getlist("version")
    return [
        int(each) for each in texts if each.isdecimal() and len(each) < 19 and int(each) <= MOST
    ]


def _since(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _at() -> dict[str, Any]:
    """The filters of the address that mean something."""
    type_ = request.args.get("type", "")
    since = _since(request.args.get("since", ""))
    found = {
        "bank": whole(request.args, "bank"),
        "type": type_ if type_ in set(QuestionType) else None,
        "author": whole(request.args, "author"),
        "since": since.isoformat() if since is not None and since > date.min else None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _wanted(at: dict[str, Any]) -> ReviewFilter:
    since = at.get("since")
    return ReviewFilter(
        at.get("bank"),
        at.get("type"),
        at.get("author"),
        start_of(date.fromisoformat(since)) if since else None,
    )


@blueprint.get("/questions/review")
@own_transactions
@may(Permission.BANK_REVIEW)
def index() -> str:
    """What waits for review within reach; one's own are for somebody else."""
    at, page = _at(), asked_page()
    with req.writing() as session:  # the keys shown are recorded as seen
        found, total = reviews.review_queue(req.caller(session), _wanted(at), page, _SHOWN)
        rows = [_row(each) for each in found]
    with req.reading_page():
        caller = req.caller()
        return render_template(
            "bank/review.html",
            rows=rows,
            total=total,
            at=at,
            banks=review_lists.banks_waiting(caller),
            authors=[
                (each, person_label(name, login))
                for each, name, login in review_lists.authors_waiting(caller)
            ],
            types=[(str(each), label(QuestionType, each)) for each in QuestionType],
            tickable=any(each["tickable"] for each in rows),
            page=pager("reviews.index", page, total, _SHOWN, **at),
        )


def _row(each: WaitingVersion) -> dict[str, Any]:
    data = each.data
    return {
        "id": each.row.id,
        "url": url_for("questions.show", version_id=each.row.id),
        "type": label(QuestionType, each.row.type),
        "bank": each.bank,
        "state": gettext("欠一次复审")
        if each.row.review_owed
        else label(VersionState, each.row.status),
        "author": each.author,
        "login": each.login_name,
        "since": moment_label(each.since),
        "own": each.own,
        "is_withheld": each.is_withheld,
        "tickable": each.may_be_judged,
        "stem": each.row.stem,
        "passage": (data or {}).get("passage") or [],
        "options": shown_options(data) if data else [],
        "answer": answer_text(data) if data else "",
        "explanation": (data or {}).get("explanation") or [],
        "category": " / ".join((data or {}).get("category") or []),
        "pieces": _change(each),
        "revises": each.before is not None,
    }


def _change(each: WaitingVersion) -> list[tuple[str, str]]:
    """What differs from the published version, before and after in one run; none where nothing
    was published, or nothing differs that a question says."""
    if each.data is None or each.before is None:
        return []
    pieces = difference(*whole_texts(each.data, each.before))
    return pieces if any(kind != "same" for kind, _text in pieces) else []


def whole_texts(mine: dict[str, Any], other: dict[str, Any]) -> tuple[str, str]:
    """Two versions as texts to compare: the question with its answer, and of the rest what differs."""
    whole = [
        [gettext("%(text)s\n答案：%(answer)s", text=question_text(each), answer=answer_text(each))]
        for each in (mine, other)
    ]
    for name, text_of in _REST:
        texts = [text_of(each) for each in (mine, other)]
        if texts[0] != texts[1]:
            for lines, text in zip(whole, texts, strict=True):
                lines.append(f"{name}{gettext('：')}{text}")
    return "\n".join(whole[0]), "\n".join(whole[1])


def _plain(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda data: from_json(data.get(name) or []).plain


# What is compared beside the question itself: the name of each part, and its text.
_REST: tuple[tuple[Any, Callable[[dict[str, Any]], str]], ...] = (
    (_("材料"), _plain("passage")),
    (_("解析"), _plain("explanation")),
    (_("章节"), lambda data: " / ".join(data.get("category") or [])),
    (_("来源"), lambda data: data.get("source") or ""),
    (_("难度"), lambda data: str(data.get("difficulty") or "")),
)


@blueprint.get("/questions/review/ticked")
@own_transactions
@may(Permission.BANK_REVIEW)
def ticked() -> str:
    """The questions that were ticked, once more together, before they are judged."""
    return _ticked_page()


def _ticked_page(wrong: str = "", comment: str = "") -> str:
    wanted = ReviewFilter(versions=_ticked())
    with req.writing() as session:
        found, _total = reviews.review_queue(req.caller(session), wanted, 1, MOST_AT_ONCE)
        rows = [_row(each) for each in found if each.may_be_judged]
    with req.reading_page():
        return render_template(
            "bank/review_ticked.html",
            rows=rows,
            wrong=wrong,
            comment=comment,
            back_url=url_for(".index"),
        )


@blueprint.post("/questions/review")
@makes
@own_transactions
@may(Permission.BANK_REVIEW)
def judge() -> str | Response | tuple[str, int]:
    """Approve or return all that were ticked."""
    asked, comment = request.form.get("action", ""), request.form.get("comment", "")
    action = VersionAction(asked) if asked in set(VersionAction) else VersionAction.WRITTEN
    try:
        with req.writing() as session:
            done, left = reviews.judge(req.caller(session), _ticked(), action, comment)
    except RuleBroken as broken:
        return _ticked_page(problem(broken.code, **broken.params), comment), 422
    text = gettext("%(action)s %(n)s 题。", action=label(VersionAction, action), n=done)
    if left:
        text = in_a_row(text, gettext("另有 %(n)s 题已经不在待审之列，没有改动。", n=left))
    say(text, "good" if done else "info", at="review")
    return redirect(url_for(".index"), 303)


@blueprint.get("/questions/submitted")
@may(Permission.BANK_READ)
def submitted() -> str:
    """What the reader submitted, and what came of it."""
    page = asked_page()
    found, total = reviews.submitted(req.session(), req.actor(), page, SIZE)
    return render_template(
        "bank/submitted.html",
        rows=[_submitted(each) for each in found],
        total=total,
        page=pager("reviews.submitted", page, total),
    )


_CSS = {"published": "good", "in_review": "due", "draft": "lost"}


def _submitted(each: SubmittedVersion) -> dict[str, Any]:
    state, last = each.row.status, each.last
    return {
        "url": url_for("questions.show", version_id=each.row.id),
        "stem": each.row.stem,
        "type": label(QuestionType, each.row.type),
        "bank": each.bank,
        "number": each.row.number,
        "state": gettext("退回")
        if last.action == VersionAction.RETURNED
        else label(VersionState, state),
        "css": _CSS.get(state, "muted"),
        "action": label(VersionAction, last.action) if last.action else gettext("导入并送审"),
        "at": moment_label(last.at),
        "who": last.who,
        "login": last.login_name,
        "comment": last.comment,
    }
