"""考务: the windows of exams, who sat and who has not, and what a proctor or owner may do about it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from learnapp.db.exams import extra_times, late_events, windows
from learnapp.db.exams.attempt_history import has_sat
from learnapp.domain.core import lengths
from learnapp.domain.core.own_case import is_own
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import ExamKind, WindowKind, WindowState
from learnapp.domain.exams.roll import RollCounts, RollState
from learnapp.services.exams import monitoring
from learnapp.services.exams.monitoring import Room, Shown
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import in_a_row, label, lazy_label, moment_label, span_label
from learnapp.web.exams.announcement_form import AnnouncementForm, announcement_now
from learnapp.web.people.unit_choice import offer_units

blueprint = Blueprint("rooms", __name__)

# Shown first: anyone who still has to be brought to the table.
_ORDER = tuple(RollState)
_CSS = {
    RollState.SAT: "good",
    RollState.ABSENT: "lost",
    RollState.NO_ACCOUNT: "lost",
    RollState.VOIDED: "lost",
}
# Who may be given a paper to answer with a pen.
_MAY_WRITE = (
    RollState.NOT_YET,
    RollState.ABSENT,
    RollState.NO_ACCOUNT,
    RollState.AWAY,
    RollState.VOIDED,
)
# The windows that may be added to an exam.
_ADDED = (WindowKind.MAIN, WindowKind.MAKE_UP, WindowKind.RETAKE, WindowKind.RESIT)


def _added_label(kind: WindowKind) -> Any:
    """What the choice of a further window is called, for a form that is made before any request."""
    return _("正考（另一批）") if kind is WindowKind.MAIN else lazy_label(WindowKind, kind)


class WindowForm(FlaskForm):
    """A further window of the same exam."""

    kind = SelectField(
        _("场次"), choices=select_options((str(kind), _added_label(kind)) for kind in _ADDED)
    )
    opens_at = DateTimeLocalField(_("开考时间"), [InputRequired(_("请填日期"))])
    closes_at = DateTimeLocalField(_("截止时间"), [InputRequired(_("请填日期"))])
    people = TextAreaField(
        _("只限这些人"),
        description=_(
            "按值班分批时用：每行一人，写登录名、姓名或“姓名（登录名）”；空着给所有应考的人"
        ),
    )


class ExtraForm(FlaskForm):
    """Further time that named people have in the exam from the start."""

    people = StringField(
        _("姓名或登录名"),
        [DataRequired(_("请填名称"))],
        description=_("多人用逗号隔开；有同名的写登录名或“姓名（登录名）”"),
    )
    minutes = IntegerField(_("加时（分钟）"), [NumberRange(1, 240, _("1 至 240"))], default=15)
    reason = StringField(_("原因"), [DataRequired(_("请填原因")), Length(max=lengths.LINE)])


class TimeForm(FlaskForm):
    """Further minutes for everybody of a unit who is answering."""

    unit = SelectField(_("单位"), coerce=int)
    minutes = IntegerField(_("加时（分钟）"), [NumberRange(1, 240, _("1 至 240"))], default=10)
    reason = StringField(_("原因"), [DataRequired(_("请填原因")), Length(max=lengths.LINE)])


@blueprint.get("/rooms")
@may(Permission.ATTEMPT_WATCH)
def index() -> str:
    """The windows, the newest first."""
    rows = [
        {
            "title": each.exam.title,
            "url": url_for("rooms.show", window_id=each.window.id),
            "meta": f"{label(ExamKind, each.exam.kind)} · {label(WindowKind, each.window.kind)} · "
            + span_label(each.window.opens_at, each.window.closes_at),
            "state": label(WindowState, each.window.state),
            "count": each.attempts,
        }
        for each in monitoring.rooms(req.caller())
    ]
    return render_template("exams/monitoring/index.html", rows=rows)


@blueprint.get("/rooms/<int:window_id>")
@may(Permission.ATTEMPT_WATCH)
def show(window_id: int) -> str:
    """Who sat and who has not, by unit, and what may be done."""
    return room_page(window_id)


def room_page(
    window_id: int,
    window_form: WindowForm | None = None,
    time_form: TimeForm | None = None,
    extra_form: ExtraForm | None = None,
    announcement_form: AnnouncementForm | None = None,
) -> str:
    """The page; a form that was refused comes back with its errors, the others are empty."""
    caller, session, actor = req.caller(), req.session(), req.actor()
    wanted = request.args.get("standing", "")
    wanted = wanted if wanted in set(RollState) else ""
    page = asked_page()
    shown = Shown(RollState(wanted) if wanted else None, (page - 1) * SIZE, SIZE)
    found = monitoring.room(caller, window_id, shown)
    total = found.counts[RollState(wanted)] if wanted else found.counts.total()
    return render_template(
        "exams/monitoring/show.html",
        room=_room_values(found, wanted, windows.batch_size(session, window_id)),
        rows=[_row(each) for each in found.people],
        page=pager("rooms.show", page, total, window_id=window_id, standing=wanted or None),
        may=_rights(),
        window_form=window_form or WindowForm(formdata=None),
        time_form=with_units(time_form or TimeForm(formdata=None)),
        extra_form=extra_form or ExtraForm(formdata=None, prefix="extra-"),
        announcement_form=announcement_form or announcement_now(window_id),
        extra=_extra(found),
        late=_late(window_id) if actor.may(Permission.ANSWER_ADMIT) else [],
    )


def _extra(found: Room) -> list[dict[str, Any]]:
    """Who has further time in this exam from the start, and where it is withdrawn."""
    actor, window_id = req.actor(), found.window.id
    return [
        {
            "name": each.name,
            "login": each.login_name,
            "text": gettext("加 %(n)s 分钟", n=each.seconds // 60),
            "minutes": each.seconds // 60,
            "own": is_own(actor, each.person_id),
            "url": url_for("reopening.reduce_extra", window_id=window_id, person_id=each.person_id),
        }
        for each in extra_times.given_in(req.caller(), found.exam.id)
    ]


def _late(window_id: int) -> list[dict[str, Any]]:
    """What came too late in this window, blind: whether it counts is not a matter of what it says."""
    return [
        {
            "name": each.person,
            "login": each.login_name,
            "question": each.question,
            "came": moment_label(each.received_at),
            "handed_in": moment_label(each.submitted_at),
            "url": url_for(
                "rooms.admit", window_id=window_id, public_id=each.attempt, event_id=each.event_id
            ),
        }
        for each in late_events.late_in(req.caller(), window_id)
    ]


def with_units(form: TimeForm) -> TimeForm:
    offer_units(form.unit, Permission.ATTEMPT_WATCH)
    return form


def _rights() -> dict[str, bool]:
    actor = req.actor()
    return {
        "edit": actor.may(Permission.EXAM_EDIT),
        "allow": actor.may(Permission.ALLOWANCE_GRANT),
        "announce": actor.may(Permission.ANNOUNCE),
        "void": actor.may(Permission.ATTEMPT_VOID),
        "reopen": actor.may(Permission.ATTEMPT_REOPEN),
        "release": actor.may(Permission.MARKS_RELEASE),
        "signals": actor.may(Permission.SIGNALS_READ),
        "marks": actor.may(Permission.MARKS_READ),
        "enter": actor.may(Permission.ANSWER_ENTER),
    }


def _filters(found: Room, wanted: str) -> list[dict[str, Any]]:
    """A way to those of each standing that somebody has."""
    return [
        {
            "label": f"{label(RollState, standing)} {found.counts[standing]}",
            "url": url_for("rooms.show", window_id=found.window.id, standing=standing),
            "current": wanted == standing,
        }
        for standing in _ORDER
        if found.counts[standing]
    ]


def _room_values(found: Room, wanted: str, batch: int) -> dict[str, Any]:
    exam, window = found.exam, found.window
    counts = found.counts
    totals = found.totals
    return {
        "window_id": window.id,
        "exam_id": exam.id,
        "title": exam.title,
        "kind": f"{label(ExamKind, exam.kind)} · {label(WindowKind, window.kind)}",
        "span": span_label(window.opens_at, window.closes_at),
        "state": label(WindowState, window.state),
        "cancelled": window.state == WindowState.CANCELLED,
        "may_restore": req.now() < window.opens_at,
        "may_cancel": req.now() < window.closes_at
        and not counts[RollState.SAT] + counts[RollState.ANSWERING],
        "is_open": window.state == WindowState.OPEN and window.kind != WindowKind.REMEDIAL,
        "sentence": in_a_row(
            gettext("应考 %(a)s 人，已交卷 %(b)s 人。", a=totals.expected, b=totals.sat),
            _left_out(totals),
            _batch(batch, found),
        ),
        "filters": _filters(found, wanted),
        "all_url": url_for("rooms.show", window_id=window.id),
        "filtered": bool(wanted),
        "windows": [
            {
                "label": f"{label(WindowKind, each.kind)} · {moment_label(each.opens_at)}",
                "url": url_for("rooms.show", window_id=each.id),
                "current": each.id == window.id,
            }
            for each in found.windows
        ],
        "overlap": _overlap(found),
        "by_hand": exam.release == "by_hand",
        "released": found.released,
        "own": has_sat(req.session(), req.actor().person_id, exam.id),
    }


def _left_out(totals: RollCounts) -> str:
    """Who is not expected, or did not come, where there is anybody."""
    parts = [
        (totals.absent, gettext("缺考 %(n)s 人", n=totals.absent)),
        (totals.deferred, gettext("缓考 %(n)s 人", n=totals.deferred)),
        (totals.excused, gettext("免考 %(n)s 人", n=totals.excused)),
    ]
    texts = [text for count, text in parts if count]
    return gettext("，").join(texts) + gettext("。") if texts else ""


def _batch(named: int, found: Room) -> str:
    """For how many the window is, where it is for a list, and how many of these it is not for."""
    if not named:
        return ""
    text = gettext("本场只限名单里的 %(n)s 人。", n=named)
    others = named - found.counts.total()
    if others <= 0 or found.window.state == WindowState.CANCELLED:
        return text
    more = gettext("名单里有 %(n)s 人不用考这一场（如已交过卷）。", n=others)
    return in_a_row(text, more)


def _overlap(found: Room) -> str | None:
    """That a make-up or the like may repeat questions of the main papers, whose keys wait for it."""
    repeats = [
        each
        for each in found.windows
        if each.overlap and found.window.id in (each.id, *_main_of(found))
    ]
    if not repeats:
        return None
    return gettext(
        "题库不够：%(t)s 结束的补考会用到前面试卷里的 %(n)s 题。"
        "还没公布的答案等它结束后再公布；题库补足可避免。",
        t=moment_label(max(each.closes_at for each in repeats)),
        n=max(each.overlap or 0 for each in repeats),
    )


def _main_of(found: Room) -> list[int]:
    return [each.id for each in found.windows if each.kind == WindowKind.MAIN]


def _row(each: monitoring.Expected) -> dict[str, Any]:
    return {
        "name": each.name,
        "login": each.login_name,
        "unit": each.unit,
        "standing": label(RollState, each.standing),
        "css": _CSS.get(each.standing, "due"),
        "answering": each.standing is RollState.ANSWERING,
        "sat": each.standing is RollState.SAT,
        "attempt": each.attempt,
        "own": is_own(req.actor(), each.person_id),
        "person_id": each.person_id,
        "on_paper": each.on_paper,
        "could_write": not is_own(req.actor(), each.person_id) and each.standing in _MAY_WRITE,
    }
