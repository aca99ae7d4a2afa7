"""What other systems have no field for, as tags that their users can read: 难度:3, 来源:…"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from question_bank.formats.recognise.answers import as_letters
from question_bank.kinds import QuestionType
from question_bank.model import BlankKey, ChoiceKey, Question
from question_bank.options import in_letters, places_of

if TYPE_CHECKING:
    from question_bank.formats.exchange.structured import GivenQuestion

_DIFFICULTY, _SOURCE, _ANY_ORDER, _ALSO = "难度:", "来源:", "顺序不限", "也对:"


def tags_of(question: Question) -> list[str]:
    """The tags of a question: its difficulty, its source, blanks in any order, and each answer that
    is right beside the first, in letters (of 正确 and 错误 the second is B)."""
    tags = []
    if question.difficulty is not None:
        tags.append(f"{_DIFFICULTY}{question.difficulty}")
    if question.source:
        tags.append(f"{_SOURCE}{question.source}")
    if isinstance(question.key, BlankKey) and not question.key.ordered:
        tags.append(_ANY_ORDER)
    if isinstance(question.key, ChoiceKey) and question.key.others:
        ids = [each.id for each in question.options]
        tags += [f"{_ALSO}{each}" for each in in_letters(ids, question.key.others)]
    return tags


def take_tags(given: GivenQuestion, tags: Iterable[str]) -> None:
    """Put what the tags say into the question; tags that are not ours say nothing to us."""
    for tag in tags:
        if tag.startswith(_DIFFICULTY) and tag.removeprefix(_DIFFICULTY) in "12345":
            given.difficulty = int(tag.removeprefix(_DIFFICULTY) or 0) or None
        elif tag.startswith(_SOURCE):
            given.source = tag.removeprefix(_SOURCE)
        elif tag == _ANY_ORDER:
            given.ordered = False
        elif tag.startswith(_ALSO) and (also := as_letters(tag.removeprefix(_ALSO))):
            given.others |= {frozenset(places_of(also))}
    if given.type in (QuestionType.SINGLE, QuestionType.TRUE_FALSE):
        # Where a format can say that each of several is right, all of them stand in it.
        given.right = given.right.difference(*given.others) or given.right
