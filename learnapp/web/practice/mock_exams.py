"""模拟考: choose an exam, write a paper by its blueprint and its clock, see what came of it."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.answers import AnswerEvent, event_from_json
from learnapp.domain.exams.exams import ExamKind
from learnapp.services.practice import mock_exams, mock_results
from learnapp.services.practice.mock_exams import MockReceived, MockSheet, is_over
from learnapp.web.core import request_context as req
from learnapp.web.core.access import own_transactions, repeatable, signed_in
from learnapp.web.core.wording import label, moment_label
from learnapp.web.practice.mock_pages import (
    confirm_values,
    paper_values,
    posted_answers,
    result_values,
    seconds_left,
)

blueprint = Blueprint("mocks", __name__)


@blueprint.get("/mocks")
@signed_in
def index() -> str:
    """The exams that can be tried, and how earlier tries went."""
    caller = req.own_caller()
    return render_template(
        "practice/mock/index.html",
        exams=[
            {
                "title": exam.title,
                "meta": _(
                    "%(k)s · %(n)s 分钟", k=label(ExamKind, exam.kind), n=exam.duration_s // 60
                ),
                "url": url_for(".begin", exam_id=exam.id),
            }
            for exam in mock_exams.to_rehearse(caller)
        ],
        mocks=[
            {
                "title": each.title,
                "meta": moment_label(each.begun_at),
                "url": url_for(".result" if each.over else ".paper", public_id=each.mock.public_id),
                "state": None if each.over else _("继续作答"),
            }
            for each in mock_results.own_mocks(caller)
        ],
    )


@blueprint.post("/mocks/exams/<int:exam_id>")
@repeatable("an open one is given again")
@own_transactions
@signed_in
def begin(exam_id: int) -> Response:
    """Draw a paper and start its clock, or land in the one that is open."""
    seed = req.randomness().seed()
    with req.reading() as opened:
        drawn = mock_exams.draw_paper(req.own_caller(opened), exam_id, seed)
    with req.writing() as opened:
        public_id = mock_exams.begin(req.own_caller(opened), drawn, seed).public_id
    return redirect(url_for(".paper", public_id=public_id), 303)


@blueprint.get("/mocks/<public_id>")
@signed_in
def paper(public_id: str) -> str | Response:
    """The paper, as in the exam; one that is over leads to its result."""
    sheet = mock_exams.sheet_of(req.own_caller(), public_id)
    if is_over(sheet.mock, req.own_caller()):
        return redirect(url_for(".result", public_id=public_id))
    return render_template("exams/attempts/paper.html", paper=paper_values(sheet, req.now()))


def _events() -> list[AnswerEvent]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("events"), list):
        raise RuleBroken("events", "bad_event")
    return [event_from_json(raw) for raw in body["events"]]


def _reply(sheet: MockSheet, received: MockReceived) -> dict[str, Any]:
    state = "held" if received.is_open else "after_submit"
    return {
        "acknowledged": [{"event_id": each, "state": state} for each in received.held],
        "refused": [{"event_id": each, "code": code} for each, code in received.refused],
        "max_seq": received.max_seq,
    } | _state(sheet)


def _state(sheet: MockSheet) -> dict[str, Any]:
    over = is_over(sheet.mock, req.own_caller())
    return {
        "remaining_s": 0 if over else seconds_left(sheet.mock, req.now()),
        "attempt_state": "submitted" if over else "open",
    }


@blueprint.post("/mocks/<public_id>/answers")
@repeatable("events have ids of their own")
@signed_in
def answers(public_id: str) -> Response:
    """Keep events and acknowledge each."""
    received = mock_exams.receive(req.own_caller(), public_id, _events())
    return jsonify(_reply(mock_exams.sheet_of(req.own_caller(), public_id), received))


@blueprint.get("/mocks/<public_id>/news")
@signed_in
def news(public_id: str) -> Response:
    """The state and the time left."""
    return jsonify(_state(mock_exams.sheet_of(req.own_caller(), public_id)) | {"announced": 0})


@blueprint.post("/mocks/<public_id>/submit")
@repeatable("it is handed in once")
@signed_in
def submit(public_id: str) -> str | Response:
    """Hand in; without JavaScript first save, then ask once, then hand in."""
    caller = req.own_caller()
    result = url_for(".result", public_id=public_id)
    if request.is_json:
        received = mock_exams.receive(caller, public_id, _events())
        sheet = mock_exams.hand_in(caller, public_id)
        return jsonify(_reply(sheet, received) | {"result_url": result})
    if not request.form.get("confirmed"):
        return _plain_post(public_id)
    mock_exams.hand_in(caller, public_id)
    return redirect(result, 303)


def _plain_post(public_id: str) -> str | Response:
    caller = req.own_caller()
    sheet = mock_exams.sheet_of(caller, public_id)
    mock_exams.receive(caller, public_id, posted_answers(sheet, lambda: str(uuid.uuid4())))
    sheet = mock_exams.sheet_of(caller, public_id)
    if is_over(sheet.mock, caller):
        return redirect(url_for(".result", public_id=public_id), 303)
    if request.form.get("do") == "submit":
        return render_template("exams/attempts/confirm.html", confirm=confirm_values(sheet))
    flash(_("已保存。"), "good")
    return redirect(url_for(".paper", public_id=public_id), 303)


@blueprint.get("/mocks/<public_id>/result")
@signed_in
def result(public_id: str) -> str | Response:
    """What came of it; one whose time ran out is handed in by the first look at it."""
    sheet = mock_exams.sheet_of(req.own_caller(), public_id)
    if not is_over(sheet.mock, req.own_caller()):
        return redirect(url_for(".paper", public_id=public_id))
    if sheet.mock.handed_in_at is None:
        with req.writing() as opened:
            mock_exams.hand_in(req.own_caller(opened), public_id)
        return redirect(url_for(".result", public_id=public_id))
    found = mock_results.result_of(req.own_caller(), public_id)
    return render_template("practice/mock/result.html", result=result_values(found))
