"""The frame round every page: who is here, which menus, which language; finished values only."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Flask, current_app, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from learnapp.domain.core.permissions import Permission
from learnapp.services.notices import inbox
from learnapp.services.operations import desk
from learnapp.web.core import (
    demo_bar,
    guides,
    idempotency,
    messages,
    tour,
    unindented,
    watermark,
)
from learnapp.web.core import request_context as req
from learnapp.web.core.language import language
from learnapp.web.core.local_path import local_path
from learnapp.wording.catalogue import LANGUAGES

_MANAGE = (
    (Permission.PROGRESS_READ, "head.index", lazy_gettext("进度")),
    (Permission.PROGRESS_READ, "weekly.index", lazy_gettext("周报")),
    (Permission.CHASE_DRAFT, "chases.index", lazy_gettext("督办")),
    (Permission.FINDING_READ, "findings.index", lazy_gettext("指导组")),
    (Permission.SESSION_HOLD, "sessions.index", lazy_gettext("集中学习")),
    (Permission.BANK_READ, "bank.index", lazy_gettext("题库")),
    (Permission.READING_EDIT, "readings.index", lazy_gettext("学习材料")),
    (Permission.PROGRAMME_EDIT, "programmes.index", lazy_gettext("计划")),
    (Permission.ATTEMPT_WATCH, "rooms.index", lazy_gettext("考务")),
    (Permission.DISPENSATION_ASK, "dispensations.index", lazy_gettext("缓考、免考")),
    (Permission.ROSTER_IMPORT, "units.index", lazy_gettext("单位")),
    (Permission.ROSTER_IMPORT, "roster.index", lazy_gettext("名册")),
    (Permission.PEOPLE_READ, "people.index", lazy_gettext("人员")),
    (Permission.ANSWER_MARK, "marking.index", lazy_gettext("阅卷")),
    (Permission.AUDIT_READ, "audit.index", lazy_gettext("审计")),
    (Permission.SECURITY_SET, "security.index", lazy_gettext("安全设置")),
)
# Pages listed under another feature's entry.
# One's own pages, whichever feature has them, and the code that is typed in from 我的.
_ONES_OWN = ("/me/", "/here")
_BELONGS = {
    "bank_imports": "bank",
    "bank_uploads": "bank",
    "teaching": "bank",
    "blueprints": "bank",
    "questions": "bank",
    "reports": "bank",
    "question_tasks": "bank",
    "reviews": "bank",
    "attempts": "exams",
    "own_marks": "exams",
    "remedy": "exams",
    "person": "people",
    "newcomers": "people",
    "postings": "people",
    "progress": "head",
    "figure_sheets": "head",
    "indicators": "head",
    "by_programme": "head",
    "unit_exports": "head",
    "quality": "head",
    "electives": "head",
    "indicator_sheets": "head",
    "wall": "head",
    "roll_codes": "sessions",
    "roll_sheets": "sessions",
    "rework": "head",
    "naming": "people",
    "roles": "people",
    "absences": "people",
    "learning": "people",
    "people_codes": "people",
    "codes": "people",
    "notebook": "practice",
    "sets": "practice",
    "mocks": "practice",
    "offline": "week",
    "study": "week",
    "library": "me",
    "leave": "me",
    "record": "me",
    "help": "me",
    "reminders": "head",
    "briefings": "weekly",
    "cut_offs": "weekly",
    "month_files": "weekly",
    "plan_notices": "weekly",
    "clock": "audit",
    "well": "desk",
    "anchors": "audit",
    "record_access": "audit",
    "jobs": "desk",
    "exam_series": "programmes",
    "stages": "programmes",
    "credit_hours": "programmes",
    "plan_calendar": "programmes",
    "burden": "programmes",
    "acceptance": "programmes",
    "programme_start": "programmes",
    "exam_changes": "programmes",
    "publishing": "programmes",
    "on_paper": "rooms",
    "scans": "rooms",
    "results": "rooms",
    "analysis": "rooms",
    "sheets": "rooms",
    "papers": "rooms",
    "further": "rooms",
    "signals": "rooms",
}
# Pages about one person; who reads no list of people comes to them from the figures.
_ABOUT_A_PERSON = frozenset({"absences", "learning"})
# Pages on which somebody answers have no head of the frame: nothing is counted for them. A result has.
_ANSWERING, _ANSWERED = "attempts", "attempts.result"
THEMES = {
    "auto": lazy_gettext("跟随系统"),
    "light": lazy_gettext("浅色"),
    "dark": lazy_gettext("深色"),
}
SIZES = {"1": lazy_gettext("标准"), "1.25": lazy_gettext("大"), "1.5": lazy_gettext("特大")}


def install(app: Flask) -> None:
    """Hang the frame's values on every template, which is compiled without its indentation."""
    app.context_processor(values)
    unindented.install(app)
    messages.install(app)
    idempotency.install(app)


