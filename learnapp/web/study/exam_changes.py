"""排好的考试: the exams of a programme as rows, each changed by itself or with all later ones of its series."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from learnapp.db.exams import drawing, exam_rows
from learnapp.db.exams.exam_rows import ExamChoice, ExamOfStage
from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.reach import exam_in_reach
from learnapp.db.exams.windows import windows_of
from learnapp.domain.core import lengths
from learnapp.domain.core.calendar import ZONE
from learnapp.domain.core.errors import Conflict, RuleBroken
from learnapp.domain.core.permissions import Permission
from learnapp.domain.exams.exams import ExamKind, Release, WindowKind, WindowState, WindowTimes
from learnapp.domain.exams.recurring import DEFAULTS, Shift
from learnapp.services.exams import exam_changes
from learnapp.services.exams.exam_changes import ExamChange, ExamChanged
from learnapp.services.study import programmes
from learnapp.web.core import request_context as req
from learnapp.web.core.access import makes, may
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.select_options import select_options
from learnapp.web.core.wording import headed, label, marks_label, problem, span_label
from learnapp.web.people import previewed
from learnapp.web.study.programmes import asked_stage, exam_tasks, head_of

blueprint = Blueprint("exam_changes", __name__)
_RELEASES = (
    ("at_once", _("阅完即公布")),
    ("at_close", _("截止后公布")),
    ("by_hand", _("复核后由管理员公布")),
)


class ChangeForm(FlaskForm):
    """What may be changed of an exam that is made."""

    title = StringField(_("考试名称"), [DataRequired(_("请填名称")), Length(max=200)])
    opens_at = DateTimeLocalField(_("开考时间"), [InputRequired(_("请填日期"))])
    closes_at = DateTimeLocalField(_("截止时间"), [InputRequired(_("请填日期"))])
    minutes = IntegerField(_("时长（分钟）"), [NumberRange(1, 600, _("1 至 600"))])
    pass_percent = IntegerField(_("合格线（%）"), [NumberRange(0, 100, _("0 至 100"))])
    tries = IntegerField(_("可作答次数"), [NumberRange(1, 9, _("1 至 9"))])
    release = SelectField(_("成绩公布"), choices=select_options(_RELEASES))
    scope = SelectField(_("改哪些"))
    reason = StringField(
        _("改时间的原因"), [Optional(), Length(max=lengths.LINE)], description=_("改时间时要填")
    )


@blueprint.get("/programmes/<int:programme_id>/exams")
@may(Permission.EXAM_EDIT)
def index(programme_id: int) -> str:
    """The exams that the newest revision asks, in order."""
    caller = req.caller()
    plans = programmes.plans_in_reach(caller, programme_id)
    chosen = next((each for each in plans if each.identity == asked_stage()), plans[0])
    kind, over = request.args.get("kind", ""), request.args.get("over", "")
    choice = ExamChoice(
        ExamKind(kind) if kind in set(ExamKind) else None,
        {"0": False, "1": True}.get(over),
        req.now(),
    )
    page = asked_page()
    found, total = exam_rows.of_stages(
        req.session(), [each.stage.id for each in plans], choice, ((page - 1) * SIZE, SIZE)
    )
    windows = exam_rows.windows_of_exams(req.session(), [each.exam.id for each in found])
    stages = {each.stage.id: each.stage.name for each in plans}
    at = {"programme_id": programme_id, "kind": kind or None, "over": over or None}
    return render_template(
        "study/programmes/exams.html",
        **head_of(chosen),
        **_choices(),
        exam_tasks=exam_tasks(chosen),
        rows=[_row(programme_id, each, windows[each.exam.id], stages) for each in found],
        total=total,
        kind=kind,
        over=over,
        page=pager("exam_changes.index", page, total, **at),
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What the list can be narrowed by."""
    return {
        "kinds": [("", gettext("全部")), *((str(k), label(ExamKind, k)) for k in DEFAULTS)],
        "overs": [("", gettext("全部")), ("0", gettext("没有结束的")), ("1", gettext("已结束的"))],
    }


def _row(
    programme_id: int, each: ExamOfStage, windows: list[ExamWindow], stages: dict[int, str]
) -> dict[str, Any]:
    exam, main = each.exam, [w for w in windows if w.kind == WindowKind.MAIN]
    return {
        "title": exam.title,
        "url": url_for("exam_changes.change", programme_id=programme_id, exam_id=exam.id),
        "stage": stages[each.stage_id],
        "kind": label(ExamKind, exam.kind),
        "windows": [
            {"span": span_label(w.opens_at, w.closes_at), "state": label(WindowState, w.state)}
            for w in main
        ],
        "rules": gettext(
            "%(q)s 题 · %(m)s 分钟 · 合格 %(p)s/%(t)s · 可答 %(n)s 次",
            q=each.questions,
            m=exam.duration_s // 60,
            p=marks_label(exam.pass_mark),
            t=marks_label(each.total),
            n=exam.tries,
        ),
    }


def _form(exam: Exam, main: WindowTimes) -> ChangeForm:
    total = drawing.blueprint_of(req.session(), exam.blueprint_id).total_marks
    form = ChangeForm(
        data={
            "title": exam.title,
            "opens_at": main.opens_at.astimezone(ZONE),
            "closes_at": main.closes_at.astimezone(ZONE),
            "minutes": exam.duration_s // 60,
            "pass_percent": exam.pass_mark * 100 // total if total else 0,
            "tries": exam.tries,
            "release": exam.release,
        }
    )
    scopes = [("one", gettext("只改这一场"))]
    later = exam_rows.later_of_series(req.session(), exam)
    if later:
        scopes.append(("onward", gettext("这一场和以后的 %(n)s 场", n=len(later))))
    form.scope.choices = select_options(scopes)
    return form


