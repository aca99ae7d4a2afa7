"""The page of what an entry of the audit is about."""

from __future__ import annotations

from typing import Any

from flask import url_for

from learnapp.db.operations.models import AuditEntry
from learnapp.domain.files.imports import ImportKind
from learnapp.services.operations.audit_trail import EntryNames
from learnapp.wording.audit import BLIND

_IMPORT_PAGES = {
    ImportKind.QUESTIONS: "bank_imports.preview",
    ImportKind.READING: "readings.preview",
    ImportKind.ROSTER: "roster.preview",
    ImportKind.DUTY_ROSTER: "duty.preview",
}


def page_of(entry: AuditEntry, names: EntryNames) -> str | None:
    """The page of what the entry is about, where there is one that its reader may see."""
    subject = entry.subject_id
    if subject is None:
        return url_for("clock.index") if entry.action.startswith("clock.") else None
    if entry.action in BLIND or subject in names.put_away.get(entry.subject_kind, ()):
        return None
    if entry.subject_kind == "person":
        return url_for("person.show", person_id=subject) if subject in names.people else None
    if entry.subject_kind in ("attempt", "exam", "window"):
        return _room_of(entry, names, subject)
    if entry.subject_kind == "import" and subject in names.imports:
        kind, public_id = names.imports[subject]
        return url_for(_IMPORT_PAGES[ImportKind(kind)], job=public_id)
    if entry.subject_kind == "background_job":
        return url_for("jobs.index")
    if entry.subject_kind == "portion" and subject in names.portions:
        reading_id = names.portions[subject][0]
        gone = reading_id in names.put_away["reading"]
        return None if gone else url_for("readings.show", reading_id=reading_id)
    if entry.subject_kind == "blueprint" and subject in names.blueprint_banks:
        return url_for("blueprints.index", bank_id=names.blueprint_banks[subject])
    pages = {
        "bank": ("bank.show", "bank_id"),
        "question_version": ("questions.show", "version_id"),
        "programme": ("programmes.show", "programme_id"),
        "reading": ("readings.show", "reading_id"),
        "unit": ("units.show", "unit_id"),
    }
    if entry.subject_kind not in pages:
        return None
    endpoint, argument = pages[entry.subject_kind]
    at: dict[str, Any] = {argument: subject}
    return url_for(endpoint, **at)


def _room_of(entry: AuditEntry, names: EntryNames, subject: int) -> str | None:
    if entry.subject_kind == "attempt":
        attempt = names.attempts.get(subject)
        window_id = attempt.window_id if attempt is not None else None
    elif entry.subject_kind == "window":
        window_id = subject
    else:
        window_id = entry.detail.get("window") or names.exam_pages.get(subject)
    return url_for("rooms.show", window_id=window_id) if window_id else None
