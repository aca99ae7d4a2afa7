"""What a page shows of work in the background that it waits for."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext

from learnapp.db.operations.models import BackgroundJob
from learnapp.domain.core.share import Share
from learnapp.domain.operations.background_jobs import WorkState


@dataclass(frozen=True)
class ProgressShown:
    """How far it is, in words and of 100, and where the page asks for more; `text` has {done} and
    {total} to be filled in."""

    url: str
    state: str
    now: str
    text: str
    share: int | None


def running_of(job: BackgroundJob | None) -> ProgressShown | None:
    """The progress of a job that waits or runs; None where there is none."""
    if job is None:
        return None
    text = gettext("正在后台计算：%(done)s / %(total)s", done="{done}", total="{total}")
    now = gettext("已排队，马上开始")
    if job.state == WorkState.RUNNING and job.total:
        now = text.format(done=job.done, total=job.total)
    return ProgressShown(
        url=url_for("jobs.progress", job=job.public_id),
        state=job.state,
        now=now,
        text=text,
        share=Share(job.done, job.total).of(100) if job.total else None,
    )