def _main(exam: Exam) -> WindowTimes:
    """The times of the first main window that is not cancelled; of the first where all are."""
    windows = windows_of(req.session(), exam.id)
    main = [each for each in windows if each.kind == WindowKind.MAIN] or list(windows)
    live = [each for each in main if each.state != WindowState.CANCELLED]
    first = (live or main)[0]
    return WindowTimes(first.opens_at, first.closes_at)


@blueprint.route(
    "/programmes/<int:programme_id>/exams/<int:exam_id>/change", methods=["GET", "POST"]
)
@makes
@may(Permission.EXAM_EDIT)
def change(programme_id: int, exam_id: int) -> str | Response | tuple[str, int]:
    """The settings, then what changing them does, then the change."""
    caller = req.caller()
    exam = exam_in_reach(caller, exam_id, Permission.EXAM_EDIT)
    main = _main(exam)
    form, step = _form(exam, main), previewed.asked()
    if step in ("form", "edit"):
        return _page(programme_id, exam, form)
    if not form.validate():
        return _page(programme_id, exam, form), 422
    wanted = _change(form, exam, main)
    try:
        if step == "confirm":
            done = exam_changes.apply(caller, exam_id, wanted)
            say(_outcome(done), at="exams")
            return redirect(url_for("exam_changes.index", programme_id=programme_id), 303)
        found = exam_changes.preview(caller, exam_id, wanted)
    except (RuleBroken, Conflict) as refused:
        previewed.refused(form, refused)
        return _page(programme_id, exam, form), 422
    return _preview(programme_id, exam, found)


def _change(form: ChangeForm, exam: Exam, main: WindowTimes) -> ExamChange:
    """What the form asks for; what says the same as now is left as it is."""
    total = drawing.blueprint_of(req.session(), exam.blueprint_id).total_marks
    same = total and form.pass_percent.data == exam.pass_mark * 100 // total
    shift = Shift(_by(form.opens_at.data, main.opens_at), _by(form.closes_at.data, main.closes_at))
    return ExamChange(
        title=form.title.data,
        duration=timedelta(minutes=form.minutes.data),
        pass_permille=None if same else form.pass_percent.data * 10,
        tries=form.tries.data,
        release=Release(form.release.data),
        shift=shift,
        onward=form.scope.data == "onward",
        reason=form.reason.data or "",
    )


def _by(wanted: datetime, held: datetime) -> timedelta:
    """By how much a time moves; a form says minutes."""
    return wanted.replace(tzinfo=ZONE) - held.replace(second=0, microsecond=0)


def _outcome(done: list[ExamChanged]) -> str:
    changed = sum(each.changes and each.refused is None for each in done)
    if not changed:
        return gettext("没有改动。")
    refused = sum(each.refused is not None for each in done)
    text = ngettext("已改 %(num)s 场。", "已改 %(num)s 场。", changed)
    return text + (gettext("另有 %(n)s 场不能这样改，没有动。", n=refused) if refused else "")


def _page(programme_id: int, exam: Exam, form: ChangeForm) -> str:
    return render_template(
        "study/programmes/exam_change.html",
        form=form,
        title=exam.title,
        kind=label(ExamKind, exam.kind),
        begun=exam_rows.use_of(req.session(), exam.id).begun,
        hours_url=url_for("credit_hours.show", kind="exam", thing_id=exam.id),
        windows=[
            {
                "label": f"{label(WindowKind, each.kind)} · "
                + span_label(each.opens_at, each.closes_at),
                "url": url_for("window_corrections.times", window_id=each.id),
            }
            for each in windows_of(req.session(), exam.id)
        ],
        back_url=url_for("exam_changes.index", programme_id=programme_id),
    )


def _preview(programme_id: int, exam: Exam, found: list[ExamChanged]) -> str:
    return render_template(
        "study/programmes/exam_change_preview.html",
        title=exam.title,
        rows=[_preview_row(each) for each in found],
        count=sum(each.changes and each.refused is None for each in found),
        carried=previewed.carried(),
        back_url=url_for("exam_changes.index", programme_id=programme_id),
        action=url_for("exam_changes.change", programme_id=programme_id, exam_id=exam.id),
    )


def _preview_row(each: ExamChanged) -> dict[str, Any]:
    refused = each.refused
    return {
        "title": each.exam.title,
        "refused": None if refused is None else problem(refused.code, **refused.params),
        "changes": [] if refused is not None else _differences(each),
    }


def _differences(each: ExamChanged) -> list[str]:
    """Each difference in a line, with whom it touches."""
    old, new = each.before, each.after
    pairs = (
        (gettext("名称"), old.title, new.title),
        (gettext("时长"), _minutes(old.duration), _minutes(new.duration)),
        (gettext("合格线"), marks_label(old.pass_mark), marks_label(new.pass_mark)),
        (gettext("可作答次数"), str(old.tries), str(new.tries)),
        (gettext("成绩公布"), _release(old.release), _release(new.release)),
    )
    lines = [
        headed(name, f"{before} → {after}") for name, before, after in pairs if before != after
    ]
    for window, span in each.windows:
        before = span_label(window.opens_at, window.closes_at)
        after = span_label(span.opens_at, span.closes_at)
        if before != after:
            lines.append(headed(label(WindowKind, window.kind), f"{before} → {after}"))
    if each.answering:
        lines.append(gettext("正在作答的 %(n)s 人随之延长", n=each.answering))
    if each.passing:
        lines.append(gettext("原来不合格的 %(n)s 份改为合格", n=len(each.passing)))
    return lines


def _minutes(duration: timedelta) -> str:
    return gettext("%(n)s 分钟", n=int(duration.total_seconds()) // 60)


def _release(release: Release) -> str:
    return str(dict(_RELEASES)[str(release)])
