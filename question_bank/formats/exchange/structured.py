"""Records from formats that say what is what: nothing is recognised, everything is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank.content import EMPTY, Content, to_json
from question_bank.formats.recognise.answers import as_answers, as_truth, as_truths
from question_bank.formats.records import Outcome, Reason, Record, Where
from question_bank.kinds import QuestionType
from question_bank.model import (
    TRUE_FALSE_OPTIONS,
    BlankKey,
    Key,
    Question,
    TextKey,
    check,
    choice_key,
    key_to_json,
    make_options,
)
from question_bank.options import places_of

LONGEST_RAW = 4_000


@dataclass(slots=True)
class GivenQuestion:
    """One question as a format gives it: `type` is None for a kind that the library has not.

    `right` are the places (from 0) of the right options, `others` those of further answers that are
    just as right; `blanks` the accepted answers of each
    blank; `reference` and `points` the answer to a question in words.
    """

    where: Where
    type: QuestionType | None
    stem: Content = EMPTY
    options: Sequence[Content] = ()
    right: frozenset[int] = frozenset()
    others: frozenset[frozenset[int]] = frozenset()
    blanks: tuple[tuple[str, ...], ...] = ()
    ordered: bool = True
    reference: str = ""
    points: tuple[str, ...] = ()
    explanation: Content = EMPTY
    source: str = ""
    category: tuple[str, ...] = ()
    difficulty: int | None = None
    passage: Content | None = None
    raw: str = ""
    reasons: list[Reason] = field(default_factory=list)

    def doubt(self, code: str, **params: Any) -> None:
        """Give a reason why the record cannot be ready."""
        reason = Reason(code, params)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def take_letters(self, stated: str) -> None:
        """The right options from an answer in letters: `AB`, `A 或 C`; doubted if it is none."""
        found = as_answers(stated)
        if found is None:
            self.doubt("answer_not_letters", answer=stated[:40])
            return
        answers = [places_of(chosen) for chosen in found]
        for chosen, places in zip(found, answers, strict=True):
            if max(places) >= len(self.options):
                self.doubt("key_beyond_options", letters=chosen)
        self._take(answers)

    def take_truths(self, stated: str) -> bool:
        """The right side of a true/false question from an answer in words; whether it was one."""
        found = as_truths(stated)
        if found is not None:
            self._take([[0 if each else 1] for each in sorted(found, reverse=True)])
        return found is not None

    def _take(self, answers: Sequence[Sequence[int]]) -> None:
        self.right = frozenset(answers[0])
        self.others = frozenset(map(frozenset, answers[1:])) - {self.right}


def record_of(given: GivenQuestion) -> Record:
    """The record: ready if it is whole and nothing is doubted."""
    raw = given.raw[:LONGEST_RAW]
    if given.type is None:
        given.doubt("type_not_supported")
        return Record(
            given.where, Outcome.NOT_UNDERSTOOD, None, given.reasons, raw, _draft(given, None)
        )
    _see_true_false(given)
    question = _question(given, given.type)
    for problem in check(question):
        given.doubt(problem.code, **problem.params)
    if check(question):
        draft = _draft(given, question)
        return Record(given.where, Outcome.TO_CONFIRM, None, given.reasons, raw, draft)
    outcome = Outcome.TO_CONFIRM if given.reasons else Outcome.READY
    return Record(given.where, outcome, question, given.reasons, raw)


def _see_true_false(given: GivenQuestion) -> None:
    """A choice between true and false, in any words and order, is a true/false question."""
    if given.type is not QuestionType.SINGLE or len(given.options) != 2:
        return
    truths = [as_truth(each.plain) for each in given.options]
    if sorted(truths, key=str) != [False, True] or len(given.right) != 1:
        return
    given.type = QuestionType.TRUE_FALSE
    sides = {place: 0 if truth else 1 for place, truth in enumerate(truths)}
    given.right = frozenset(sides[each] for each in given.right)
    given.others = frozenset(frozenset(map(sides.__getitem__, each)) for each in given.others)


def _question(given: GivenQuestion, type_: QuestionType) -> Question:
    options = make_options(list(given.options))
    if type_ is QuestionType.TRUE_FALSE:
        options = TRUE_FALSE_OPTIONS
    key: Key
    if type_ is QuestionType.FILL_BLANK:
        key = BlankKey(given.blanks, given.ordered)
    elif type_ is QuestionType.SHORT_ANSWER:
        key = TextKey(given.reference, given.points)
    else:
        ids = [each.id for each in options]
        answers = [given.right, *given.others]
        key = choice_key([ids[n] for n in each if n < len(ids)] for each in answers)
    return Question(
        type=type_,
        stem=given.stem,
        options=options,
        key=key,
        explanation=given.explanation,
        source=given.source,
        category=given.category,
        difficulty=given.difficulty,
        passage=given.passage,
    )


def _draft(given: GivenQuestion, question: Question | None) -> dict[str, Any]:
    key = None if question is None else key_to_json(question.key)
    if key is not None and not any(key.values()):
        key = None
    options = question.options if question is not None else make_options(list(given.options))
    level = given.difficulty
    return {
        "type": None if given.type is None else str(given.type),
        "stem": to_json(given.stem),
        "options": [{"id": o.id, "content": to_json(o.content)} for o in options],
        "key": key,
        "said": "",
        "explanation": to_json(given.explanation),
        "source": given.source,
        "category": list(given.category),
        "difficulty": level if level in range(1, 6) else None,
        "passage": None if given.passage is None else to_json(given.passage),
    }
