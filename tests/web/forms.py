"""The fields of long forms with usual values: a test names only what it is about."""

from __future__ import annotations


def programme_form(unit_id: int, **other: str) -> dict[str, str]:
    """A programme of four weeks over the whole unit."""
    usual = {
        "name": "计划",
        "unit": str(unit_id),
        "calendar": "working",
        "stage_name": "一",
        "first_day": "2026-11-23",
        "last_day": "2026-12-18",
    }
    return usual | other


def exam_form(**other: str) -> dict[str, str]:
    """A weekly exam on a Friday, of no question yet."""
    usual = {
        "title": "周测",
        "kind": "weekly",
        "bank": "1",
        "opens_at": "2026-11-27T09:00",
        "closes_at": "2026-11-27T18:00",
        "minutes": "30",
        "pass_percent": "60",
        "tries": "1",
        "marks": "1",
        "multiple_rule": "partial",
        "paper": "one",
        "release": "by_hand",
        "markers": "2",
        "counts": "best",
        "bands": "优秀 90",
        "way_back": "14",
        "blueprint": "0",
    }
    counts = ("single", "multiple", "true_false", "fill_blank", "short_answer")
    return usual | dict.fromkeys(counts, "0") | other
