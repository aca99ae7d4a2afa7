"""Figures of reports as the documents in which they are stored, and back."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from typing import Any

from learnapp.domain.progress.figures import Counts
from learnapp.domain.reports.weekly import UnitFacts, WeekExam, WindowCounts


def from_facts(facts: UnitFacts) -> dict[str, Any]:
    """A unit's figures as a document; counts are lists in the order of their fields."""
    return {
        "counts": from_counts(facts.counts),
        "judged": from_counts(facts.judged),
        "exams": {str(exam_id): astuple(each) for exam_id, each in facts.exams.items()},
        "readers": [facts.readers, facts.readers_behind],
    }


def to_facts(document: dict[str, Any]) -> UnitFacts:
    """The figures of such a document."""
    return UnitFacts(
        Counts(*document["counts"]),
        to_counts(document["judged"]),
        {int(exam_id): WindowCounts(*each) for exam_id, each in document["exams"].items()},
        *document.get("readers", (0, 0)),
    )


def from_counts(counts: Counts | None) -> list[int] | None:
    """Counts as a list in the order of their fields."""
    return None if counts is None else list(astuple(counts))


def to_counts(document: list[int] | None) -> Counts | None:
    """The counts of such a list."""
    return None if document is None else Counts(*document)


def from_exam(exam: WeekExam) -> dict[str, Any]:
    """An exam of the week as a document."""
    return {
        "exam_id": exam.exam_id,
        "title": exam.title,
        "kind": exam.kind,
        "opens_at": exam.opens_at.isoformat(),
        "closes_at": exam.closes_at.isoformat(),
        "running": exam.running,
        "marks_shown": exam.marks_shown,
    }


def to_exam(document: dict[str, Any]) -> WeekExam:
    """The exam of such a document."""
    return WeekExam(
        document["exam_id"],
        document["title"],
        document["kind"],
        datetime.fromisoformat(document["opens_at"]),
        datetime.fromisoformat(document["closes_at"]),
        document["running"],
        document["marks_shown"],
    )
