"""The tour of a demonstration: some steps for the role, on the page where it begins, until it is skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _

from learnapp.domain.core.permissions import Actor, Permission
from learnapp.web.core import guides
from learnapp.web.core import request_context as req
from learnapp.web.core.access import rule_of
from learnapp.web.core.cookies import value_of

COOKIE = "tours_seen"
_BEGINS_AT = frozenset({"week.index", "head.index", "desk.index"})
_MOVE_ON = _("在页面底部把演示时钟拨到周五 17:00，看其间发生了什么")


@dataclass(frozen=True)
class Tour:
    """What is shown to whom: the first of these whose right the visitor has, in the order of the table."""

    code: str
    right: Permission | None
    steps: tuple[tuple[str, Any], ...]  # (page, what is seen there)


TOURS = (
    Tour(
        "admin",
        Permission.PEOPLE_READ,
        (
            ("desk.index", _("待办：今天要处理的事都在这里")),
            ("bank.index", _("题库：上传一份手头的 Word 或 Excel 试题，先预览再入库")),
            ("programmes.index", _("计划：看各阶段学什么、哪天考，改动先预览再发布")),
            ("audit.index", _("审计：谁在何时做了什么")),
        ),
    ),
    Tour(
        "head",
        Permission.PROGRESS_READ,
        (
            ("head.index", _("进度：一句话结论，谁还差什么")),
            ("weekly.index", _("周报：已按时冻结，可签发、可加说明")),
            ("chases.index", _("督办：先提醒函，再督办单，达到条件自动销号")),
            ("sessions.index", _("集中学习：建一场，点名，到场的自动计入")),
        ),
    ),
    Tour(
        "marker",
        Permission.ANSWER_MARK,
        (("marking.index", _("阅卷：逐点给分，看不到是谁的答卷")),),
    ),
    Tour(
        "exams",
        Permission.ATTEMPT_WATCH,
        (("rooms.index", _("考务：谁没考、加时、成绩、补考，都从考场进入")),),
    ),
    Tour(
        "bank",
        Permission.BANK_READ,
        (("bank.index", _("题库：按类别看题，录入、审核、答复报错")),),
    ),
    Tour(
        "officer",
        None,
        (
            ("week.index", _("本周：读一段，答一道检查题，就算完成")),
            ("exams.index", _("考试：考一次周测，断网也能接着答")),
            ("practice.index", _("练习：错过的题会按时再来")),
            ("record.index", _("学习档案：学了什么、考了多少，只有自己看得到")),
        ),
    ),
)


def seen() -> frozenset[str]:
    """The tours that were skipped in this browser."""
    known = {each.code for each in TOURS}
    return frozenset(value_of(COOKIE).split(".")) & known


def _opens(actor: Actor, page: str) -> bool:
    """Whether the visitor may open a page: roles that share a tour differ."""
    rule = rule_of(current_app.view_functions[page])
    return rule is None or rule.permission is None or actor.may(rule.permission)


def values() -> dict[str, Any] | None:
    """The steps for who is signed in; None on other pages, after skipping, and outside demonstrations."""
    if request.endpoint not in _BEGINS_AT or not current_app.extensions["learnapp.demo"]():
        return None
    actor = req.actor()
    tour = next(each for each in TOURS if each.right is None or actor.may(each.right))
    if tour.code in seen():
        return None
    steps = [
        {"url": url_for(page), "text": str(text)}
        for page, text in tour.steps
        if _opens(actor, page)
    ]
    if current_app.extensions["learnapp.demo_folder"] is not None:
        steps.append({"url": "", "text": str(_MOVE_ON)})
    return {
        "code": tour.code,
        "steps": steps,
        "skip_url": url_for("demonstration.skip_tour"),
        "help_url": guides.url_here() or url_for("help.index"),
    }
