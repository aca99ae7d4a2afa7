"""The page while what was confirmed comes in in the background, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template

from learnapp.db.files.models import ImportJob
from learnapp.domain.core.share import Share


@dataclass(frozen=True)
class EnteringPage:
    """What differs: title and text of the head, the way back, the address of the progress, and what
    there is to do when all is in."""

    title: str
    about: str
    back_url: str
    back_label: str
    progress_url: str
    after: str = ""


def page(job: ImportJob, wording: EnteringPage) -> str:
    """The page of an import that is coming in; it asks for itself again when that is over."""
    done, total = job.counts["entered"], job.total or 0
    share = Share(done, total).of(100) or 0
    return render_template(
        "components/entering.html",
        title=wording.title,
        about=wording.about,
        back_url=wording.back_url,
        back_label=wording.back_label,
        progress_url=wording.progress_url,
        after=wording.after,
        done=done,
        total=total,
        share=share,
    )


def progress_of(job: ImportJob) -> dict[str, Any]:
    """How far an import has come in, for the page that waits for it."""
    return {"state": job.state, "done": job.counts.get("entered", 0), "total": job.total}
