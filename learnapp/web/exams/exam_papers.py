"""考场用表: the list to sign in, the record of the room, papers by unit to be answered with a pen."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from learnapp.db.core.caller import Caller
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import Conflict
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowState
from learnapp.reports.printed_table import PrintedTable
from learnapp.services.exams import exam_papers
from learnapp.services.exams.mark_sheets import SheetReader
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, own_transactions, repeatable
from learnapp.web.core.downloads import attachment
from learnapp.web.core.input import whole
from learnapp.web.core.messages import say
from learnapp.web.core.wording import day_label, problem, span_label
from learnapp.web.exams.paper_entry import printed_place
from learnapp.web.exams.results import WRITERS, sheet_reader

blueprint = Blueprint("papers", __name__)

Maker = Callable[[Caller, int, int | None, SheetReader], PrintedTable]
_MAKERS: dict[str, Maker] = {
    "sign-in": exam_papers.sign_in_list,
    "record": exam_papers.room_record,
}


@blueprint.get("/rooms/<int:window_id>/papers")
@may(Permission.ATTEMPT_WATCH)
def show(window_id: int) -> str:
    """What is printed for a room; `unit` in the address leaves one unit's."""
    unit = whole(request.args, "unit")
    found = exam_papers.room_of(req.caller(), window_id, unit)
    enters, is_open = (
        req.actor().may(Permission.ANSWER_ENTER),
        found.window.state == WindowState.OPEN,
    )
    return render_template(
        "exams/papers/show.html",
        window_id=window_id,
        title=found.exam.title,
        span=span_label(found.window.opens_at, found.window.closes_at),
        sentence=_("应考 %(n)s 人", n=found.counts.expected),
        units=[
            {"id": unit_id, "name": name, "chosen": unit_id == unit}
            for unit_id, name, _counts in found.units
        ],
        unit=unit,
        files=[
            {"label": label, "url": _file_url(window_id, which, form, unit)}
            for which, form, label in (
                ("sign-in", "docx", _("签到表（Word）")),
                ("sign-in", "xlsx", _("签到表（Excel）")),
                ("record", "docx", _("考场情况记录表（Word）")),
            )
        ],
        is_over=found.is_over,
        draws=enters and is_open and unit is not None,
        prints=enters and unit is not None,
        back_url=url_for("rooms.show", window_id=window_id),
    )


def _file_url(window_id: int, which: str, form: str, unit: int | None) -> str:
    return url_for("papers.file", window_id=window_id, which=which, form=form, unit=unit)


@blueprint.get("/rooms/<int:window_id>/papers/<which>/<form>")
@own_transactions
@may(Permission.ATTEMPT_WATCH)
def file(window_id: int, which: str, form: str) -> Response:
    """One of the forms as a file; it holds no marks."""
    if which not in _MAKERS or form not in WRITERS:
        abort(404)
    unit = whole(request.args, "unit")
    with req.reading() as session:
        table = _MAKERS[which](req.caller(session), window_id, unit, sheet_reader())
    name = f"{table.title}-{day_label(local_day(req.now()))}.{form}"
    return attachment(WRITERS[form](table), name)


@blueprint.post("/rooms/<int:window_id>/papers/draw")
@repeatable("who has a paper already keeps it")
@own_transactions
@may(Permission.ANSWER_ENTER)
def draw(window_id: int) -> Reply:
    """Draw a paper for each of a unit who has not begun, each in a transaction of its own."""
    unit = whole(request.form, "unit") or 0
    with req.reading() as session:
        people = exam_papers.to_draw(req.caller(session), window_id, unit)
    drawn, refused = 0, ""
    for person_id in people:
        try:
            with req.writing() as session:
                seed = req.randomness().seed()
                exam_papers.draw(req.caller(session), window_id, person_id, seed)
            drawn += 1
        except Conflict as broken:
            refused = problem(broken.code, **broken.params)
    say(_("已抽 %(n)s 份，可以打印。", n=drawn), "good" if drawn else "due", at="papers")
    if refused:
        say(
            _("有 %(n)s 人没有抽到：%(why)s", n=len(people) - drawn, why=refused),
            "lost",
            at="papers",
        )
    return redirect(url_for(".show", window_id=window_id, unit=unit, _anchor="told"), 303)


@blueprint.get("/rooms/<int:window_id>/papers/print")
@may(Permission.ANSWER_ENTER)
def printed(window_id: int) -> str:
    """The papers of a unit one after another, each on sheets of its own."""
    unit = whole(request.args, "unit") or 0
    found = exam_papers.papers(req.caller(), window_id, unit)
    room = exam_papers.room_of(req.caller(), window_id, unit)
    return render_template(
        "exams/papers/print.html",
        title=room.exam.title,
        span=span_label(room.window.opens_at, room.window.closes_at),
        papers=[
            {
                "name": each.name,
                "badge": each.badge,
                "unit": each.unit,
                "url": url_for("on_paper.show", public_id=each.public_id),
                "places": [printed_place(place) for place in each.places],
            }
            for each in found
        ],
        back_url=url_for(".show", window_id=window_id, unit=unit),
    )
