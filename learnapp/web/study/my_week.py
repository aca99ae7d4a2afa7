"""本周: what the reader owes and what each is now, what can be done first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from learnapp.domain.core.calendar import local_day, week_of
from learnapp.domain.core.permissions import Permission
from learnapp.domain.study.my_week import WeekGroup
from learnapp.domain.study.owed import OwedState, Target
from learnapp.services.notices import inbox
from learnapp.services.operations import desk
from learnapp.services.progress import rework
from learnapp.services.study import my_week
from learnapp.services.study.my_week import WeekView
from learnapp.services.study.owed import OwedItem
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in
from learnapp.web.core.wording import day_label, moment_label, state_label
from learnapp.web.notices.sentences import in_words
from learnapp.web.operations.desk import waiting_rows
from learnapp.web.study.owed import state_css, target_url

blueprint = Blueprint("week", __name__)
_LATER_SHOWN = 3
_NOTICES_SHOWN = 2
_SHORT = frozenset(
    {
        OwedState.TO_DO,
        OwedState.DONE,
        OwedState.EXCUSED,
        OwedState.FAILED,
        OwedState.OVERDUE_OPEN,
        OwedState.OVERDUE_CLOSED,
    }
)


@blueprint.get("/week")
@signed_in
def index() -> str:
    """What to go on with, what is due, what is owed from before, what comes, what is done."""
    day = _asked_day()
    today = local_day(req.now())
    if day is not None and week_of(day)[0] < week_of(today)[0]:
        return _earlier(day)
    view = my_week.week_view(req.session(), req.reader().person_id, req.now())
    monday, sunday = week_of(today)
    found = view.groups
    lists = {str(group): [_row(each, group) for each in items] for group, items in found.items()}
    lists["later"] = lists["later"][:_LATER_SHOWN]
    told = inbox.notices_of(req.own_caller())
    return render_template(
        "study/my_week/index.html",
        lists=lists,
        span=f"{day_label(monday)} – {day_label(sunday)}",
        sentence=_sentence(view),
        reworks=_reworks(),
        waiting=_waiting(),
        step=step_of(view),
        anything=any(found.values()),
        notices=[in_words(each) for each in told[:_NOTICES_SHOWN]],
        more_notices=len(told) - _NOTICES_SHOWN,
        keep=_to_keep(view),
        earlier_url=url_for(".index", of=(monday - timedelta(days=7)).isoformat()),
    )


def _waiting() -> list[dict[str, str]]:
    """What waits for a marker or a proctor: who answers for units or people begins elsewhere."""
    actor = req.actor()
    elsewhere = actor.may(Permission.PEOPLE_READ) or actor.may(Permission.PROGRESS_READ)
    return waiting_rows(frozenset()) if desk.is_staff(actor) and not elsewhere else []


def _reworks() -> list[dict[str, str]]:
    """What the reader does again, the soonest due first."""
    today = local_day(req.now())
    return [
        {
            "title": item.title,
            "url": url_for("rework.read", rework_id=row.id, item_id=item.id),
            "meta": _("%(d)s 前重做", d=day_label(row.due_on)),
            "state": _("已过期") if row.due_on < today else "",
            "css": "lost" if row.due_on < today else "due",
        }
        for row, item in rework.left_of(req.own_caller())
    ]


def _to_keep(view: WeekView) -> list[str]:
    """The pages that a phone keeps for when there is no network: the week, and each section of what
    is to be read in it."""
    found = [url_for(".index")]
    for portion_id, progress in view.progress.items():
        found.append(url_for("study.portion", portion_id=portion_id))
        found += [
            url_for("study.portion", portion_id=portion_id, s=number)
            for number in range(1, len(progress.lengths) + 1)
        ]
    return found


def _asked_day() -> date | None:
    """The day of the address whose week is asked for; None without one."""
    try:
        return date.fromisoformat(request.args.get("of", ""))
    except ValueError:
        return None


def _earlier(day: date) -> str:
    """A week gone by: what was due in it, each with its state now."""
    found = my_week.earlier_week(req.session(), req.reader().person_id, req.now(), day)
    monday, sunday = week_of(found.monday)
    done = sum(1 for each in found.items if each.owed.state is OwedState.DONE)
    return render_template(
        "study/my_week/earlier.html",
        span=f"{day_label(monday)} – {day_label(sunday)}",
        sentence=_("完成 %(a)s/%(b)s", a=done, b=len(found.items)) if found.items else "",
        rows=[_row(each, WeekGroup.DONE) for each in found.items],
        before_url=_week_url(found.before),
        after_url=_week_url(found.after),
    )


def _week_url(monday: date | None) -> str | None:
    return None if monday is None else url_for(".index", of=monday.isoformat())


def _sentence(view: WeekView) -> str:
    """How much of the week is done and about how long the rest takes; else that nothing is left, and
    what is owed from before."""
    found = view.groups
    owed = len(found[WeekGroup.OVERDUE]) + len(found[WeekGroup.NOT_PASSED])
    missed, waiting = len(found[WeekGroup.MISSED]), len(found[WeekGroup.WAITING])
    parts = [_week_part(view)]
    if owed:
        parts.append(_("另有 %(n)s 项要补", n=owed))
    if missed:
        parts.append(_("%(n)s 项不可再补", n=missed))
    if waiting:
        parts.append(_("%(n)s 项等待中", n=waiting))
    return _("，").join(parts) + _("。")


def _week_part(view: WeekView) -> str:
    if view.asked > view.done:
        done = _("本周 %(a)s/%(b)s", a=view.done, b=view.asked)
        return done if not view.minutes else _("%(d)s，约 %(n)s 分钟", d=done, n=view.minutes)
    if view.done:
        return _("本周 %(a)s/%(b)s，都完成了", a=view.done, b=view.asked)
    if excused := len(view.groups[WeekGroup.EXCUSED]):
        return _("本周没有要做的，%(n)s 项已免", n=excused)
    return _("本周没有要做的")


def step_of(view: WeekView) -> dict[str, Any] | None:
    """The button: what to go on with, in words that say what happens."""
    step, group = view.step, view.step_group
    if step is None:
        return None
    url = target_url(step.owed, step.portion_id, step.exam_id)
    return {
        "url": url,
        "label": _step_label(step, group),
        "meta": _step_meta(step, view),
        "quiet": group is WeekGroup.LATER,
    }


def _step_label(step: OwedItem, group: WeekGroup | None) -> str:
    if step.owed.target is Target.PAPER:
        return _("接着作答：%(t)s", t=step.title)
    if step.owed.target is Target.WAY_BACK:
        return _("去补学：%(t)s", t=step.title)
    if step.owed.target is Target.WINDOW:
        again = group in (WeekGroup.NOT_PASSED, WeekGroup.OVERDUE)
        return _("去补考：%(t)s", t=step.title) if again else _("开始测试：%(t)s", t=step.title)
    if group is WeekGroup.OVERDUE:
        return _("去补读：%(t)s", t=step.title)
    if group is WeekGroup.LATER:
        return _("先读下一篇：%(t)s", t=step.title)
    return _("读：%(t)s", t=step.title)


def _step_meta(step: OwedItem, view: WeekView) -> str:
    progress = None if step.portion_id is None else view.progress.get(step.portion_id)
    if progress is None:
        return _("约 %(n)s 分钟", n=step.exam_minutes) if step.exam_minutes else ""
    minutes = max(1, progress.minutes_left)
    if len(progress.lengths) == 1:
        return _("约 %(n)s 分钟", n=minutes)
    at = _("第 %(a)s/%(b)s 节", a=progress.section, b=len(progress.lengths))
    return _("%(a)s，约 %(n)s 分钟", a=at, n=minutes)


def _row(each: OwedItem, group: WeekGroup) -> dict[str, Any]:
    """A line of the list: what it is, its state, until when, and where something can be done.

    A short state is shown at the end of the line, one with a time or a reason below the title.
    """
    owed, label = each.owed, state_label(each.owed, req.now())
    css = "muted" if group is WeekGroup.LATER else state_css(owed)
    short = owed.state in _SHORT and (owed.until is None or owed.state is OwedState.TO_DO)
    meta: list[str] = [] if short else [Markup('<span class="{}">{}</span>').format(css, label)]  # noqa: S704
    if short and (due := _due(each)) is not None:
        meta.append(due)
    if each.duty is None:
        meta.append(_("计划已不再要求，可以作答完"))
    elif each.offer is not None:
        meta += [part for part in (each.offer.place, _("%(u)s自选", u=each.offer.unit)) if part]
    elif not each.duty.duty.required:
        meta.append(_("选学"))
    return {
        "title": each.title,
        "url": target_url(owed, each.portion_id, each.exam_id),
        "meta": Markup(" · ").join(meta),
        "state": label if short else None,
        "css": css,
    }


def _due(each: OwedItem) -> str | None:
    """Until when it is to be done, or was; nothing for what is done."""
    if each.duty is None or each.owed.state in (OwedState.DONE, OwedState.EXCUSED):
        return None
    due = each.owed.until or each.duty.due.at
    if due is None:
        return None
    text = _("%(t)s 截止", t=moment_label(due))
    return text + _("（已顺延）") if each.owed.deferred and due == each.duty.due.at else text
