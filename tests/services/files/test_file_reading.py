"""Files read in the background: begun three times at most, staged part by part, given up when cancelled."""

from __future__ import annotations

from sqlalchemy import select

from learnapp.db.files import imports
from learnapp.db.files.models import ImportRow
from learnapp.domain.files.imports import MOST_ATTEMPTS, ImportKind, JobState
from learnapp.services.files import file_reading, staged_imports
from learnapp.services.files.staged_imports import NewFile
from tests.small_office import NOW

KIND = ImportKind.ROSTER


def _waiting(office):
    caller = office.caller()
    file = staged_imports.keep_file(caller, office.unit_id, NewFile("0" * 64, 9, "名.xlsx", "x"))
    return staged_imports.new_job(caller, KIND, file, JobState.READING)


def _row(ordinal):
    empty = {"place": {}, "reasons": [], "record": {}, "raw": ""}
    return {"ordinal": ordinal, "outcome": "ready", "decision": "take", **empty}


def _staged(office, job):
    return office.session.scalars(select(ImportRow.ordinal).where(ImportRow.job_id == job.id)).all()


def test_a_file_is_given_up_after_three_attempts(office):
    job = _waiting(office)
    (waiting,) = imports.files_to_read(office.session, KIND)
    assert (waiting.job_id, waiting.bank_id, waiting.name) == (job.id, None, "名.xlsx")
    assert imports.files_to_read(office.session, ImportKind.QUESTIONS) == []
    tries = [file_reading.begin_reading(office.session, NOW, job.id) for _ in range(5)]
    assert tries == [True] * MOST_ATTEMPTS + [False] * 2
    assert (job.state, job.settings["refused"]["code"]) == (JobState.REFUSED, "gave_up")
    assert imports.files_to_read(office.session, KIND) == []


def test_a_cancelled_reading_stages_nothing_more_and_is_not_refused(office):
    job, session = _waiting(office), office.session
    assert file_reading.add_rows(session, job.id, [_row(1)])
    staged_imports.cancel(office.caller(), job.public_id, KIND)
    assert not file_reading.add_rows(session, job.id, [_row(2)])
    file_reading.refuse(session, NOW, job.id, "broken_file", {})
    assert job.state == JobState.CANCELLED and _staged(office, job) == [1]


def test_a_reading_that_begins_again_forgets_the_rows_of_the_one_before(office):
    job = _waiting(office)
    file_reading.add_rows(office.session, job.id, [_row(1), _row(2)])
    file_reading.start_over(office.session, job.id, 7)
    office.session.refresh(job)
    assert job.total == 7 and _staged(office, job) == []
