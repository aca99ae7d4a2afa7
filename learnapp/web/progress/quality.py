"""学习质量提示: rates of units of 20 people or more without names or times; and a private word to oneself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from learnapp.db.operations.models import BackgroundJob
from learnapp.db.progress.figure_facts import StageInForce
from learnapp.domain.core.permissions import Permission
from learnapp.domain.operations.background_jobs import ACTIVE, WorkState
from learnapp.domain.progress.quality import LEAST_CASES, LEAST_PEOPLE, QualitySign, StudySigns
from learnapp.services.progress import figures as figures_service
from learnapp.services.progress import quality, quality_work
from learnapp.web.core import request_context as req
from learnapp.web.core.access import may, repeatable, signed_in
from learnapp.web.core.running import running_of
from learnapp.web.core.wording import day_label, label, moment_label, percent_label, problem
from learnapp.web.progress.explained import Explained, stage_label
from learnapp.web.progress.indicators import BELOW

blueprint = Blueprint("quality", __name__)


@blueprint.get(f"{BELOW}/quality")
@may(Permission.PROGRESS_READ)
def show(stage_id: int, unit_id: int) -> str:
    """What was found last: the rates of the unit and of its branches."""
    stage = figures_service.stage_for(req.session(), stage_id)
    job = quality_work.newest(req.caller(), stage, unit_id)
    result = job.result if job and job.state == WorkState.DONE else None
    about = [] if job is None or result is None else _about(stage, job, result).pairs()
    return render_template(
        "progress/quality.html",
        running=running_of(job if job and job.state in ACTIVE else None),
        failed=problem(job.error, **job.error_params)
        if job and job.state == WorkState.FAILED and job.error
        else "",
        found=result is not None,
        signs=[label(QualitySign, each) for each in QualitySign],
        rows=[_row(each) for each in (result or {}).get("units", [])],
        least=LEAST_PEOPLE,
        about=about,
        make_url=url_for(".make", stage_id=stage_id, unit_id=unit_id),
        back_url=url_for("progress.unit", stage_id=stage_id, unit_id=unit_id),
    )


def _about(stage: StageInForce, job: BackgroundJob, result: dict[str, Any]) -> Explained:
    """What explains the rates."""
    counted = _(
        "本单位及下级计入人员 %(p)s 人；%(d)s 以前八周，每项满 %(c)s 项次才判断；只列满 %(n)s 人的单位",
        p=result["people"],
        d=day_label(datetime.fromisoformat(result["until"])),
        c=LEAST_CASES,
        n=LEAST_PEOPLE,
    )
    at = job.ended_at or req.now()
    return Explained(result["unit"], stage_label(stage), stage.line_name, counted, at, at)


def _row(stored: dict[str, Any]) -> dict[str, Any]:
    signs = quality_work.signs_from(stored)
    return {
        "name": stored["unit"],
        "people": signs.people,
        "cells": [_cell(signs, each) for each in QualitySign],
        "hints": [_hint(each) for each in signs.shown()],
        "nothing": _("没有提示")
        if any(signs.of(each).cases >= LEAST_CASES for each in QualitySign)
        else _("项次不够，不判断"),
    }


def _cell(signs: StudySigns, sign: QualitySign) -> dict[str, Any]:
    counts = signs.of(sign)
    enough = counts.cases >= LEAST_CASES
    return {
        "label": percent_label(counts.share) if enough else "—",
        "column": label(QualitySign, sign),
        "shown": sign in signs.shown(),
    }


def _hint(sign: QualitySign) -> str:
    """What a sign of a unit may mean."""
    return {
        QualitySign.GUESSING: _("检查题第一次作答，和不看题随便选差不多。"),
        QualitySign.LAST_HOUR: _("一半以上的日份压到截止前最后一小时才完成。"),
        QualitySign.NO_RECALL: _("学过两周以上的条文，考试作答和随便选差不多。"),
        QualitySign.TOO_FAST: _("四分之一以上的日份，快得不像读过。"),
    }[sign]


@blueprint.post(f"{BELOW}/quality")
@repeatable("what is being found is not begun twice")
@may(Permission.PROGRESS_READ)
def make(stage_id: int, unit_id: int) -> Response:
    """Have the rates found."""
    stage = figures_service.stage_for(req.session(), stage_id)
    quality_work.ask(req.caller(), stage, unit_id)
    return redirect(url_for(".show", stage_id=stage_id, unit_id=unit_id), 303)


@blueprint.get("/me/study-quality")
@signed_in
def own() -> str:
    """A private word: what one's own study of late shows, for oneself alone."""
    found = quality.own_signs(req.own_caller())
    return render_template(
        "progress/own_quality.html",
        words=[_word(each) for each in found],
        at=moment_label(req.now()),
    )


def _word(sign: QualitySign) -> str:
    return {
        QualitySign.GUESSING: _("检查题常常第一次没答对。读完再答，答错了回原文看一眼。"),
        QualitySign.LAST_HOUR: _("日份常常压到最后才读。每天读一份，周末不用赶。"),
        QualitySign.NO_RECALL: _("学过的条文，考试里常常没答对。错题本会按遗忘的快慢请您复习。"),
        QualitySign.TOO_FAST: _("有些日份翻得很快。读慢一点，检查题更容易答对。"),
    }[sign]
