"""Staged imports: left and taken up again, cancelled or done, by who may bring in such a thing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.db.files import imports as import_queries
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.services.files import staged_imports
from learnapp.services.files.staged_imports import Found, NewFile
from tests.services.refusals import refused
from tests.small_office import NOW

KIND = ImportKind.QUESTIONS


def _file(caller, unit_id, name="题库.docx"):
    return staged_imports.keep_file(caller, unit_id, NewFile("0" * 64, 9, name, "docx"))


def _row(number, outcome):
    return {
        "place": {"row": number},
        "outcome": outcome,
        "reasons": [],
        "record": {},
        "raw": f"第{number}行",
        "decision": "take",
    }


def _staged(office, outcomes=(), login="admin", unit_id=None, now=NOW):
    caller = office.caller(login, now)
    rows = [_row(number, outcome) for number, outcome in enumerate(outcomes, 1)]
    file = _file(caller, unit_id or office.unit_id)
    return staged_imports.stage(caller, KIND, file, Found(rows))


def _found(office, job, login="admin"):
    return staged_imports.job_in_reach(office.caller(login), job.public_id, KIND)


def test_an_import_counts_its_rows_by_outcome_and_gives_them_in_the_order_of_the_file(office):
    job = _staged(office, ("ready", "doubtful", "ready"))
    assert job.counts == {"ready": 2, "doubtful": 1}
    every = import_queries.rows_of(office.session, job)
    assert [each.raw for each in every] == ["第1行", "第2行", "第3行"]
    assert staged_imports.file_of(office.session, job).name == "题库.docx"


def test_an_import_is_for_who_may_bring_such_a_thing_into_its_unit(office):
    job = _staged(office)
    office.add_branch()
    assert _found(office, job) is job
    for login, code in (("local", "import_unknown"), ("head", "forbidden")):
        with refused(code):
            _found(office, job, login)
    with refused("import_unknown"):
        staged_imports.job_in_reach(office.caller(), job.public_id, ImportKind.READING)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.CANCELLED])
def test_what_has_ended_is_not_taken_up_again(office, state):
    job = _staged(office)
    assert staged_imports.take_staged(office.caller(), job.public_id, KIND) is job
    staged_imports.end(office.caller(), job, state)
    with refused("import_ended"):
        staged_imports.take_staged(office.caller(), job.public_id, KIND)


def test_an_import_can_be_cancelled_twice_but_not_once_it_is_done(office):
    job = _staged(office)
    staged_imports.cancel(office.caller(), job.public_id, KIND)
    ended_at = job.ended_at
    staged_imports.cancel(office.caller(now=NOW + timedelta(hours=1)), job.public_id, KIND)
    assert (job.state, job.ended_at) == (JobState.CANCELLED, ended_at)
    done = _staged(office)
    staged_imports.end(office.caller(), done, JobState.DONE)
    with refused("import_ended"):
        staged_imports.cancel(office.caller(), done.public_id, KIND)


def test_what_waits_is_listed_newest_first_within_reach_until_it_ends(office):
    branch = office.add_branch()
    first = _staged(office)
    second = _staged(office, login="local", unit_id=branch, now=NOW + timedelta(minutes=1))
    assert staged_imports.open_jobs(office.caller(), KIND) == [second, first]
    assert staged_imports.open_jobs(office.caller("local"), KIND) == [second]
    staged_imports.end(office.caller(), second, JobState.DONE)
    office.session.flush()
    assert staged_imports.open_jobs(office.caller(), KIND) == [first]


def test_the_pictures_that_came_with_an_import_are_those_of_its_own(office):
    job, other = _staged(office), _staged(office)
    staged_imports.keep_pictures(office.session, job, {"a" * 64: "image/png"})
    assert staged_imports.pictures_of(office.session, job) == {"a" * 64: "image/png"}
    assert staged_imports.pictures_of(office.session, other) == {}


def test_of_a_long_file_name_its_end_is_kept_with_the_ending(office):
    file = _file(office.caller(), office.unit_id, "长" * 300 + ".docx")
    assert len(file.name) == 200 and file.name.endswith("长.docx")
