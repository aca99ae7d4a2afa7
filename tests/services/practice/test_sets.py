"""Practice in sets: levels, how a set went, what was answered before, favourites."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from learnapp.db.bank.models import QuestionVersion
from learnapp.db.practice.models import PracticeAnswer
from learnapp.domain.core.errors import NotFound
from learnapp.services.practice import free_practice, notebook, sets
from learnapp.services.practice.free_practice import GivenAnswer
from question_bank.kinds import QuestionType
from tests.small_office import NOW


def _practise(office, count):
    """Answer so many single choices with their first option; the answers' ids."""
    caller, rng, found = office.caller("officer"), random.Random(5), []
    while len(found) < count:
        version = free_practice.next_to_practise(caller, rng, 1, "")
        event = str(uuid.UUID(int=rng.getrandbits(128)))
        asked = free_practice.ask(caller, version, event)
        raw = {"options": asked.option_order[:1]}
        if asked.version.type == "fill_blank":
            raw = {"blanks": ["甲"] * asked.blanks}
        own = free_practice.Recall.WRONG if asked.version.type == "short_answer" else None
        raw = {"text": "答"} if own else raw
        found.append(free_practice.answer(caller, asked, event, GivenAnswer(raw, own)))
    return found


def test_a_set_is_summed_up_by_its_last_answers_and_the_wrong_ones_are_shown(office):
    _practise(office, 4)
    found = sets.summary(office.caller("officer"), 3)
    assert found.answered == 3 and found.right + len(found.wrong) == 3
    assert sum(each.questions for each in sets.recalls(office.caller("officer"))) == 4
    assert sets.recalls(office.caller("other")) == []


def test_only_what_was_answered_is_there_to_memorise(office):
    assert sets.to_memorise(office.caller("officer"), (1, ""), 1, 10).total == 0
    _practise(office, 3)
    page = sets.to_memorise(office.caller("officer"), (1, ""), 1, 2)
    assert page.total == 3 and len(page.questions) == 2
    assert all(each.revision.key for each in page.questions)
    assert sets.to_memorise(office.caller("other"), (1, ""), 1, 10).total == 0


def test_a_favourite_is_marked_once_by_its_person_and_taken_away(office):
    (answer_id,) = _practise(office, 1)
    officer = office.caller("officer")
    question = office.session.get_one(PracticeAnswer, answer_id).question_id
    for wanted, count in ((True, 1), (True, 1), (False, 0), (False, 0)):
        sets.set_favourite(officer, answer_id, wanted)
        assert len(sets.favourites(officer)) == count
        assert sets.is_favourite(officer, question) is wanted
    with pytest.raises(NotFound):
        sets.set_favourite(office.caller("other"), answer_id, True)
    assert office.session.scalar(select(func.count()).select_from(PracticeAnswer)) == 1


def test_a_phone_keeps_what_is_due_then_what_is_new_and_no_short_answers(office):
    officer = office.caller("officer")
    shelves = free_practice.shelves(officer)
    new = sets.to_keep(officer, notebook.book(officer), shelves)
    assert len(new) == 10 and {each.bank_id for each in new} == {1}
    _practise(office, 12)
    later = office.caller("officer", NOW + timedelta(days=9))
    book = notebook.book(later)
    kept = sets.to_keep(later, book, free_practice.shelves(later))
    types = dict(office.session.execute(select(QuestionVersion.id, QuestionVersion.type)).all())
    assert {types[each.version_id] for each in kept} <= set(QuestionType) - {"short_answer"}
    due = [each.version_id for each in book.due() if each.type != "short_answer"]
    assert due and [each.version_id for each in kept if each.bank_id is None] == due[:10]
    answered = set(office.session.scalars(select(PracticeAnswer.version_id)))
    assert not answered & {each.version_id for each in kept if each.bank_id}
