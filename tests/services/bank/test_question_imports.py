"""Question imports: staged row by row beside their twins, mended, until somebody confirms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from learnapp.db.bank import staged_questions
from learnapp.db.bank.staged_questions import RowFilter
from learnapp.domain.files.imports import ImportKind, JobState
from learnapp.services.bank import banks, question_entry, question_imports
from learnapp.services.bank.question_imports import FileRead, Staging
from learnapp.services.files import file_reading, staged_imports
from question_bank.editing import to_fields
from question_bank.formats import read
from question_bank.model import question_from_json, question_to_json
from tests.services.bank.question_files import TEXT, WHOLE, kept_file, staged
from tests.services.refusals import refused
from tests.small_office import NOW


@pytest.fixture
def bank(office):
    """A bank of its own for what comes in."""
    return banks.add_bank(office.caller(), office.unit_id, "新题库", "public")


def _rows(office, job, **wanted):
    return staged_questions.rows_of(office.session, job.id, RowFilter(**wanted), 1, 50)[0]


def test_whole_records_are_taken_and_doubtful_ones_left(office, bank):
    job = staged(office, bank)
    assert (job.state, job.counts) == (JobState.STAGED, {"ready": 1, "to_confirm": 1})
    assert [(row.outcome, row.decision) for row in _rows(office, job)] == [
        ("ready", "take"),
        ("to_confirm", "leave"),
    ]
    (trouble,) = question_imports.troubles_of(office.session, job, "zh")
    assert "乙应当" in trouble.raw


def test_a_twin_is_left_and_one_with_another_key_is_a_doubt(office, bank):
    question_entry.confirm(office.caller(), staged(office, bank).public_id)
    (same, _) = _rows(office, staged(office, bank))
    assert (same.decision, same.outcome, same.twin["in"], same.twin["same"]) == (
        "leave",
        "ready",
        "bank",
        True,
    )
    job = staged(office, bank, WHOLE.replace("答案：A", "答案：B"))
    (other,) = _rows(office, job, twin="same")
    assert (other.decision, other.outcome) == ("leave", "to_confirm")
    assert [each["code"] for each in other.reasons] == ["other_key_in_bank"]
    assert "甲应当" in str(question_imports.twins_of(office.session, [other])[other.ordinal])


def test_two_of_one_file_are_twins_too(office, bank):
    again = WHOLE.removeprefix("一、单选题\n").replace("1.", "2.")
    first, second = _rows(office, staged(office, bank, WHOLE + again))
    assert first.twin is None and (second.twin["in"], second.twin["of"]) == ("file", first.ordinal)
    assert (first.decision, second.decision) == ("take", "leave")


def test_a_record_that_is_not_whole_cannot_be_taken_until_it_is_mended(office, bank):
    job = staged(office, bank)
    caller, row = office.caller(), _rows(office, job, outcome="to_confirm")[0]
    with refused("record_incomplete"):
        question_imports.decide(caller, job.public_id, row.ordinal, True)
    assert question_imports.decide_all(caller, job.public_id, RowFilter(), True) == 0
    fields = to_fields(row.record)
    still = question_imports.amend(caller, job.public_id, row.ordinal, fields)
    assert still.reasons and row.decision == "leave"
    whole = replace(fields, answer="B")
    mended = question_imports.amend(caller, job.public_id, row.ordinal, whole)
    assert not mended.reasons and (row.outcome, row.decision) == ("ready", "take")
    assert question_entry.confirm(office.caller(), job.public_id).counts["added"] == 2


def test_many_are_left_and_filed_at_once(office, bank):
    job, caller = staged(office, bank), office.caller()
    assert (
        question_imports.decide_all(caller, job.public_id, RowFilter(decision="take"), False) == 1
    )
    assert (
        question_imports.set_category(caller, job.public_id, RowFilter(type="single"), ["刑法"])
        == 2
    )
    office.session.flush()
    assert {tuple(row.record["category"]) for row in _rows(office, job)} == {("刑法",)}
    counts = staged_questions.counts_of(office.session, job.id)
    assert sum(counts.values()) == 2 and {decision for _, _, decision, _ in counts} == {"leave"}
    with refused("import_row_unknown"):
        question_imports.decide(caller, job.public_id, 99, False)


def test_a_cancelled_reading_stages_nothing_more(office, bank):
    job, session = question_imports.begin(office.caller(), bank, kept_file(office)), office.session
    staging = Staging(question_imports.known_of(session, bank.id))
    records = read(TEXT.encode(), "题.txt").records
    assert file_reading.add_rows(session, job.id, staging.rows(records[:1]))
    staged_imports.cancel(office.caller(), job.public_id, ImportKind.QUESTIONS)
    assert not file_reading.add_rows(session, job.id, staging.rows(records[1:]))
    assert not question_imports.finish(session, job.id, FileRead([], "text", {}))
    file_reading.refuse(session, NOW, job.id, "broken_file", {})
    assert job.state == JobState.CANCELLED


def test_a_staged_record_is_the_question_itself(office, bank):
    (row,) = _rows(office, staged(office, bank, WHOLE))
    assert question_to_json(question_from_json(row.record)) == row.record
    assert question_imports.is_whole(row.record)
