"""The test page, its saves and its submit, with JavaScript and without; then the result."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.attempts import Head
from learnapp.domain.answers import AnswerEvent, event_from_json
from learnapp.domain.errors import RuleBroken
from learnapp.domain.exams import AttemptState, Channel
from learnapp.services import attempts as service
from learnapp.services import papers, remedy, signals
from learnapp.services.attempts import PlainAnswer, Received
from learnapp.web import request as req
from learnapp.web.paper import confirm_values, paper_values, result_values
from learnapp.web.rules import signed_in

blueprint = Blueprint("attempts", __name__)


@blueprint.get("/attempts/<public_id>")
@signed_in
def paper(public_id: str) -> str | Response:
    """The whole paper; one that is no longer open leads to its result."""
    head = papers.head_of(req.session(), req.own(), public_id)
    on_paper = head.channel == Channel.PAPER
    if on_paper or _handed_in_by_the_clock(head) or head.state != AttemptState.OPEN:
        return redirect(url_for("attempts.result", public_id=public_id))
    sheet = papers.sheet_of(req.session(), head)
    return render_template("attempts/paper.html", paper=paper_values(sheet, req.now()))


def _handed_in_by_the_clock(head: Head) -> bool:
    """Whether the clock ended it; the next read hands it in when the scheduler has not yet."""
    if not papers.has_run_out(head, req.now()):
        return False
    with req.writing() as opened:
        service.submit_if_ran_out(opened, req.now(), head.public_id, head.person_id)
    return True


def _events(body: Any) -> list[AnswerEvent]:
    if not isinstance(body, dict) or not isinstance(body.get("events"), list):
        raise RuleBroken("events", "bad_event")
    return [event_from_json(raw) for raw in body["events"]]


def told(received: Received, now: datetime) -> dict[str, Any]:
    """What a phone is told of its events."""
    return {
        "acknowledged": [{"event_id": e, "state": s} for e, s in received.acknowledged],
        "refused": [{"event_id": e, "code": c} for e, c in received.refused],
        "max_seq": received.max_seq,
        "remaining_s": service.remaining_seconds(received.deadline, now),
        "attempt_state": received.state,
    }


@blueprint.post("/attempts/<public_id>/answers")
@signed_in
def answers(public_id: str) -> Response:
    """Keep events and acknowledge each that is held; a single one mostly comes by door.py."""
    events = _events(request.get_json(silent=True))
    received = service.receive(req.session(), req.own(), req.now(), public_id, events)
    return jsonify(told(received, req.now()))


@blueprint.post("/attempts/<public_id>/facts")
@signed_in
def facts(public_id: str) -> Response:
    """What the page noticed of itself; doubled and late ones do no harm, odd ones are left out."""
    body = request.get_json(silent=True)
    given = body.get("facts") if isinstance(body, dict) else None
    signals.keep(req.session(), req.own(), req.now(), public_id, given)
    return jsonify({})


@blueprint.post("/attempts/<public_id>/submit")
@signed_in
def submit(public_id: str) -> str | Response:
    """Hand in; without JavaScript first save, then ask once, then hand in."""
    if request.is_json:
        events = _events(request.get_json(silent=True))
        done = service.submit(req.session(), req.own(), req.now(), public_id, events)
        url = url_for("attempts.result", public_id=public_id)
        return jsonify(told(done.received, req.now()) | {"result_url": url})
    if request.form.get("confirmed"):
        service.submit(req.session(), req.own(), req.now(), public_id)
        return redirect(url_for("attempts.result", public_id=public_id), 303)
    received = service.receive_plain(
        req.session(), req.own(), req.now(), public_id, _plain(public_id)
    )
    if received.state != AttemptState.OPEN:
        return redirect(url_for("attempts.result", public_id=public_id), 303)
    if request.form.get("do") == "submit":
        sheet = papers.open_sheet(req.session(), req.own(), public_id)
        return render_template("attempts/confirm.html", confirm=confirm_values(sheet))
    flash(_("已保存 %(n)s 处改动。", n=len(received.acknowledged)), "good")
    return redirect(url_for("attempts.paper", public_id=public_id), 303)


def _plain(public_id: str) -> list[PlainAnswer]:
    """The form's fields as answers: q3, q3.b1, f3."""
    sheet = papers.open_sheet(req.session(), req.own(), public_id)
    form, found = request.form, []
    for place in sheet.places:
        name = f"q{place.ordinal}"
        response: dict[str, Any] | None
        if place.type == "short_answer":
            response = {"text": form.get(name, "")}
        elif place.type == "fill_blank":
            blanks = range(1, place.blanks + 1)
            response = {"blanks": [form.get(f"{name}.b{n}", "") for n in blanks]}
        else:
            response = {"options": form.getlist(name)}
        flagged = f"f{place.ordinal}" in form
        found.append(PlainAnswer(str(uuid.uuid4()), place.ordinal, response, flagged))
    return found


@blueprint.get("/attempts/<public_id>/result")
@signed_in
def result(public_id: str) -> str | Response:
    """What may be seen of one's own result now."""
    head = papers.head_of(req.session(), req.own(), public_id)
    if _handed_in_by_the_clock(head):
        return redirect(url_for("attempts.result", public_id=public_id))
    if head.state == AttemptState.OPEN and head.channel != Channel.PAPER:
        return redirect(url_for("attempts.paper", public_id=public_id))
    outcome = papers.outcome(req.session(), head, req.now())
    way_back = None
    failed = outcome.result is not None and not outcome.result.passed
    if outcome.visible.marks and outcome.visible.way_back and failed:
        way_back = remedy.way_back(req.session(), req.own(), req.now(), head.exam_id)
    url = None if way_back is None else url_for("remedy.index", exam_id=head.exam_id)
    return render_template(
        "attempts/result.html", result=result_values(outcome) | {"way_back_url": url}
    )
