"""How far a staged import has come."""

from __future__ import annotations

from learnapp.domain.files.imports import UNENDED, JobState


def test_an_import_ends_by_being_done_or_cancelled_and_no_other_way():
    assert set(JobState) - set(UNENDED) == {JobState.DONE, JobState.CANCELLED}
