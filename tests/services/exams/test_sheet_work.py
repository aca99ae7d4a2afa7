"""A sheet made in the background is its asker's alone, and limited by their reach."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.errors import NotFound
from learnapp.domain.core.permissions import Role
from learnapp.services.exams import sheet_work
from learnapp.services.exams.mark_sheets import SheetReader
from tests.services.exams.steps import CLOSES

READER = SheetReader("zh", date(2026, 11, 27), "甲")


def test_who_asks_twice_asks_once_and_nobody_else_reads_it(office):
    owner = office.appoint("head", Role.TEST_OWNER)
    job = sheet_work.ask_window(owner, office.window_id, READER)
    assert sheet_work.ask_window(owner, office.window_id, READER).id == job.id
    other = sheet_work.ask_window(office.caller("admin", CLOSES), office.window_id, READER)
    assert other.id != job.id
    assert sheet_work.sheet_of(owner, job.public_id).id == job.id
    with pytest.raises(NotFound):
        sheet_work.sheet_of(office.caller("admin", CLOSES), job.public_id)
    with pytest.raises(NotFound):
        sheet_work.table_of(office.session, job)  # not ready
    work = sheet_work.SheetWork(office.session, CLOSES, job)
    done = []
    while (part := work.read(office.session)) is not None:
        done.append(part.done)
        if part.write is not None:
            part.write(office.session, CLOSES)
    assert done == [1, 1] and work.result(office.session)["rows"] == 5
