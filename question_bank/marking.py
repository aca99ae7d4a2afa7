"""Marking: a key and a response in, hundredths of a mark out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from question_bank.model import (
    BlankKey,
    BlankResponse,
    ChoiceKey,
    ChoiceResponse,
    Key,
    QuestionType,
    Response,
    TextKey,
    TextResponse,
)
from question_bank.text_normalise import fold


class MultipleRule(StrEnum):
    """How an incomplete answer to a multiple choice counts."""

    ALL_OR_NOTHING = "all_or_nothing"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Marked:
    """Hundredths awarded and whether it was wholly right; None waits for a person."""

    awarded: int | None
    right: bool | None


def mark(
    question_type: QuestionType,
    key: Key,
    response: Response | None,
    full: int,
    rule: MultipleRule = MultipleRule.ALL_OR_NOTHING,
) -> Marked:
    """The marks of a response, of `full` hundredths.

    No answer is worth nothing, for a short answer too, so that nobody is asked to read it.
    Raises TypeError when key and response are of different kinds.
    """
    if response is None:
        return Marked(0, False)
    match key, response:
        case ChoiceKey(), ChoiceResponse():
            if question_type is not QuestionType.MULTIPLE:
                rule = MultipleRule.ALL_OR_NOTHING
            return _choice(key.answers, response.option_ids, full, rule)
        case BlankKey(), BlankResponse():
            return _blanks(key, response.blanks, full)
        case TextKey(), TextResponse():
            return Marked(None, None) if response.text.strip() else Marked(0, False)
    raise TypeError(f"a {type(key).__name__} does not mark a {type(response).__name__}")


def _choice(
    answers: Collection[frozenset[str]], chosen: frozenset[str], full: int, rule: MultipleRule
) -> Marked:
    """Full marks for any of the right answers; by the partial rule half for a part of one."""
    if chosen in answers:
        return Marked(full, True)
    if rule is MultipleRule.PARTIAL and chosen and any(chosen < each for each in answers):
        return Marked(full // 2, False)
    return Marked(0, False)


def _blanks(key: BlankKey, given: Sequence[str], full: int) -> Marked:
    count = len(key.blanks)
    if count == 0:
        return Marked(0, False)
    accepted = [{fold(each) for each in answers if each.strip()} for answers in key.blanks]
    answers = [fold(each) for each in given[:count]]
    answers += [""] * (count - len(answers))
    share = full // count
    if key.ordered:
        hits = [bool(each) and each in good for each, good in zip(answers, accepted, strict=True)]
        awarded = share * sum(hits) + (full - share * count) * hits[-1]
        return Marked(awarded, all(hits))
    found = _best_assignment(answers, accepted)
    return Marked(full, True) if found == count else Marked(share * found, False)


def _best_assignment(answers: Sequence[str], accepted: Sequence[set[str]]) -> int:
    """The most blanks that can be satisfied when each answer counts for one blank."""
    holder: dict[int, int] = {}

    def place(answer: int, tried: set[int]) -> bool:
        for blank, good in enumerate(accepted):
            if not answers[answer] or answers[answer] not in good or blank in tried:
                continue
            tried.add(blank)
            if blank not in holder or place(holder[blank], tried):
                holder[blank] = answer
                return True
        return False

    return sum(place(answer, set()) for answer in range(len(answers)))
