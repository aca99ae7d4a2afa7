"""What staff see of a person's learning: what is owed, what was completed, marks where they may."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from learnapp.db.study.models import Item
from learnapp.domain.exams.exams import Channel
from learnapp.services.people import postings
from learnapp.services.study import completions, record
from learnapp.services.study.completions import NewCompletion
from tests.services.refusals import refused


@pytest.fixture
def item(office):
    """The portion that the programme asks."""
    return office.session.scalars(select(Item.id).where(Item.portion_id.is_not(None))).first()


def _complete(office, item, source="x"):
    who = office.staff["officer"]
    return completions.complete(
        office.system(), NewCompletion(who, item, Channel.PAPER, {}, source)
    )


def _record(office, login="head", who="officer", page=1, size=9):
    caller = office.caller(login, office.early)
    return record.record_of(caller, office.staff[who], page, size)


def test_a_record_holds_what_is_owed_and_what_was_done_and_withdrawn(office, item):
    made = _complete(office, item)
    completions.withdraw(office.caller("head"), made, "代学")
    found = _record(office)
    assert [each.title for each in found.owed] == ["周测", "读物"]
    assert [each.exam.title for each in found.exams] == ["周测"]
    (done,) = found.done
    assert (done.completion.id, done.withdrawal.reason, found.total_done) == (made, "代学", 1)


def test_completions_come_by_pages(office, item):
    made = [_complete(office, item, source) for source in ("x", "y")]
    pages = [_record(office, page=page, size=1) for page in (1, 2)]
    assert {each.total_done for each in pages} == {2}
    assert sorted(each.done[0].completion.id for each in pages) == made


@pytest.mark.parametrize(("login", "sees"), [("admin", True), ("head", False)])
def test_marks_are_in_the_record_for_who_may_read_marks_alone(office, login, sees):
    office.hand_in("officer")
    marks = _record(office, login).marks
    assert (office.exam_id in marks) is sees
    if sees:
        awarded, full = marks[office.exam_id]
        assert awarded == 0 < full


def test_a_record_is_read_within_reach_also_of_who_has_left(office):
    office.add_branch()
    with refused("person_unknown"):
        _record(office, "local")
    with refused("forbidden"):
        _record(office, "marker")
    postings.retire(office.caller(), office.staff["officer"])
    assert _record(office).owed == []


def test_a_completion_is_looked_at_to_withdraw_it_as_its_persons_own(office, item):
    made, head = _complete(office, item), office.caller("head")
    person, done = record.completion_of(head, office.staff["officer"], made)
    assert (person.id, done.item.id) == (office.staff["officer"], item)
    with refused("completion_unknown"):
        record.completion_of(head, office.staff["other"], made)
