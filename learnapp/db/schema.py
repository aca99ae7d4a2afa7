"""Every table of the house, gathered for migrations and tests, and which of them are append-only."""

from __future__ import annotations

from learnapp.db import bank, codes, exams, house, once, people, practice, questions, remedy, study
from learnapp.db.base import Base

__all__ = [
    "APPEND_ONLY",
    "bank",
    "codes",
    "exams",
    "house",
    "metadata",
    "once",
    "people",
    "practice",
    "questions",
    "remedy",
    "study",
]

metadata = Base.metadata

# Facts: a row is added and never changed or removed; triggers in the database hold this.
APPEND_ONLY = (
    "absences",
    "admissions",
    "allowances",
    "announcements",
    "answer_events",
    "audit_entries",
    "calendar_overrides",
    "check_answers",
    "completions",
    "draw_pools",
    "extra_times",
    "grants",
    "key_revisions",
    "key_sights",
    "mark_opinions",
    "marks",
    "marks_releases",
    "memberships",
    "page_facts",
    "paper_questions",
    "passages",
    "placements",
    "practice_answers",
    "regrades",
    "remedy_readings",
    "results",
    "version_events",
    "withdrawals",
)
