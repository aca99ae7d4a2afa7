"""The test page, its saves and its submit, with JavaScript and without; then the result."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.bank import question_reports
from learnapp.db.exams.attempt_papers import AttemptSummary
from learnapp.domain.core.errors import NotFound, RuleBroken
from learnapp.domain.exams.answers import AnswerEvent, event_from_json
from learnapp.domain.exams.exams import AttemptState, Channel
from learnapp.services.exams import attempt_news as news_service
from learnapp.services.exams import attempt_results, attempts, integrity, remediation
from learnapp.services.exams import plain_form as plain_service
from learnapp.services.exams.attempt_start import sign_in_until
from learnapp.services.exams.attempts import Received
from learnapp.services.exams.plain_form import PlainAnswer, PlainReceived
from learnapp.web.core import request_context as req
from learnapp.web.core.access import keeps_what_was_typed, repeatable, signed_in
from learnapp.web.core.security import token_in_place_of
from learnapp.web.exams.attempt_news import news_values, seen_version
from learnapp.web.exams.attempt_pages import (
    ResultRequest,
    confirm_values,
    paper_values,
    result_values,
)
from learnapp.web.exams.lasting_sign_in import keep_signed_in
from learnapp.web.exams.plain_form import as_typed, posted_answers, with_troubles

blueprint = Blueprint("attempts", __name__)


@blueprint.get("/attempts/<public_id>")
@signed_in
def paper(public_id: str) -> str | Response:
    """The whole paper; one that is no longer open leads to its result."""
    head = attempt_results.head_of(req.session(), req.own(), public_id)
    on_paper = head.channel == Channel.PAPER
    if on_paper or _handed_in_by_the_clock(head) or head.state != AttemptState.OPEN:
        return redirect(url_for("attempts.result", public_id=public_id))
    return render_template("exams/attempts/paper.html", paper=_values(head))


@blueprint.post("/attempts/<public_id>/resume")
@repeatable("nothing is begun by it")
@signed_in
def resume(public_id: str) -> Response:
    """Go on with an open attempt, and never begin one: what is no longer open leads to its result."""
    head = attempt_results.head_of(req.session(), req.own(), public_id)
    if head.state == AttemptState.OPEN:
        keep_signed_in(req.session(), sign_in_until(head.deadline))
    return redirect(url_for("attempts.paper", public_id=public_id), 303)


def _values(head: AttemptSummary) -> dict[str, Any]:
    sheet = attempt_results.sheet_of(req.session(), head)
    announced = news_service.announced_to(req.session(), head)
    return paper_values(sheet, req.now(), announced)


def _handed_in_by_the_clock(head: AttemptSummary) -> bool:
    """Whether the clock ended it; the next read hands it in when the scheduler has not yet.

    Nobody is handed in while the machine's clock is in doubt.
    """
    if req.clock().jump() is not None or not attempt_results.has_run_out(head, req.now()):
        return False
    with req.writing() as opened:
        attempts.submit_if_ran_out(opened, req.now(), head.public_id, head.person_id)
    return True


def _events(body: Any) -> list[AnswerEvent]:
    if not isinstance(body, dict) or not isinstance(body.get("events"), list):
        raise RuleBroken("events", "bad_event")
    return [event_from_json(raw) for raw in body["events"]]


def reply_to(received: Received, now: datetime) -> dict[str, Any]:
    """The reply to a phone about its events."""
    return {
        "acknowledged": [{"event_id": e, "state": s} for e, s in received.acknowledged],
        "refused": [{"event_id": e, "code": c} for e, c in received.refused],
        "max_seq": received.max_seq,
        "remaining_s": attempts.remaining_seconds(received.deadline, now),
        "attempt_state": received.state,
    }


@blueprint.post("/attempts/<public_id>/answers")
@repeatable("events have ids of their own")
@signed_in
def answers(public_id: str) -> Response:
    """Keep events and acknowledge each that is held; a single one mostly comes by fast_save.py."""
    events = _events(request.get_json(silent=True))
    received = attempts.receive(req.own_caller(), public_id, events)
    return jsonify(reply_to(received, req.now()))


@blueprint.get("/attempts/<public_id>/news")
@signed_in
def news(public_id: str) -> Response:
    """State, time and announcements, and a form token where the page's no longer holds.

    Mostly answered by news.py before it comes here.
    """
    seen = seen_version(request.query_string.decode("ascii", "replace"))
    found = news_service.news(req.session(), req.session_token(), req.now(), public_id, seen)
    if found is None:
        raise NotFound("attempt_unknown")
    values = news_values(found, req.now())
    token = token_in_place_of(request.headers.get("X-CSRFToken", ""))
    return jsonify(values if token is None else values | {"csrf_token": token})


@blueprint.post("/attempts/<public_id>/facts")
@repeatable("an event kept twice does no harm")
@signed_in
def facts(public_id: str) -> Response:
    """What the page noticed of itself; doubled and late ones do no harm, odd ones are left out."""
    body = request.get_json(silent=True)
    given = body.get("facts") if isinstance(body, dict) else None
    integrity.store_page_facts(req.own_caller(), public_id, given)
    return jsonify({})


@blueprint.post("/attempts/<public_id>/submit")
@repeatable("an attempt is handed in once")
@keeps_what_was_typed(lambda: typed_again())
@signed_in
def submit(public_id: str) -> str | Response | tuple[str, int]:
    """Hand in; without JavaScript first save, then ask once, then hand in."""
    if request.is_json:
        events = _events(request.get_json(silent=True))
        done = attempts.submit(req.own_caller(), public_id, events)
        url = url_for("attempts.result", public_id=public_id)
        return jsonify(reply_to(done.received, req.now()) | {"result_url": url})
    if request.form.get("confirmed"):
        attempts.submit(req.own_caller(), public_id)
        return redirect(url_for("attempts.result", public_id=public_id), 303)
    return _plain_post(public_id)


def _plain_post(public_id: str) -> str | Response | tuple[str, int]:
    """Save a form; what could not be stored comes back beside its question, with its text."""
    caller, session, own = req.own_caller(), req.session(), req.own()
    answers = posted_answers(attempt_results.open_sheet(session, own, public_id))
    receipt = plain_service.receive_plain(caller, public_id, answers)
    if receipt.late:
        text = _("送到时已经截止或交卷：%(n)s 处作答已保存，没有计入。", n=receipt.late)
        flash(text, "due")
    if receipt.late or receipt.received.state != AttemptState.OPEN:
        return redirect(url_for("attempts.result", public_id=public_id), 303)
    if not receipt.whole:
        return _paper_again(public_id, answers, receipt), 422
    if request.form.get("do") == "submit":
        sheet = attempt_results.open_sheet(session, own, public_id)
        return render_template("exams/attempts/confirm.html", confirm=confirm_values(sheet))
    if receipt.saved:
        flash(_("已保存 %(n)s 处改动。", n=receipt.saved), "good")
    else:
        flash(_("没有新的改动，之前的作答都已保存。"), "info")
    return redirect(url_for("attempts.paper", public_id=public_id), 303)


def _paper_again(
    public_id: str, answers: Sequence[PlainAnswer], receipt: PlainReceived | None
) -> str:
    """The paper as a plain form: with what was not stored, or (None) with all that was typed."""
    head = attempt_results.head_of(req.session(), req.own(), public_id)
    values = _values(head)
    values = (
        as_typed(values, answers) if receipt is None else with_troubles(values, answers, receipt)
    )
    return render_template("exams/attempts/paper.html", paper=values)


def typed_again() -> str:
    """The page of a post whose form token was another session's: nothing saved, nothing lost.

    Raises NotFound for an attempt that is not one's own, or no longer open.
    """
    public_id = (request.view_args or {}).get("public_id", "")
    sheet = attempt_results.open_sheet(req.session(), req.own(), public_id)
    if sheet.head.state != AttemptState.OPEN:
        raise NotFound("attempt_unknown")
    # The confirmation posts no answers, and no page that does is without what it was drawn from.
    answers = [] if request.form.get("confirmed") else posted_answers(sheet)
    return _paper_again(public_id, answers, None)


@blueprint.get("/attempts/<public_id>/result")
@signed_in
def result(public_id: str) -> str | Response:
    """What may be seen of one's own result now."""
    head = attempt_results.head_of(req.session(), req.own(), public_id)
    if _handed_in_by_the_clock(head):
        return redirect(url_for("attempts.result", public_id=public_id))
    if head.state == AttemptState.OPEN and head.channel != Channel.PAPER:
        return redirect(url_for("attempts.paper", public_id=public_id))
    return result_page(head)


def result_page(head: AttemptSummary, refused: tuple[int, str] | None = None) -> str:
    """The page of a result; `refused` is a report that could not be stored: its place, and why."""
    caller, session, now = req.own_caller(), req.session(), req.now()
    outcome = attempt_results.outcome(session, head, now)
    failed = outcome.result is not None and not outcome.result.passed
    way_back = None
    if outcome.visible.marks and failed:
        way_back = remediation.way_back(caller, head.exam_id)
    asked = ResultRequest(
        request.args.get("show") == "wrong",
        question_reports.of_attempt(session, head.id, head.person_id),
        refused,
    )
    url = None if way_back is None else url_for("remedy.index", exam_id=head.exam_id)
    again = None
    if head.state == AttemptState.VOIDED:
        again = url_for("exams.window", window_id=head.window_id)
    values = result_values(outcome, asked) | {"way_back_url": url, "again_url": again}
    return render_template("exams/attempts/result.html", result=values)
