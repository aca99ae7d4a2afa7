"""Portions as their reader has them: opened while asked, the place kept, completed once all was read
and the check is right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from learnapp.db.bank.models import KeyRevision
from learnapp.db.study.completions import standing_completion
from learnapp.db.study.models import Portion
from learnapp.domain.exams.rulings import Ruling
from learnapp.services.study import completions, portions
from tests.checks import ask_long_reading, put_check
from tests.services.refusals import refused
from tests.small_office import NOW

LATER = NOW + timedelta(hours=1)


class Reader:
    """The officer, who reads the one portion that is asked of them."""

    def __init__(self, office):
        self.office, self.now = office, NOW
        self.portion_id = office.session.scalars(select(Portion.id)).one()

    @property
    def caller(self):
        return self.office.caller("officer", self.now)

    def open(self):
        return portions.open_portion(self.caller, self.portion_id)

    def go_to(self, section):
        return portions.keep_place(self.caller, self.open(), section)

    def answer(self, options):
        return portions.answer_check(self.caller, self.open(), {"options": options})


@pytest.fixture
def reader(office):
    """The officer before anything is read."""
    return Reader(office)


@pytest.fixture
def options(office, reader):
    """The right option of the check that the portion has, and a wrong one."""
    right, wrong = put_check(office.session)
    return right, wrong[:1]


def test_a_portion_without_a_check_is_complete_when_its_last_section_was_reached(reader):
    assert [each.heading for each in reader.open().sections] == ["第1节", "第2节"]
    assert reader.go_to(0).done_at is None
    assert reader.go_to(1).done_at == NOW
    assert reader.go_to(0).place == 0 and reader.open().furthest == 1


def test_a_place_beyond_the_text_is_its_end_and_one_before_it_its_beginning(reader):
    assert reader.go_to(-5).place == 0
    assert reader.go_to(99).place == 1


def test_a_check_is_answered_right_before_its_portion_is_complete(reader, options):
    right, wrong = options
    assert reader.go_to(1).done_at is None
    tried = reader.answer(wrong)
    assert tried.done_at is None and not tried.checked and tried.answered.options == wrong
    assert reader.answer(right).done_at == NOW


def test_a_right_answer_is_final_and_only_then_is_said_why(office, reader, options):
    right, wrong = options
    assert portions.why_of(office.session, reader.answer(wrong)) is None
    assert portions.why_of(office.session, reader.answer(right)).answers == [right]
    assert reader.answer(wrong).answered.options == right
    assert portions.right_options(office.session, reader.portion_id) == right


@pytest.mark.usefixtures("options")
def test_a_check_that_is_void_is_asked_of_nobody_any_more(office, reader):
    version = office.session.get_one(Portion, reader.portion_id).check_version_id
    office.session.add(
        KeyRevision(
            version_id=version,
            number=2,
            key={},
            ruling=Ruling.VOID_OUT,
            reason="法条已改",
            recorded_at=NOW,
        )
    )
    office.session.flush()
    assert reader.open().check is None and reader.go_to(1).done_at == NOW


def test_what_was_withdrawn_is_read_and_answered_again(office, reader, options):
    right, _ = options
    reader.go_to(1)
    reader.answer(right)
    held = standing_completion(office.session, office.staff["officer"], reader.open().item.id)
    completions.withdraw(office.caller("head", LATER), held.id, "代学")
    reader.now = LATER + timedelta(hours=1)
    again = reader.open()
    assert (again.furthest, again.answered, again.done_at) == (-1, None, None)
    reader.go_to(1)
    assert reader.answer(right).done_at == reader.now


def test_who_is_not_asked_opens_nothing(office, reader):
    with refused("portion_unknown"):
        portions.open_portion(office.caller("root"), reader.portion_id)
    with refused("portion_unknown"):
        portions.open_portion(reader.caller, 0)


def test_after_a_portion_comes_the_next_of_its_reading_then_what_is_due(office, reader):
    ask_long_reading(office.session)
    of_long = office.session.scalars(
        select(Portion.id).where(Portion.id != reader.portion_id).order_by(Portion.ordinal)
    ).all()
    assert len(of_long) == 2
    first = portions.open_portion(reader.caller, of_long[0])
    assert portions.following(reader.caller, first).portion_id == of_long[1]
    last = portions.open_portion(reader.caller, of_long[1])
    assert portions.following(reader.caller, last).portion_id == reader.portion_id
    reader.go_to(1)
    assert portions.following(reader.caller, reader.open()).portion_id in of_long


def test_without_a_check_there_is_nothing_to_answer(office, reader):
    with refused("check_unknown"):
        reader.answer(["a"])
    with refused("check_unknown"):
        portions.right_options(office.session, reader.portion_id)
