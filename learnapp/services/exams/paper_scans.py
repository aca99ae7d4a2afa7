"""Scans of paper answer sheets: attached to an attempt, read by who enters answers."""

from __future__ import annotations

from learnapp.db.core.caller import Caller
from learnapp.db.exams import paper_entries
from learnapp.db.exams.attempt_models import PaperScan
from learnapp.db.exams.paper_entries import ScanOfPaper
from learnapp.db.files.models import StoredFile
from learnapp.db.operations import audit_log
from learnapp.domain.core.errors import NotFound
from learnapp.domain.exams.scans import check_scan
from learnapp.services.exams import paper_entry
from learnapp.services.exams.paper_entry import PaperAttempt


def may_attach(caller: Caller, public_id: str, name: str, data: bytes) -> PaperAttempt:
    """The attempt that the scan would be attached to, of an exam within reach and never one's own.

    Raises NotFound, Forbidden, RuleBroken as `check_scan`.
    """
    found = paper_entry.script(caller, public_id)
    check_scan(name, data, len(paper_entries.scans_of(caller.session, found.attempt.id)))
    return found


def attach(caller: Caller, found: PaperAttempt, file: StoredFile) -> None:
    """Attach a stored file; appended, and recorded in the audit."""
    caller.session.add(
        PaperScan(
            attempt_id=found.attempt.id,
            file_id=file.id,
            recorded_at=caller.now,
            recorded_by=caller.actor.own_id(),
        )
    )
    audit_log.record(caller, "paper.scanned", ("attempt", found.attempt.id))


def scans_of(caller: Caller, public_id: str) -> list[ScanOfPaper]:
    """The scans of an attempt within reach. Raises NotFound, Forbidden."""
    found = paper_entry.script(caller, public_id)
    return paper_entries.scans_of(caller.session, found.attempt.id)


def scan(caller: Caller, public_id: str, file_id: str) -> StoredFile:
    """One of them, by its file's public id. Raises NotFound, Forbidden."""
    for each in scans_of(caller, public_id):
        if each.file.public_id == file_id:
            return each.file
    raise NotFound("file_missing")
