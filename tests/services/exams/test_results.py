"""成绩: who was expected, sat and passed, in the order of units and names, and what questions yielded."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.exams.models import Exam, ExamWindow
from learnapp.db.exams.open_papers import withheld_questions
from learnapp.db.operations.models import AuditEntry
from learnapp.domain.core.errors import Forbidden
from learnapp.domain.exams.answers import AnswerEvent
from learnapp.domain.exams.exams import ExamKind
from learnapp.domain.exams.mark_sheet import Grade, Remark
from learnapp.domain.exams.roll import RollState
from learnapp.services.exams import attempt_results, attempt_start, attempts, exams, results
from tests.services.conftest import EARLY
from tests.services.exams.steps import CLOSES


def _of_window(office, now=CLOSES, login="admin"):
    return results.of_window(office.caller(login, now), office.window_id)


def test_everybody_expected_has_a_row_by_name_and_who_did_not_sit_a_remark(office):
    office.session.get_one(Exam, office.exam_id).pass_mark = 0
    office.hand_in("other")
    office.hand_in("officer")
    found = _of_window(office)
    rows = {row.badge: row for row in found.rows}
    assert list(rows) == sorted(rows) == ["admin", "head", "marker", "officer", "other"]
    assert (rows["officer"].state, rows["officer"].line.grade) == (RollState.SAT, Grade.PASSED)
    assert rows["officer"].line.awarded == 0
    assert rows["head"].line.remark is Remark.ABSENT and rows["head"].line.awarded is None
    assert (found.totals.expected, found.totals.sat, found.totals.absent) == (5, 2, 3)
    assert found.totals.passed == 2 and sum(found.marks.counts) == 2


def test_what_was_handed_in_and_waits_for_a_marker_is_counted_as_unmarked(office):
    caller = office.caller("officer", EARLY)
    mine = attempt_start.start(caller, office.window_id, "5eed").public_id
    places = attempt_results.open_sheet(office.session, caller.actor, mine).places
    written = next(each.ordinal for each in places if each.type == "short_answer")
    attempts.submit(caller, mine, [AnswerEvent(str(uuid.uuid4()), 1, written, {"text": "依法"})])
    found = _of_window(office)
    (row,) = [row for row in found.rows if row.waits]
    assert (row.badge, row.line.grade) == ("officer", Grade.UNMARKED)
    assert found.totals.unmarked == 1 and found.totals.passed == 0


def test_questions_come_with_what_they_yielded_without_those_on_an_open_paper_of_the_reader(office):
    office.hand_in("officer")

    def questions():
        return results.questions_of(
            office.caller("admin", EARLY), office.window_id, 0, 50
        ).questions

    found = questions()
    assert len(found) == 10
    assert [each.share.permille for each in found] == sorted(each.share.permille for each in found)
    attempt_start.start(office.caller("admin", EARLY), office.window_id, "an0ther")
    left = {each.question_id for each in questions()}
    hidden = withheld_questions(office.session, office.caller("admin", EARLY).actor)
    assert left == {each.question_id for each in found} - hidden and len(left) < len(found)


def test_marks_are_read_by_whom_they_are_for_and_taking_them_out_is_recorded(office):
    with pytest.raises(Forbidden):
        _of_window(office, login="officer")
    results.record_export(office.caller(), office.exam_id, office.window_id, "xlsx")
    entry = office.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "marks.exported")
    ).one()
    assert (entry.subject_id, entry.detail) == (
        office.exam_id,
        {"window": office.window_id, "form": "xlsx"},
    )


def test_counts_by_unit_add_up_and_are_compared_with_the_last_window_of_the_kind(office):
    office.add_branch()
    office.hand_in("local")
    exam = office.session.get_one(Exam, office.exam_id)
    times = (CLOSES + timedelta(days=6), CLOSES + timedelta(days=7))
    plan = exams.ExamPlan("下一周", ExamKind.WEEKLY, timedelta(minutes=20), *times)
    made = exams.add_exam(office.caller(), exam.blueprint_id, plan)
    window = office.session.scalars(select(ExamWindow).where(ExamWindow.exam_id == made.id)).one()
    first = results.compared(office.caller(now=CLOSES), office.window_id)
    assert first.before is None
    assert [(each.now.expected, each.now.sat, each.now.absent) for each in first.units] == [
        (5, 0, 5),
        (1, 1, 0),
    ]
    assert (first.whole.now.expected, first.whole.now.sat) == (6, 1)
    then = results.compared(office.caller(now=times[1]), window.id)
    assert then.before[1].id == office.window_id
    assert [(each.now, each.before.expected) for each in then.units] == [(None, 5), (None, 1)]
