"""Practice in sets: what of a shelf is known, how a set went, what was answered before, favourites."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from learnapp.db.core.caller import Caller
from learnapp.db.practice import answers
from learnapp.db.practice.answers import FavouriteRow, ShelfRecall
from learnapp.db.practice.free_practice import CategoryFilter, PracticeCategory, some_unseen
from learnapp.db.practice.models import Favourite
from learnapp.domain.practice.levels import KEPT
from learnapp.domain.practice.notebook import Recall
from learnapp.services.exams import result_visibility
from learnapp.services.practice import notebook
from learnapp.services.practice.free_practice import (
    PracticeFeedback,
    feedback_of,
    free_to_practise,
    shown_again,
)
from question_bank.kinds import QuestionType


def recalls(caller: Caller) -> list[ShelfRecall]:
    """How the actor last answered what they practised, by bank and category."""
    return answers.last_recalls(caller.session, caller.actor.own_id())


@dataclass(frozen=True)
class QuestionToKeep:
    """A question for when there is no network; without a bank it is one of the notebook."""

    version_id: int
    bank_id: int | None


def to_keep(
    caller: Caller, due: notebook.Book, shelves: Sequence[PracticeCategory]
) -> list[QuestionToKeep]:
    """What a phone keeps of practice: the reviews that are due, then what was never practised of the
    first bank; no short answers, whose writers judge them by a reference that is not kept."""
    found = [
        QuestionToKeep(each.version_id, None)
        for each in due.due()
        if each.type != QuestionType.SHORT_ANSWER
    ][:KEPT]
    bank_id = next((each.bank_id for each in shelves if each.free), None)
    if bank_id is None or len(found) == KEPT:
        return found
    person_id = caller.actor.own_id()
    shelf = CategoryFilter(person_id, caller.now, bank_id, "")
    free = free_to_practise(caller.session, person_id, caller.now)
    fresh = some_unseen(caller.session, shelf, free, KEPT - len(found))
    return found + [QuestionToKeep(each, bank_id) for each in fresh]


@dataclass(frozen=True)
class SetSummary:
    """How the last answers in a row came: how many, how many right, and those that were not."""

    answered: int
    right: int
    wrong: list[PracticeFeedback]


def summary(caller: Caller, count: int) -> SetSummary:
    """How the actor's last answers went, of so many in a row."""
    rows = answers.last_answers(caller.session, caller.actor.own_id(), count)
    wrong = [each for each in rows if each.recall == Recall.WRONG]
    return SetSummary(len(rows), len(rows) - len(wrong), shown_again(caller, wrong))


@dataclass(frozen=True)
class MemorisePage:
    """A page of what the actor has answered before, each with its key, and how many there are."""

    questions: list[PracticeFeedback]
    total: int


def to_memorise(caller: Caller, shelf: tuple[int, str], page: int, size: int) -> MemorisePage:
    """背题: what was practised of a shelf (bank, category), each with the key that was shown after
    the answer; never what was not answered, its key would be early."""
    bank_id, category = shelf
    rows = answers.answered_on_shelf(caller.session, caller.actor.own_id(), bank_id, category)
    return MemorisePage(shown_again(caller, rows[(page - 1) * size : page * size]), len(rows))


def is_favourite(caller: Caller, question_id: int) -> bool:
    """Whether the actor marked the question."""
    return answers.favourite(caller.session, caller.actor.own_id(), question_id) is not None


def set_favourite(caller: Caller, answer_id: int, wanted: bool) -> None:
    """Mark the question of one's own answer, or take the mark away; a repeat changes nothing.

    Raises NotFound for anybody else's answer, Conflict while the question is on an open paper.
    """
    question_id = feedback_of(caller, answer_id).answer.question_id
    person_id = caller.actor.own_id()
    row = answers.favourite(caller.session, person_id, question_id)
    if wanted and row is None:
        mark = Favourite(person_id=person_id, question_id=question_id, added_at=caller.now)
        caller.session.add(mark)
    if not wanted and row is not None:
        caller.session.delete(row)
    caller.session.flush()


def favourites(caller: Caller) -> list[FavouriteRow]:
    """The questions that the actor marked, without those on a paper that they have not handed in."""
    session, person_id = caller.session, caller.actor.own_id()
    own = result_visibility.own(session, person_id, caller.now)
    rows = answers.favourites_of(session, person_id)
    return [each for each in rows if each.question_id not in own.unfinished]
