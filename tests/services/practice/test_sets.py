"""Practice in sets: levels, how a set went, what was answered before, favourites."""

from __future__ import annotations

import random
import uuid

import pytest
from sqlalchemy import func, select

from learnapp.db.practice.models import PracticeAnswer
from learnapp.domain.core.errors import NotFound
from learnapp.services.practice import free_practice, sets
from learnapp.services.practice.free_practice import GivenAnswer


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
