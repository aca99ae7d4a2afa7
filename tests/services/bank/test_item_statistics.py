"""Item statistics: what first sittings say of a question, counted by the marks as they are now."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy import select

from learnapp.db.bank.item_uses import to_look_at
from learnapp.db.bank.models import Bank
from learnapp.db.bank.reach import version_in_reach
from learnapp.db.exams.attempt_models import PaperQuestion
from learnapp.db.exams.models import Exam
from learnapp.domain.core.permissions import Permission
from learnapp.services.bank import item_statistics
from question_bank.statistics import Concern, concerns
from tests.small_office import NOW


@pytest.fixture
def bank(office):
    """The office's bank."""
    return office.session.scalars(select(Bank)).one()


@pytest.fixture
def one_is_enough(monkeypatch):
    """One use of a question is enough to speak against it."""
    monkeypatch.setattr(item_statistics, "concerns", partial(concerns, enough=1))


def _used(office, type_="single"):
    """The versions of a type that papers have."""
    wanted = select(PaperQuestion.version_id).where(PaperQuestion.type == type_)
    return set(office.session.scalars(wanted))


def _statistics(office, version_id):
    version = version_in_reach(office.caller(), version_id, Permission.BANK_READ)
    return item_statistics.of_version(office.session, version)


def test_a_question_that_nobody_met_has_no_statistics(office, bank):
    assert item_statistics.refresh(office.session, NOW, bank) == 0
    assert _statistics(office, 1).found.uses == 0 and _statistics(office, 1).concerns == []


@pytest.mark.usefixtures("one_is_enough")
def test_a_question_that_everybody_fails_is_to_be_looked_at(office, bank):
    for login in ("officer", "other", "head"):
        office.hand_in(login)
    used = _used(office)
    found = [_statistics(office, each) for each in used]
    assert sum(each.found.uses for each in found) == 3 * 2  # two of each type on a paper
    assert all(Concern.TOO_HARD in each.concerns for each in found)
    every = office.session.scalars(select(PaperQuestion.version_id).distinct()).all()
    assert item_statistics.refresh(office.session, NOW, bank) == len(every)
    assert used <= {each.version.id for each in to_look_at(office.session, bank.id, 99)}


@pytest.mark.usefixtures("one_is_enough")
def test_what_was_counted_is_kept_until_it_is_counted_again(office, bank):
    office.hand_in("officer")
    item_statistics.refresh(office.session, NOW, bank)
    office.hand_in("other")
    first = to_look_at(office.session, bank.id, 99)
    assert first and {each.figures.as_of for each in first} == {NOW}
    item_statistics.refresh(office.session, office.early, bank)
    again = to_look_at(office.session, bank.id, 99)
    assert {each.figures.as_of for each in again} == {office.early}


def test_a_question_that_was_used_a_few_times_is_not_spoken_against(office, bank):
    office.hand_in("officer")
    item_statistics.refresh(office.session, NOW, bank)
    assert to_look_at(office.session, bank.id, 99) == []


def test_a_second_sitting_says_nothing_of_how_hard_a_question_is(office):
    office.session.get_one(Exam, office.exam_id).tries = 2
    office.hand_in("officer")
    before = sum(_statistics(office, each).found.uses for each in _used(office))
    office.hand_in("officer")
    assert sum(_statistics(office, each).found.uses for each in _used(office)) == before == 2
