"""补考、重考: a further window for exactly those who need it, with their names before it is made."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, SelectField
from wtforms.validators import InputRequired

from learnapp.db.exams.reach import window_in_reach
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import WindowKind, WindowTimes
from learnapp.services.exams import further_sittings
from learnapp.services.exams.further_sittings import FURTHER, FurtherSitting, InNeed
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import headed, label, lazy_label, span_label
from learnapp.web.people import previewed
from learnapp.web.people.previewed import Refused

blueprint = Blueprint("further", __name__)
Reply = str | Response | tuple[str, int]

_TELLS = {
    WindowKind.MAKE_UP: _("给没有交过卷的人：缺考的、缓考期满的。试卷另抽。"),
    WindowKind.RETAKE: _("给考了没有合格的人。试卷另抽，合格后成绩册写“合格（补）”。"),
    WindowKind.RESIT: _("给答卷作废、又没有别的答卷的人。试卷另抽。"),
}


class FurtherForm(FlaskForm):
    """Of which kind, from when to when."""

    kind = SelectField(
        _("场次"),
        choices=select_options((str(each), lazy_label(WindowKind, each)) for each in FURTHER),
    )
    opens_at = DateTimeLocalField(_("开考时间"), [InputRequired(_("请填日期"))])
    closes_at = DateTimeLocalField(_("截止时间"), [InputRequired(_("请填日期"))])


@blueprint.route("/rooms/<int:window_id>/further", methods=["GET", "POST"])
@makes
@may(Permission.EXAM_EDIT)
def add(window_id: int) -> Reply:
    """The form, then for whom it would be, then the window."""
    exam, _window = window_in_reach(req.caller(), window_id, Permission.EXAM_EDIT)
    form, step = FurtherForm(), previewed.asked()
    if step == "form" and request.args.get("kind") in FURTHER:
        form.kind.data = request.args["kind"]
    if step in ("form", "edit"):
        return _page(window_id, exam.title, form), 200
    if not form.validate():
        return _page(window_id, exam.title, form), 422
    kind = WindowKind(form.kind.data)
    times = WindowTimes(
        form.opens_at.data.replace(tzinfo=ZONE), form.closes_at.data.replace(tzinfo=ZONE)
    )
    try:
        if step == "confirm":
            made = further_sittings.make(req.caller(), window_id, kind, times)
            say(gettext("已安排：%(t)s。", t=span_label(made.opens_at, made.closes_at)), at="times")
            return redirect(url_for("rooms.show", window_id=made.id), 303)
        found = further_sittings.preview(req.caller(), window_id, kind, times)
    except Refused as broken:
        previewed.refused(form, broken)
        return _page(window_id, exam.title, form), 422
    return _page(window_id, exam.title, form, _preview(kind, times, found))


def _page(
    window_id: int, title: str, form: FurtherForm, preview: dict[str, Any] | None = None
) -> str:
    return render_template(
        "exams/further/add.html",
        title=title,
        form=form,
        preview=preview,
        carried=previewed.carried() if preview else [],
        hints=[headed(label(WindowKind, kind), text) for kind, text in _TELLS.items()],
        back_url=url_for("results.show", window_id=window_id),
    )


def _preview(kind: WindowKind, times: WindowTimes, found: FurtherSitting) -> dict[str, Any]:
    return {
        "sentence": gettext(
            "%(k)s，%(t)s，给 %(n)s 人：",
            k=label(WindowKind, kind),
            t=span_label(times.opens_at, times.closes_at),
            n=len(found.people),
        ),
        "units": _by_unit(found.people),
        "away": _by_unit(found.away),
        "own": found.own,
        "beside": [span_label(each.opens_at, each.closes_at) for each in found.beside],
    }


def _by_unit(people: list[InNeed]) -> list[dict[str, Any]]:
    """The people under their units, in the order given."""
    units: dict[str, list[dict[str, str]]] = {}
    for each in people:
        units.setdefault(each.unit, []).append({"name": each.name, "login": each.login_name})
    return [{"name": name, "people": rows, "count": len(rows)} for name, rows in units.items()]
