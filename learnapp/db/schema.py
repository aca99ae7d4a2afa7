"""Every table, gathered for migrations and tests, and which of them are append-only."""

from __future__ import annotations

from typing import Any

from learnapp.db.accounts import models as account_models
from learnapp.db.bank import models as bank_models
from learnapp.db.core.base import Base
from learnapp.db.exams import attempt_models
from learnapp.db.exams import models as exam_models
from learnapp.db.files import models as file_models
from learnapp.db.notices import finding_models
from learnapp.db.notices import models as notice_models
from learnapp.db.operations import models as operation_models
from learnapp.db.people import models as people_models
from learnapp.db.practice import models as practice_models
from learnapp.db.progress import models as progress_models
from learnapp.db.reports import models as report_models
from learnapp.db.study import elective_models, rework_models, session_models
from learnapp.db.study import models as study_models

__all__ = [
    "APPEND_ONLY",
    "account_models",
    "attempt_models",
    "bank_models",
    "elective_models",
    "exam_models",
    "file_models",
    "finding_models",
    "metadata",
    "notice_models",
    "operation_models",
    "people_models",
    "practice_models",
    "progress_models",
    "report_models",
    "rework_models",
    "session_models",
    "study_models",
]

metadata = Base.metadata

# Facts: a row is added and never changed or removed; triggers in the database hold this.
APPEND_ONLY = (
    "absences",
    "admissions",
    "allowances",
    "announcements",
    "answer_events",
    "attempt_reopenings",
    "audit_blocks",
    "audit_entries",
    "calendar_overrides",
    "check_answers",
    "completions",
    "credit_hours",
    "draw_pools",
    "extra_times",
    "finding_entries",
    "grants",
    "hours_recognitions",
    "key_revisions",
    "key_sights",
    "mark_opinions",
    "marking_statements",
    "marks",
    "marks_releases",
    "memberships",
    "page_facts",
    "paper_marks",
    "paper_questions",
    "passages",
    "person_names",
    "placements",
    "practice_answers",
    "record_sights",
    "regrades",
    "remedy_readings",
    "report_issues",
    "report_remarks",
    "results",
    "rework_done",
    "rework_duties",
    "roll_ticks",
    "separations",
    "stage_steps",
    "unit_deeds",
    "unit_names",
    "unit_positions",
    "unit_reports",
    "version_events",
    "visits",
    "window_corrections",
    "withdrawals",
)

# What a search of a bank looks in is of one database alone, and no rows of the models.
_SEARCH = ("question_search", "ix_question_versions_pairs")


def in_models(_object: Any, name: str | None, _kind: str, _reflected: bool, _other: Any) -> bool:
    """Whether a table or index is described by the models, for Alembic's comparison."""
    return not (name or "").startswith(_SEARCH)
