"""我的学习档案: what holds of a person, a code for what it says, and the check by staff within reach."""

from __future__ import annotations

from random import Random

import pytest
from sqlalchemy import select

from learnapp.db.study.models import Completion, Item
from learnapp.domain.core.errors import Forbidden, NotFound
from learnapp.domain.exams.exams import Channel
from learnapp.services.study import completions, own_record
from learnapp.services.study.completions import NewCompletion
from tests.small_office import NOW


@pytest.fixture
def officer(office):
    """The officer, who completed the reading on paper."""
    item = office.session.scalars(select(Item.id).where(Item.portion_id.is_not(None))).one()
    new = NewCompletion(office.staff["officer"], item, Channel.PAPER, {}, "x")
    completions.complete(office.system(NOW), new)
    return office.caller("officer")


def test_the_record_says_what_holds_by_year(office, officer):
    found = own_record.own(officer, NOW.year)
    assert [(each.title, each.evidence, each.on_paper) for each in found.done] == [
        ("读物", "portion", True)
    ]
    assert found.stages[0].done == 1 and found.stages[0].owed == 2
    assert found.unit == "云岭市委政法委" and own_record.own(officer, 2001).done == []


def test_the_same_record_has_one_code_and_staff_check_what_it_said(office, officer):
    code = own_record.issue(officer, None, Random(1))
    assert own_record.issue(officer, None, Random(2)) == code
    checked = own_record.check(office.caller("admin"), code.lower())
    assert checked.unchanged and checked.row.summary["name"] == "officer甲"
    completion = office.session.scalars(select(Completion.id)).one()
    completions.withdraw(office.caller("admin"), completion, "没有读完")
    checked = own_record.check(office.caller("admin"), code)
    assert not checked.unchanged and checked.row.summary["done"]
    assert own_record.issue(officer, None, Random(3)) != code


def test_a_code_is_checked_within_reach_alone_and_a_print_is_its_persons(office, officer):
    code = own_record.issue(officer, None, Random(1))
    office.add_branch()
    for typed, login in ((code, "local"), ("AAAABBBBCCCC", "admin"), ("", "admin")):
        with pytest.raises(NotFound):
            own_record.check(office.caller(login), typed)
    with pytest.raises(Forbidden):
        own_record.check(office.caller("head"), code)
    assert own_record.own_print(officer, code).code == code
    with pytest.raises(NotFound):
        own_record.own_print(office.caller("other"), code)
