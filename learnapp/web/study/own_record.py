"""我的学习档案: on the page, on paper, as a Word file; and the check of a print by its code."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.credit_hours import HoursKind, in_hours
from learnapp.domain.study.own_record import printed_code
from learnapp.reports.official import OfficialText, Section, TextTable, document
from learnapp.services.study import own_record
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable, signed_in
from learnapp.web.core.downloads import attachment
from learnapp.web.core.input import whole
from learnapp.web.core.wording import label, marks_label, moment_label

blueprint = Blueprint("record", __name__)


def _evidence(line: dict[str, Any]) -> str:
    texts = {"portion": _("读到末节，检查题答对"), "exam": _("考试合格"), "other": _("已登记")}
    how = texts[line["evidence"]]
    return _("%(h)s（纸笔）", h=how) if line["on_paper"] else how


def _values(summary: dict[str, Any]) -> dict[str, Any]:
    """A stored summary in words."""
    year = summary["year"]
    return {
        "name": summary["name"],
        "unit": summary["unit"],
        "span": _("%(y)s 年", y=year) if year else _("全部年度"),
        "stages": [
            (
                each["name"],
                f"{each['first_day']} – {each['last_day']}",
                f"{each['done']}/{each['owed']}",
            )
            for each in summary["stages"]
        ],
        # A print of before has none.
        "hours": [
            (
                label(HoursKind, each["kind"]),
                _(
                    "已认定 %(a)s 学时，待认定 %(b)s 学时",
                    a=in_hours(each["recognised"]),
                    b=in_hours(each["awaiting"]),
                ),
            )
            for each in summary.get("hours", ())
        ],
        "done": [(each["title"], each["day"], _evidence(each)) for each in summary["done"]],
        "exams": [
            (
                each["title"],
                each["day"],
                f"{marks_label(each['awarded'])} / {marks_label(each['full'])}",
                _("合格") if each["passed"] else _("未合格"),
            )
            for each in summary["exams"]
        ],
    }


@blueprint.get("/me/record")
@signed_in
def index() -> str:
    """The record, of all years or of one."""
    every = own_record.own(req.own_caller(), None)
    days = [*(each.day for each in every.done), *(each.day for each in every.exams)]
    years = sorted({day.year for day in days} | {local_day(req.now()).year}, reverse=True)
    year = whole(request.args, "year")
    year = year if year in years else None
    shown = every if year is None else own_record.own(req.own_caller(), year)
    return render_template(
        "study/record/index.html",
        record=_values(shown.as_json()),
        year=year,
        years=[
            {"label": str(each), "url": url_for(".index", year=each), "current": each == year}
            for each in years
        ],
    )


@blueprint.post("/me/record")
@repeatable("the same record has one code")
@signed_in
def issue() -> Response:
    """Give the record as it is now a code, and lead to its print."""
    code = own_record.issue(
        req.own_caller(), whole(request.form, "year"), req.randomness().generator()
    )
    return redirect(url_for(".printed", code=code), 303)


@blueprint.get("/me/record/prints/<code>")
@signed_in
def printed(code: str) -> str:
    """The print, as it was issued."""
    row = own_record.own_print(req.own_caller(), code)
    return render_template(
        "study/record/print.html",
        record=_values(row.summary),
        code=printed_code(row.code),
        at=moment_label(row.recorded_at),
        file_url=url_for(".file", code=row.code),
    )


@blueprint.get("/me/record/prints/<code>.docx")
@signed_in
def file(code: str) -> Response:
    """The print as a Word file."""
    row = own_record.own_print(req.own_caller(), code)
    record = _values(row.summary)
    text = OfficialText(
        _("学习档案"),
        f"{record['unit']}　{record['name']}　{record['span']}",
        [Section("", [_note(printed_code(row.code), moment_label(row.recorded_at))])],
        [
            TextTable(_("阶段"), [_("阶段"), _("起止"), _("完成")], record["stages"]),
            TextTable(_("完成的内容"), [_("内容"), _("日期"), _("依据")], record["done"]),
            *(
                [TextTable(_("学时"), [_("学时类别"), _("学时")], record["hours"])]
                if record["hours"]
                else []
            ),
            TextTable(_("考试"), [_("考试"), _("日期"), _("成绩"), _("是否合格")], record["exams"]),
        ],
    )
    return attachment(document(text), f"{_('学习档案')}-{record['name']}.docx")


def _note(code: str, at: str) -> str:
    return _("%(t)s 出具，验证码 %(c)s。管理员可在“核验档案”页输入验证码核对。", t=at, c=code)


@blueprint.get("/records/check")
@may(Permission.PEOPLE_READ)
def check() -> str | tuple[str, int]:
    """A print by its code: what it said when it was issued, and whether that still holds."""
    typed = request.args.get("code", "").strip()[:40]
    if not typed:
        return render_template("study/record/check.html", typed="")
    try:
        found = own_record.check(req.caller(), typed)
    except NotFound:
        return render_template("study/record/check.html", typed=typed), 404
    return render_template(
        "study/record/check.html",
        typed=printed_code(found.row.code),
        record=_values(found.row.summary),
        at=moment_label(found.row.recorded_at),
        unchanged=found.unchanged,
    )
