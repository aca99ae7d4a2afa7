"""本周: what the reader owes and what each is now, what can be done first."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from learnapp.domain.core.calendar import local_day, week_of
from learnapp.domain.study.my_week import WeekGroup
from learnapp.domain.study.owed import OwedState
from learnapp.services.notices import inbox
from learnapp.services.study import my_week
from learnapp.services.study.owed import OwedItem
from learnapp.web.core import request_context as req
from learnapp.web.core.access import signed_in
from learnapp.web.core.wording import day_label, moment_label, state_label
from learnapp.web.notices.sentences import in_words
from learnapp.web.study.owed import state_css, target_url

blueprint = Blueprint("week", __name__)
_LATER_SHOWN = 3
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
    """What to go on with, what is overdue or failed, what is due, what waits, what is done."""
    found = my_week.own_week(req.session(), req.reader().person_id, req.now())
    monday, sunday = week_of(local_day(req.now()))
    lists = {str(group): [_row(each, group) for each in items] for group, items in found.items()}
    lists["later"] = lists["later"][:_LATER_SHOWN]
    return render_template(
        "study/my_week/index.html",
        lists=lists,
        span=f"{day_label(monday)} – {day_label(sunday)}",
        sentence=_sentence({group: len(items) for group, items in found.items()}),
        anything=any(found.values()),
        notices=[in_words(each) for each in inbox.notices_of(req.own_caller())],
    )


def _sentence(counts: dict[WeekGroup, int]) -> str:
    """How many there are of what asks for something; else what still waits, was done or excused."""
    parts = [
        (counts[WeekGroup.ANSWERING], _("%(n)s 项作答中")),
        (counts[WeekGroup.OVERDUE], _("%(n)s 项已过期")),
        (counts[WeekGroup.NOT_PASSED], _("%(n)s 项未合格或作废")),
        (counts[WeekGroup.DUE], _("%(n)s 项本周要做")),
        (counts[WeekGroup.MISSED], _("%(n)s 项不可再补")),
    ]
    texts = [text % {"n": count} for count, text in parts if count]
    if texts:
        return _("，").join(texts) + _("。")
    if counts[WeekGroup.WAITING]:
        return _("本周的都做了，%(n)s 项等待中。", n=counts[WeekGroup.WAITING])
    if counts[WeekGroup.DONE]:
        return _("本周的都完成了。")
    if counts[WeekGroup.EXCUSED]:
        return _("本周没有要做的，%(n)s 项已免。", n=counts[WeekGroup.EXCUSED])
    return _("本周没有要做的。")


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
