"""考场用表: who is to sign, what the record says before and after, papers drawn and printed by unit."""

from __future__ import annotations

from datetime import date

import pytest

from learnapp.domain.core.errors import Forbidden
from learnapp.domain.exams.exams import VoidCause
from learnapp.services.exams import exam_papers, proctoring
from learnapp.services.exams.mark_sheets import SheetReader
from tests.services.conftest import EARLY
from tests.services.exams.steps import CLOSES

READER = SheetReader("zh", date(2026, 11, 27), "甲")


def _record(office, now, unit=None):
    table = exam_papers.room_record(office.caller("admin", now), office.window_id, unit, READER)
    return {row[0]: row[1] for row in table.rows}


def test_the_list_to_sign_has_everybody_expected_by_unit_without_marks(office):
    branch = office.add_branch()
    office.hand_in("officer")
    caller = office.caller("admin", EARLY)
    whole = exam_papers.sign_in_list(caller, office.window_id, None, READER)
    assert [row[3] for row in whole.rows] == [
        "admin",
        "head",
        "marker",
        "officer",
        "other",
        "local",
    ]
    assert {row[4:] for row in whole.rows} == {("", "")} and whole.below[0].startswith("应到 6 人")
    one = exam_papers.sign_in_list(caller, office.window_id, branch, READER)
    assert [row[3] for row in one.rows] == ["local"] and one.about.startswith("东城分局")
    with pytest.raises(Forbidden):
        exam_papers.sign_in_list(office.caller("officer"), office.window_id, None, READER)


def test_the_record_is_left_open_until_the_window_is_over_and_then_names_who_was_missing(office):
    public_id = office.hand_in("officer")
    office.hand_in("other")
    proctoring.void(office.caller("admin", EARLY), public_id, "夹带", VoidCause.MISCONDUCT)
    before, after = _record(office, EARLY), _record(office, CLOSES)
    assert before["应考"] == after["应考"] == "5 人" and before["缺考"].strip() == "人"
    assert after["实考"] == "1 人" and after["违纪"] == "1 人：officer甲"
    assert after["缺考"] == "3 人：admin甲、head甲、marker甲"
    assert after["监考员（一）签字"] == after["监考员（二）签字"] == ""


def test_papers_are_drawn_for_a_unit_once_and_printed_together_without_ones_own(office):
    office.hand_in("officer")
    caller = office.caller("admin", EARLY)
    people = exam_papers.to_draw(caller, office.window_id, office.unit_id)
    assert sorted(people) == sorted(office.staff[each] for each in ("head", "marker", "other"))
    for _again in range(2):
        for person_id in people:
            exam_papers.draw(caller, office.window_id, person_id, "5eed")
    assert exam_papers.to_draw(caller, office.window_id, office.unit_id) == []
    found = exam_papers.papers(caller, office.window_id, office.unit_id)
    assert [each.name for each in found] == ["head甲", "marker甲", "other甲"]
    assert all(each.places for each in found)
    with pytest.raises(Forbidden):
        exam_papers.draw(caller, office.window_id, office.staff["admin"], "5eed")
