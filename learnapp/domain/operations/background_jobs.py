"""Work in the background: what kinds there are, how far one has come, who may see it."""

from __future__ import annotations

from enum import StrEnum

from learnapp.domain.core.permissions import Permission


class WorkKind(StrEnum):
    """What is carried out in the background, step by step."""

    SIGNALS = "signals"
    ITEM_STATISTICS = "item_statistics"
    REGRADE_PREVIEW = "regrade_preview"
    REGRADE = "regrade"
    MARK_SHEET = "mark_sheet"
    YEAR_MARKS = "year_marks"
    MONTH_FILES = "month_files"
    UNIT_FIGURES = "unit_figures"
    STUDY_QUALITY = "study_quality"


class WorkState(StrEnum):
    """waiting → running → done, failed or cancelled; a failed or cancelled one may wait again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (WorkState.WAITING, WorkState.RUNNING)
# What may be asked for again, as it was asked for before.
RETRIED = (WorkState.FAILED, WorkState.CANCELLED)

# Who sees, cancels and asks again for work of a kind about what is within reach.
PERMISSION = {
    WorkKind.SIGNALS: Permission.SIGNALS_READ,
    WorkKind.ITEM_STATISTICS: Permission.BANK_EDIT,
    WorkKind.REGRADE_PREVIEW: Permission.KEY_REVISE,
    WorkKind.REGRADE: Permission.KEY_REVISE,
    WorkKind.MARK_SHEET: Permission.MARKS_READ,
    WorkKind.YEAR_MARKS: Permission.MARKS_READ,
    WorkKind.MONTH_FILES: Permission.FILES_MAKE,
    WorkKind.UNIT_FIGURES: Permission.PROGRESS_READ,
    WorkKind.STUDY_QUALITY: Permission.PROGRESS_READ,
}

# How often work is begun again when the program died in it, without a step done in between.
MOST_ATTEMPTS = 3


def may_be_cancelled(kind: WorkKind, state: WorkState) -> bool:
    """Whether it can be given up now, or put away after it failed. A correction that is in force has to
    reach every attempt."""
    return state in (*ACTIVE, WorkState.FAILED) and kind is not WorkKind.REGRADE


def may_be_retried(state: WorkState) -> bool:
    """Whether it can be asked for again as it is."""
    return state in RETRIED
