"""Scans of answer sheets are attached and read within reach, never to one's own."""

from __future__ import annotations

import pytest

from learnapp.db.core.base import new_public_id
from learnapp.db.files.models import StoredFile
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.services.exams import paper_entry, paper_scans
from tests.services.conftest import EARLY


def test_a_scan_is_kept_with_its_attempt_and_found_by_nobody_else(office):
    office.add_branch()
    caller = office.caller("admin", EARLY)
    public_id = paper_entry.begin(caller, office.window_id, office.staff["officer"], "5eed")
    found = paper_scans.may_attach(caller, public_id, "一.pdf", b"%PDF-1.7")
    file = StoredFile(
        public_id=new_public_id(),
        sha256="0" * 64,
        size=8,
        media_type="application/pdf",
        name="一.pdf",
        owner_unit_id=found.exam.owner_unit_id,
        recorded_at=EARLY,
        recorded_by=office.staff["admin"],
    )
    office.session.add(file)
    office.session.flush()
    paper_scans.attach(caller, found, file)
    office.session.flush()
    (kept,) = paper_scans.scans_of(caller, public_id)
    assert kept.file.name == "一.pdf" and kept.recorded_at == EARLY
    assert paper_scans.scan(caller, public_id, file.public_id).id == file.id
    with pytest.raises(NotFound):
        paper_scans.scan(caller, public_id, "another")
    with pytest.raises(NotFound):  # another unit's exam
        paper_scans.scans_of(office.caller("local", EARLY), public_id)
    with pytest.raises(Forbidden):
        paper_scans.scans_of(office.caller("officer", EARLY), public_id)
