"""The roles of the demonstration on its sign-in page: what each is for, signed in by one press."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from flask_babel import lazy_gettext as _

from learnapp.services.operations import demonstration
from learnapp.web.core import request_context as req

# By login name: the role, and a word on what it does.
_ROLES = {
    "officer": (_("干警"), _("本周要学的、周测、错题")),
    "head": (_("单位负责人"), _("谁没完成、进度结论、周报签发")),
    "liaison": (_("联络员"), _("提醒、集中学习点名、请假报备")),
    "admin": (_("管理员"), _("题库、名册、计划、考试、审计")),
    "marker": (_("阅卷人"), _("简答题逐点给分")),
    "owner": (_("考试负责人"), _("考务、成绩、更正答案")),
    "proctor": (_("监考人"), _("考场情况、加时、补录纸质答卷")),
    "editor": (_("命题人"), _("录入试题、答复报错")),
    "reviewer": (_("审题人"), _("审核待发布的试题")),
    "inspector": (_("指导组成员"), _("只读查看各单位进度")),
    "top": (_("全市负责人"), _("所有单位的进度")),
}


@dataclass(frozen=True)
class DemoRole:
    """A role that a visitor can take: its name, a word on it, who plays it, and the way in."""

    label: str
    word: str
    name: str
    login_name: str
    password: str


def roles() -> list[DemoRole]:
    """Those of this installation, the officer first; none where it is no demonstration."""
    if not current_app.extensions["learnapp.demo"]():
        return []
    with req.database().reading() as session:
        found = demonstration.logins(session)
    order = list(_ROLES)
    found.sort(key=lambda each: order.index(each.login_name) if each.login_name in _ROLES else 99)
    return [_role(each) for each in found]


def _role(login: demonstration.Login) -> DemoRole:
    label, word = _ROLES.get(login.login_name, (login.role_zh, ""))
    return DemoRole(str(label), str(word), login.name, login.login_name, demonstration.PASSWORD)
