"""Lists of figures as workbooks, with the heading of their pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Reply

from learnapp.domain.core.calendar import local_day
from learnapp.domain.core.page_spans import PageSpan
from learnapp.domain.core.permissions import Permission
from learnapp.domain.core.share import Share
from learnapp.services.progress import drill_down as drill
from learnapp.services.progress import figures as figures_service
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may
from learnapp.web.core.language import language
from learnapp.web.core.messages import say
from learnapp.web.core.wording import (
    day_label,
    moment_label,
    percent_label,
    state_label,
    with_note,
)
from learnapp.web.progress.explained import sheet
from learnapp.web.progress.figures import (
    asked_figures,
    explained,
    fresh,
    list_explained,
    topics_explained,
    weak_topics,
)
from learnapp.wording import figure_lists
from learnapp.wording.progress import Judged

blueprint = Blueprint("figure_sheets", __name__)
_MOST = 5_000  # rows of one workbook
_BELOW = "/progress/stages/<int:stage_id>/units/<int:unit_id>"


@blueprint.get(f"{_BELOW}/units.xlsx")
@may(Permission.PROGRESS_READ)
def units(stage_id: int, unit_id: int) -> Response:
    """A unit and what is right below it, of the day that the page shows."""
    stage = figures_service.stage_for(req.session(), stage_id)
    fresh(stage)
    figures = asked_figures(stage, unit_id)
    judged = Judged(local_day(req.now()), figures.checkpoint)
    columns = figure_lists.unit_columns(language(), judged)
    about = explained(figures)
    about_time = [(_("时间进度"), percent_label(figures.time))]
    rows = [
        figure_lists.unit_cells(language(), each.name, each.counts, each.judged)
        for each in figures.rows
    ]
    return sheet(_("学习进度"), about, columns, rows, about_time)


@blueprint.get(f"{_BELOW}/people.xlsx")
@may(Permission.PROGRESS_READ)
def people(stage_id: int, unit_id: int) -> Reply:
    """The people behind the figure, by name."""
    stage = figures_service.stage_for(req.session(), stage_id)
    fresh(stage)
    only_behind = request.args.get("behind") == "1"
    rows, total = figures_service.people_of(
        req.caller(), stage_id, unit_id, only_behind, PageSpan(1, _MOST)
    )
    if total > _MOST:
        return _too_many("progress.people", stage_id=stage_id, unit_id=unit_id)
    columns = [_("姓名"), _("登录名"), _("单位"), _("任务"), _("完成"), _("到期未完成"), _("免除")]
    return sheet(
        _("到期未完成人员") if only_behind else _("人员"),
        list_explained(stage, unit_id),
        columns,
        [
            [
                each.name,
                each.login_name,
                each.unit_name,
                each.counts.owed,
                each.counts.done,
                each.counts.due - each.counts.due_done,
                each.counts.excused,
            ]
            for each in rows
        ],
    )


@blueprint.get(f"{_BELOW}/requirements.xlsx")
@may(Permission.PROGRESS_READ)
def requirements(stage_id: int, unit_id: int) -> Response:
    """The figure by requirement."""
    stage = figures_service.stage_for(req.session(), stage_id)
    fresh(stage)
    rows, _total = drill.requirements_of(req.caller(), stage_id, unit_id, PageSpan(1, _MOST))
    columns = [_("任务"), _("计划日"), _("截止"), _("应完成"), _("完成"), _("完成率"), _("未完成")]
    return sheet(
        _("按任务看"),
        list_explained(stage, unit_id),
        columns,
        [
            [
                row.title,
                day_label(row.plan_day),
                moment_label(row.due_at),
                row.owed,
                row.done,
                percent_label(Share(row.done, row.owed)),
                row.waiting,
            ]
            for row in rows
        ],
    )


@blueprint.get(f"{_BELOW}/items/<int:item_id>/people.xlsx")
@may(Permission.PROGRESS_READ)
def item(stage_id: int, unit_id: int, item_id: int) -> Reply:
    """Who has not completed one item yet."""
    stage = figures_service.stage_for(req.session(), stage_id)
    found = drill.behind(req.caller(), stage_id, unit_id, item_id, PageSpan(1, _MOST))
    if found.waiting > _MOST:
        return _too_many("progress.item", stage_id=stage_id, unit_id=unit_id, item_id=item_id)
    about = [
        (_("任务"), with_note(found.title, _("%(t)s 截止", t=moment_label(found.due_at)))),
        (_("完成"), f"{found.done}/{found.owed}"),
    ]
    return sheet(
        _("未完成人员"),
        list_explained(stage, unit_id),
        [_("姓名"), _("登录名"), _("单位"), _("状态")],
        [
            [each.name, each.login_name, each.unit, state_label(each.owed, req.now())]
            for each in found.people
        ],
        about,
    )


@blueprint.get(f"{_BELOW}/topics.xlsx")
@may(Permission.PROGRESS_READ)
def topics(stage_id: int, unit_id: int) -> Response:
    """The topics in which five people or more are weak."""
    stage = figures_service.stage_for(req.session(), stage_id)
    rows = weak_topics(stage, unit_id)
    about = topics_explained(stage, unit_id)
    return sheet(_("薄弱知识点"), about, [_("知识点"), _("薄弱人数")], rows)


def _too_many(endpoint: str, **at: Any) -> Reply:
    say(_("多于 %(n)s 人，请在下级单位分别导出。", n=_MOST))
    return redirect(url_for(endpoint, **at), 303)
