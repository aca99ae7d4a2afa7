"""待办: where staff begin; what waits for them with its count and its place, and how far set-up is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response

from learnapp.db.core.waiting import Waiting
from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.permissions import Permission
from learnapp.services.operations import background_jobs, desk
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in
from learnapp.web.core.wording import day_label

blueprint = Blueprint("desk", __name__)

Place = Callable[[Waiting], str]


def _at(endpoint: str, **values: Any) -> Place:
    return lambda _waiting: url_for(endpoint, **values)


def _first(endpoint: str, name: str) -> Place:
    """The page of the first that waits."""

    def place(waiting: Waiting) -> str:
        at: dict[str, Any] = {name: waiting.first}
        return url_for(endpoint, **at)

    return place


@dataclass(frozen=True)
class Words:
    """What a task is called, how its count reads, and where it is done."""

    label: Any
    count: Any
    place: Place
    kind: str = "due"  # lost: something will fail or has failed


WORDS: dict[str, Words] = {
    "short_window": Words(
        _("7 天内开考，题库不够抽卷"), _("%(n)s 场"), _first("rooms.show", "window_id"), "lost"
    ),
    "retention_late": Words(
        _("保存期满的数据没有清理"), _("已 %(n)s 天"), _at("audit.index", what="system"), "lost"
    ),
    "backup_late": Words(_("没有成功的备份"), _("已 %(n)s 天"), _at("well.index"), "lost"),
    "to_mark": Words(_("简答题待阅"), _("%(n)s 份"), _at("marking.index")),
    "being_sat": Words(_("正在进行的考试"), _("%(n)s 场"), _first("rooms.show", "window_id")),
    "roll_sheet": Words(_("签到表待核对"), _("%(n)s 份"), _first("roll_sheets.show", "session_id")),
    "rework_overdue": Words(_("补课重做到期没有做完"), _("%(n)s 项"), _at("rework.index"), "lost"),
    "finding_overdue": Words(
        _("指导组提出的问题，整改逾期"), _("%(n)s 个"), _at("findings.index"), "lost"
    ),
    "finding": Words(_("指导组提出的问题待整改"), _("%(n)s 个"), _at("findings.index")),
    "finding_answered": Words(_("整改情况待复核"), _("%(n)s 个"), _at("findings.index")),
    "role_waiting": Words(_("角色待复核"), _("%(n)s 个"), _at("roles.waiting")),
    "dispensation": Words(
        _("缓考、免考待批"), _("%(n)s 份"), _at("dispensations.index", state="asked")
    ),
    "report": Words(_("试题反馈待答复"), _("%(n)s 条"), _at("reports.report_list")),
    "question_task": Words(_("命题任务没有交齐"), _("%(n)s 个"), _at("question_tasks.index")),
    "review": Words(_("试题待审"), _("%(n)s 题"), _at("reviews.index")),
    "leave_reports": Words(_("待确认的值班、请假报备"), _("%(n)s 份"), _at("leave.waiting")),
    "feedback": Words(_("未答复的意见"), _("%(n)s 条"), _at("help.box")),
    "behind": Words(_("到期未完成的人"), _("%(n)s 人"), _at("head.index")),
    "lacking_blueprint": Words(
        _("组卷方案缺题"), _("%(n)s 个"), _first("blueprints.index", "bank_id")
    ),
    "refused_questions": Words(
        _("题库文件没能读入"), _("%(n)s 个"), _first("bank_imports.preview", "job"), "lost"
    ),
    "refused_reading": Words(
        _("学习材料没能读入"), _("%(n)s 个"), _first("readings.preview", "job"), "lost"
    ),
    "refused_roster": Words(
        _("名册没能读入"), _("%(n)s 个"), _first("roster.preview", "job"), "lost"
    ),
    "refused_duty_roster": Words(
        _("值班表没能读入"), _("%(n)s 个"), _first("duty.preview", "job"), "lost"
    ),
    "failed_signals": Words(_("作答线索没能算出"), _("%(n)s 项"), _at("jobs.index"), "lost"),
    "failed_item_statistics": Words(
        _("试题统计没有做成"), _("%(n)s 项"), _at("jobs.index"), "lost"
    ),
    "failed_regrade_preview": Words(
        _("重判的预览没有做成"), _("%(n)s 项"), _at("jobs.index"), "lost"
    ),
    "failed_mark_sheet": Words(_("成绩册没有生成"), _("%(n)s 项"), _at("jobs.index"), "lost"),
    "failed_year_marks": Words(
        _("年度成绩汇总表没有生成"), _("%(n)s 项"), _at("jobs.index"), "lost"
    ),
    "failed_month_files": Words(_("迎检台账没有生成"), _("%(n)s 项"), _at("jobs.index"), "lost"),
    "failed_unit_figures": Words(
        _("各级单位进度表没有生成"), _("%(n)s 项"), _at("jobs.index"), "lost"
    ),
    "failed_study_quality": Words(
        _("学习质量提示没有统计"), _("%(n)s 项"), _at("jobs.index"), "lost"
    ),
    "failed_regrade": Words(_("重判没有做完"), _("%(n)s 项"), _at("jobs.index"), "lost"),
    "import_questions": Words(
        _("题库导入没有确认"), _("%(n)s 个"), _first("bank_imports.preview", "job")
    ),
    "import_reading": Words(
        _("学习材料导入没有确认"), _("%(n)s 个"), _first("readings.preview", "job")
    ),
    "import_roster": Words(_("名册导入没有确认"), _("%(n)s 个"), _first("roster.preview", "job")),
    "import_duty_roster": Words(
        _("值班表导入没有确认"), _("%(n)s 个"), _first("duty.preview", "job")
    ),
    "doubt": Words(
        _("导入的试题存疑，还没有处理"), _("%(n)s 条"), _first("bank_imports.preview", "job")
    ),
    "without_account": Words(
        _("没有账号的人"), _("%(n)s 人"), _at("people.index", state="without_account")
    ),
    "unused_code": Words(
        _("发了启用码还没用的人"), _("%(n)s 人"), _at("people.index", state="unused_code")
    ),
    "without_programme": Words(
        _("没有学习计划的人"), _("%(n)s 人"), _at("people.index", state="without_programme")
    ),
}


@dataclass(frozen=True)
class Step:
    """A step of setting up: what it is, how it is done by file and by hand, what there is."""

    label: Any
    text: Any
    ways: tuple[tuple[Any, str], ...]


STEPS: dict[str, Step] = {
    "units": Step(
        _("单位"),
        _("本单位下面有哪些单位，谁归谁管。"),
        ((_("导入名册（含单位表）"), "roster.index"), (_("新建单位"), "units.add")),
    ),
    "people": Step(
        _("人员"),
        _("谁在哪个单位，用什么登录名。"),
        ((_("导入名册"), "roster.index"), (_("登记新人"), "newcomers.add")),
    ),
    "questions": Step(
        _("题库"), _("新建题库，导入 Word 或 Excel 试题。"), ((_("题库"), "bank.index"),)
    ),
    "readings": Step(
        _("学习材料"),
        _("导入每天学的篇目，Word 或 Markdown。"),
        ((_("学习材料"), "readings.index"),),
    ),
    "programmes": Step(
        _("计划"), _("定起止日期，排进篇目和考试。"), ((_("计划"), "programmes.index"),)
    ),
    "published": Step(
        _("发布"), _("预览涉及多少人，发布后大家就看得到。"), ((_("计划"), "programmes.index"),)
    ),
}


@blueprint.get("/desk")
@signed_in
def index() -> str | Response:
    """What waits for the reader; on a new installation the way to its first programme.

    Nothing can wait there for officers: they are led to their week.
    """
    if not desk.is_staff(req.actor()):
        return redirect(url_for("week.index"), 303)
    tasks = desk.tasks_of(req.caller())
    waiting = [_row(code, found) for code, found in tasks if found.count]
    clear = [str(WORDS[code].label) for code, found in tasks if not found.count]
    steps = _steps()
    return render_template(
        "operations/desk.html",
        today=day_label(local_day(req.now())),
        rows=waiting,
        clear=clear,
        clear_title=gettext("另外 %(n)s 项没有要办的", n=len(clear)),
        steps=steps,
        done=sum(1 for each in steps if each["state"] == "done"),
        sees_jobs=background_jobs.sees_jobs(req.actor()),
        sees_system=req.actor().may(Permission.SYSTEM_READ),
    )


def waiting_rows(without: frozenset[str]) -> list[dict[str, str]]:
    """What waits for the reader, without these codes: for another page that lists it."""
    return [
        _row(code, found) for code, found in desk.tasks_of(req.caller(), without) if found.count
    ]


def _row(code: str, found: Waiting) -> dict[str, str]:
    words = WORDS[code]
    count = str(words.count) % {"n": found.count}
    return {
        "label": str(words.label),
        "count": gettext("%(count)s以上", count=count) if found.more else count,
        "css": words.kind,
        "url": words.place(found),
    }


def _steps() -> list[dict[str, Any]]:
    """Each step with its state: the first that is not done is the present one."""
    found, rows = desk.steps_of(req.caller()), []
    now = next((name for name, _count, done in found if not done), "")
    for name, count, done in found:
        step = STEPS[name]
        rows.append(
            {
                "label": str(step.label),
                "text": str(step.text),
                "state": "done" if done else "now" if name == now else "to_come",
                "count": gettext("已有 %(n)s", n=count) if count else "",
                "ways": [{"label": str(label), "url": url_for(at)} for label, at in step.ways],
            }
        )
    return rows
