"""后台任务: what is being done in the background and what came of it; cancelled, and asked for again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from learnapp.db.operations.models import BackgroundJob
from learnapp.db.progress.counting_left import StageLeft
from learnapp.domain.core.share import Share
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.domain.operations.background_jobs import WorkKind, WorkState
from learnapp.domain.operations.scheduled_jobs import ScheduledJob
from learnapp.services.operations import background_jobs, scheduled_jobs
from learnapp.services.operations.background_jobs import ImportedLine, Line, WorkLine
from learnapp.services.operations.scheduled_jobs import ScheduledLine
from learnapp.web.core import request_context as req
from learnapp.web.core.access import repeatable, signed_in
from learnapp.web.core.messages import say
from learnapp.web.core.paging import SIZE, asked_page, pager
from learnapp.web.core.wording import label, moment_label, problem

blueprint = Blueprint("jobs", __name__)
_IMPORT_PAGES = {
    ImportKind.QUESTIONS: "bank_imports.preview",
    ImportKind.ROSTER: "roster.preview",
}


@blueprint.get("/jobs")
@signed_in
def index() -> str | Response:
    """What runs, then what ended, within reach; who can see none of any kind is led to their start."""
    if not background_jobs.sees_jobs(req.actor()):
        return redirect(url_for("site.home"), 303)
    page = asked_page()
    found = background_jobs.jobs(req.caller(), (page - 1) * SIZE, SIZE)
    return render_template(
        "operations/jobs.html",
        running=[*map(_running, found.running), *map(_counting, found.counting)],
        ended=[_ended(each) for each in found.ended],
        scheduled=_scheduled() if scheduled_jobs.sees_schedule(req.actor()) else [],
        pager=pager("jobs.index", page, found.total),
    )


@blueprint.get("/jobs/running")
@signed_in
def running() -> list[dict[str, Any]]:
    """How far each is that runs, for the page that is open."""
    found = background_jobs.jobs(req.caller(), 0, 0)
    rows = [*map(_running, found.running), *map(_counting, found.counting)]
    return [{name: row[name] for name in ("id", "meta", "share")} for row in rows]


@blueprint.get("/jobs/<job>/progress")
@signed_in
def progress(job: str) -> dict[str, Any]:
    """How far one is, for the page that waits for it."""
    return background_jobs.progress(req.caller(), job)


@blueprint.post("/jobs/<job>/cancel")
@repeatable("what is cancelled stays cancelled")
@signed_in
def cancel(job: str) -> Response:
    """Give one up, or put away one that failed."""
    background_jobs.cancel(req.caller(), job)
    say(gettext("已取消，没有再算下去。"), at="jobs")
    return redirect(url_for("jobs.index", _anchor="told"), 303)


@blueprint.post("/jobs/<job>/retry")
@repeatable("what waits already is not asked for twice")
@signed_in
def retry(job: str) -> Response:
    """Have one carried out after all."""
    background_jobs.retry(req.caller(), job)
    say(gettext("已重新排队。"), at="jobs")
    return redirect(url_for("jobs.index", _anchor="told"), 303)


def _scheduled() -> list[dict[str, str]]:
    """What the scheduler does by itself: what ran, how often, when next."""
    return [
        {
            "title": label(ScheduledJob, each.job),
            "last": moment_label(each.done.last) if each.done else "—",
            "count": _how_often(each),
            "next": moment_label(each.next_at) if each.next_at else _when(each.job),
        }
        for each in scheduled_jobs.scheduled(req.caller())
    ]


def _how_often(each: ScheduledLine) -> str:
    if each.done is None:
        return ""
    if each.job is ScheduledJob.BACKUP:
        return gettext("已做成") if each.done.count else gettext("没有做成")
    if each.job is ScheduledJob.RETENTION:
        return gettext("%(n)s 条", n=each.done.count)
    return gettext("7 天内 %(n)s 次", n=each.done.count)


def _when(job: ScheduledJob) -> str:
    """What it waits for, where no time is known."""
    if job in (ScheduledJob.OPEN_WINDOW, ScheduledJob.CHECK_WINDOW, ScheduledJob.PREPARE_WINDOW):
        return gettext("没有排着的考试")
    if job is ScheduledJob.CLOSE_WINDOW:
        return gettext("没有进行中的考试")
    return gettext("有到期的就做")


def _title(line: Line) -> str:
    if isinstance(line, ImportedLine):
        return f"{label(ImportKind, line.kind)} · {line.file}"
    parts = [label(WorkKind, line.kind), line.about.name]
    if line.kind in (WorkKind.REGRADE, WorkKind.REGRADE_PREVIEW):
        parts.append(gettext("题号 %(n)s", n=line.job.subject))
    if line.about.opens_at is not None:
        parts.append(moment_label(line.about.opens_at))
    return " · ".join(parts)


# What such work makes is limited by the reach of who asked for it, and read by them alone.
_OF_ASKER = (
    WorkKind.MARK_SHEET,
    WorkKind.YEAR_MARKS,
    WorkKind.MONTH_FILES,
    WorkKind.UNIT_FIGURES,
    WorkKind.STUDY_QUALITY,
)


def _page_of_asker(job: BackgroundJob) -> str:
    """What was made, for who asked; for others where they have their own made."""
    own = job.asked_by == req.actor().person_id
    if job.kind == WorkKind.MONTH_FILES:
        page = "month_files.show" if own else "month_files.index"
        return url_for(page, job=job.public_id if own else None)
    if job.kind == WorkKind.STUDY_QUALITY:
        at = {"stage_id": job.params["stage"], "unit_id": job.params["unit"]}
        return url_for("quality.show", **at) if own else url_for("head.index")
    if job.kind == WorkKind.UNIT_FIGURES:
        return url_for("unit_exports.show", job=job.public_id) if own else url_for("head.index")
    if own:
        return url_for("sheets.show", job=job.public_id)
    if job.kind == WorkKind.MARK_SHEET:
        return url_for("results.show", window_id=job.params["window"])
    return url_for("sheets.year")


def _page_of(line: Line) -> str:
    """Where the result is, or what it is about."""
    if isinstance(line, ImportedLine):
        return url_for(_IMPORT_PAGES[line.kind], job=line.public_id)
    if line.kind in _OF_ASKER:
        return _page_of_asker(line.job)
    subject = int(line.job.subject)
    if line.kind is WorkKind.SIGNALS:
        return url_for("signals.show", window_id=subject)
    if line.kind is WorkKind.ITEM_STATISTICS:
        return url_for("bank.show", bank_id=subject, _anchor="upkeep")
    if line.kind is WorkKind.REGRADE_PREVIEW:
        return url_for("corrections.stored", version_id=subject, job=line.job.public_id)
    return url_for("corrections.key", version_id=subject)


def _running(line: Line) -> dict[str, Any]:
    done, total = (
        (line.done, line.total)
        if isinstance(line, ImportedLine)
        else (line.job.done, line.job.total)
    )
    asked_at = line.asked_at if isinstance(line, ImportedLine) else line.job.asked_at
    waits = isinstance(line, WorkLine) and line.job.state == WorkState.WAITING
    how_far = gettext("已排队") if waits else _how_far(done, total)
    since = gettext("%(at)s 起", at=moment_label(asked_at))
    return {
        "id": line.public_id if isinstance(line, ImportedLine) else line.job.public_id,
        "title": _title(line),
        "url": _page_of(line),
        "meta": " · ".join(each for each in (line.by, since, how_far) if each),
        "share": Share(done, total).of(100) if total and not waits else None,
        "cancel": isinstance(line, WorkLine) and line.cancellable,
    }


def _how_far(done: int, total: int | None) -> str:
    return gettext("%(n)s / %(m)s", n=done, m=total) if total else gettext("正在读入")


def _counting(stage: StageLeft) -> dict[str, Any]:
    """People who are counted after a publishing: no job that could be given up."""
    return {
        "id": f"stage-{stage.programme_id}-{stage.stage}",
        "title": f"{gettext('发布后统计人数')} · {stage.programme} · {stage.stage}",
        "url": url_for("head.index"),
        "meta": _how_far(stage.done, stage.total),
        "share": Share(stage.done, stage.total).of(100) if stage.total else None,
        "cancel": False,
    }


def _ended(line: Line) -> dict[str, Any]:
    if isinstance(line, ImportedLine):
        ended_at, state, outcome = line.ended_at, label(JobState, line.state), ""
        failed = line.state == JobState.REFUSED
    else:
        ended_at, state, outcome = (
            line.job.ended_at,
            label(WorkState, line.job.state),
            _outcome_of(line.job),
        )
        failed = line.job.state == WorkState.FAILED
    at = moment_label(ended_at) if ended_at else ""
    return {
        "id": "" if isinstance(line, ImportedLine) else line.job.public_id,
        "title": _title(line),
        "url": _page_of(line),
        "meta": " · ".join(each for each in (line.by, at, outcome) if each),
        "state": state,
        "css": "lost" if failed else "muted",
        "cancel": isinstance(line, WorkLine) and failed and line.cancellable,
        "retry": isinstance(line, WorkLine) and line.retried,
    }


def _outcome_of(job: BackgroundJob) -> str:
    """What an ended job came to: why it failed, how far it was, or what it found."""
    if job.state == WorkState.FAILED and job.error:
        return problem(job.error, **job.error_params)
    if job.state == WorkState.DONE and job.result is not None:
        return _found(WorkKind(job.kind), job.result)
    return "" if job.total is None else _how_far(job.done, job.total)


def _found(kind: WorkKind, result: dict[str, Any]) -> str:
    """What it found; of a correction what it changed, beside what was promised if that differs."""
    if kind is WorkKind.SIGNALS:
        return gettext("%(n)s 份答卷，%(m)s 条线索", n=result["attempts"], m=result["signals"])
    if kind is WorkKind.ITEM_STATISTICS:
        return gettext("%(n)s 道用过的题", n=result["versions"])
    if kind in (WorkKind.MARK_SHEET, WorkKind.YEAR_MARKS):
        return gettext("%(n)s 人", n=result["rows"])
    if kind is WorkKind.MONTH_FILES:
        return gettext("%(n)s 件", n=result["rows"])
    if kind in (WorkKind.UNIT_FIGURES, WorkKind.STUDY_QUALITY):
        return gettext("%(n)s 个单位", n=result["rows"])
    found = _changed(result)
    promised = result.get("promised")
    if not promised or _changed(promised) == found:
        return found
    return gettext("%(said)s（预览时：%(before)s）", said=found, before=_changed(promised))


def _changed(counts: dict[str, Any]) -> str:
    return gettext(
        "%(used)s 份答卷用过，%(changed)s 份的成绩有变化",
        used=counts["used"],
        changed=counts["changed"],
    )
