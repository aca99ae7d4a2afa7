"""考试: what may be sat, when, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.exams.exams import CountingRule, ExamKind, WindowKind
from learnapp.domain.exams.outcomes import AttemptFacts
from learnapp.domain.study.owed import OwedState
from learnapp.services.accounts import sign_in
from learnapp.services.exams import attempt_start, exams, readiness, start_page
from learnapp.web.core import request_context as req
from learnapp.web.core.access import own_transactions, repeatable, signed_in, without_grants
from learnapp.web.core.wording import label, left_label, marks_label, moment_label, state_label
from learnapp.web.exams.lasting_sign_in import keep_signed_in
from learnapp.web.exams.start_page import start_page_values
from learnapp.web.study.owed import state_css

blueprint = Blueprint("exams", __name__)


@blueprint.get("/exams")
@signed_in
def index() -> str:
    """Open ones first, then coming, then past."""
    found = exams.sittable(req.session(), req.reader().person_id, req.now())
    groups: dict[str, list[dict[str, Any]]] = {"open": [], "coming": [], "past": []}
    for each in found:
        groups[_group(each)].append(_card(each))
    cancelled = exams.cancelled_for(req.session(), req.reader().person_id, req.now())
    groups["cancelled"] = [
        {
            "title": exam.title,
            "url": url_for("exams.window", window_id=window.id),
            "opens": moment_label(window.opens_at),
            "closes": moment_label(window.closes_at),
        }
        for exam, window in cancelled
    ]
    # What was begun comes first, then what ends first.
    groups["open"].sort(key=lambda card: (card["resume_url"] is None, card["until"]))
    groups["coming"].reverse()
    return render_template(
        "exams/exams/index.html", groups=groups, anything=bool(found or cancelled)
    )


def _group(each: exams.ExamCard) -> str:
    """What can be gone on with or begun now, what may be begun later, and the rest."""
    if each.owed.state is OwedState.ANSWERING or each.may_begin:
        return "open"
    return "coming" if req.now() < each.window.opens_at else "past"


def _card(each: exams.ExamCard) -> dict[str, Any]:
    exam, window, attempt, owed = each.exam, each.window, each.attempt, each.owed
    answering = owed.state is OwedState.ANSWERING
    remedial = window.kind == WindowKind.REMEDIAL
    until = owed.until if answering and owed.until is not None else window.closes_at
    return {
        "title": exam.title,
        "kind": label(WindowKind, window.kind) if remedial else label(ExamKind, exam.kind),
        "window_id": window.id,
        "opens": moment_label(window.opens_at),
        "until": until,
        "closes": moment_label(until),
        # The way back is a row of its own beside that of the exam.
        "ended": " · ".join(
            [moment_label(until), *([label(WindowKind, window.kind)] if remedial else [])]
        ),
        "excused": owed.state is OwedState.EXCUSED,
        "left": left_label(until, req.now()),
        "minutes": exam.duration_s // 60,
        "pass_mark": marks_label(exam.pass_mark),
        "tries": exam.tries,
        "counts": label(CountingRule, exam.counts) if exam.tries > 1 else None,
        "resume_url": url_for("attempts.resume", public_id=owed.attempt) if answering else None,
        "way_back_url": url_for("remedy.index", exam_id=exam.id) if remedial else None,
        "result_url": _result_url(attempt),
        "state": _state(each),
        "css": state_css(owed),
        "marks": _marks(attempt),
    }


def _state(each: exams.ExamCard) -> str:
    """The state of the attempt, or of the exam; a result is shown as passed or not yet."""
    if each.owed.state is OwedState.DONE and each.attempt is not None:
        return _("合格")
    return state_label(each.owed, req.now())


def _result_url(attempt: AttemptFacts | None) -> str | None:
    if attempt is None:
        return None
    return url_for("attempts.result", public_id=attempt.public_id)


def _marks(attempt: AttemptFacts | None) -> str | None:
    """The marks of an attempt that counts, once they may be seen."""
    if attempt is None or attempt.awarded is None or not attempt.counts or not attempt.released:
        return None
    return marks_label(attempt.awarded)


@blueprint.get("/windows/<int:window_id>")
@signed_in
def window(window_id: int) -> str:
    """What a person reads before the clock runs, with one button or why there is none."""
    page = start_page.of_window(req.own_caller(), window_id, request.remote_addr)
    return render_template("exams/exams/window.html", page=start_page_values(page, req.now()))


@blueprint.post("/windows/<int:window_id>/start")
@repeatable("an open attempt is given again")
@own_transactions
@without_grants
@signed_in
def start(window_id: int) -> Response:
    """Open the attempt, or land in the one that is open; the session outlives it."""
    who, now, seed = req.reader(), req.now(), req.randomness().seed()
    _look_ahead(window_id, seed)
    with req.writing() as opened:
        sign_in.used(opened, who, now, request.remote_addr or "")
        started = attempt_start.start(req.own_caller(opened), window_id, seed, request.remote_addr)
        keep_signed_in(opened, started.session_until)
    return redirect(url_for("attempts.paper", public_id=started.public_id), 303)


def _look_ahead(window_id: int, seed: str) -> None:
    """Have the window's pool at hand before anybody holds the write lock."""
    with req.reading() as opened:
        ahead = readiness.before_start(opened, req.now(), window_id)
    if ahead is None or ahead.draft is None:
        return
    with req.writing() as opened:
        readiness.prepare(opened, req.now(), window_id, seed, ahead)
    with req.reading() as opened:
        readiness.before_start(opened, req.now(), window_id)