def values() -> dict[str, Any]:
    """What base.html wants."""
    who = req.signed_in_as()
    here = language()
    frame: dict[str, Any] = {
        "lang": here,
        "size": who.text_size if who else "1",
        "theme": who.theme if who and who.theme != "auto" else None,
        "product": _("日学周测月考"),
        # A page drawn in answer to a post: what it says first gets the focus.
        "posted": request.method not in req.SAFE,
        "demo": current_app.extensions["learnapp.demo"](),
        "demo_bar": demo_bar.values(),
        # A page that answered a post has no address to come back to.
        "here": request.full_path.rstrip("?") if request.method in req.SAFE else "/",
        "languages": [
            {"code": code, "label": label, "current": code == here}
            for code, label in LANGUAGES.items()
        ],
    }
    if who is not None:
        frame |= {
            "who": {"name": who.name, "place": ""},
            "person_key": f"p{who.person_id}",
            "nav": _nav(),
            "tabs": _tabs(),
            "inbox": _inbox(),
            "manage_nav": manage_nav(),
            "watermark": watermark.of_page(),
            "tour": tour.values(),
            "guide_url": guides.url_here(),
        }
        frame["clock"] = _clock_notice() if frame["manage_nav"] else None
    return frame


def _clock_notice() -> dict[str, str] | None:
    """What staff see while the machine's clock is not followed, with the way to confirm it."""
    if req.clock().jump() is None:
        return None
    may_confirm = req.actor().may(Permission.CLOCK_CONFIRM)
    return {
        "text": _("服务器时钟发生跳变，系统暂按原来的时间走，自动交卷、开考、收卷已暂停。"),
        "url": url_for("clock.index") if may_confirm else "",
        "link": _("核对时钟"),
    }


def _inbox() -> dict[str, Any] | None:
    """The way to the reader's notices with how many are unread; none where no page of ours is drawn
    from the database, or where somebody is answering."""
    answering = request.blueprint == _ANSWERING and request.endpoint != _ANSWERED
    if "session" not in g or answering:
        return None
    return {
        "url": url_for("notices.index"),
        "count": inbox.count_unread(req.own_caller()),
        "current": request.blueprint == "notices",
    }


@cache
def _address(_below: str, endpoint: str) -> str:
    """The address of a menu's page, below where the application is mounted."""
    return url_for(endpoint)


def _entry(endpoint: str, label: str, icon: str = "") -> dict[str, Any]:
    return {
        "label": label,
        "url": _address(request.script_root, endpoint),
        "current": _feature() == endpoint.split(".")[0],
        "icon": icon,
    }


def _feature() -> str | None:
    """The entry under which the page of the request is found."""
    if request.blueprint in _ABOUT_A_PERSON and not req.actor().may(Permission.PEOPLE_READ):
        return "head"
    if request.path.startswith(_ONES_OWN):
        return "me"
    return _BELONGS.get(request.blueprint or "", request.blueprint)


def _nav() -> list[dict[str, Any]]:
    return [
        _entry("week.index", _("本周"), "week"),
        _entry("exams.index", _("考试"), "exam"),
        _entry("practice.index", _("练习"), "practice"),
        _entry("me.index", _("我的"), "me"),
    ]


def _tabs() -> list[dict[str, Any]]:
    """The four of a phone's lower edge: who answers for units has their progress in place of practice."""
    if not req.actor().may(Permission.PROGRESS_READ):
        return _nav()
    progress = _entry("head.index", _("进度"), "progress")
    return [progress if each["icon"] == "practice" else each for each in _nav()]


def manage_nav() -> list[dict[str, Any]]:
    """What the person's grants open, and nothing else."""
    actor = req.actor()
    found = [_entry(at, str(label)) for right, at, label in _MANAGE if actor.may(right)]
    return [_entry("desk.index", _("待办")), *found] if desk.is_staff(actor) else found


def pages_beyond_the_tabs() -> list[dict[str, Any]]:
    """What 我的 lists on a phone: the managing pages, and practice where its tab is another's."""
    tabs = {each["url"] for each in _tabs()}
    return [each for each in [*manage_nav(), *_nav()] if each["url"] not in tabs]


def safe_next(default: str) -> Response:
    """Back to where the reader was, on this site only."""
    return redirect(local_path(request.values.get("next")) or default, 303)
