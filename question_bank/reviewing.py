"""Second readings: what another reader answered without seeing the key, against the key as it is now.

A folder of questions keeps them in `reviews/*.yaml`: `read_on`, how many were `mended` and `dropped`, and
`answers` by the mark of a question: letters for choices, T or F for statements, a list for blanks, `read` for
a short answer.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from question_bank import content as contents
from question_bank.kinds import QuestionType
from question_bank.marking import mark
from question_bank.messages import message
from question_bank.model import BlankResponse, ChoiceResponse, Question, Response, TextKey
from question_bank.options import LETTERS

FOLDER = "reviews"


@dataclass(frozen=True, slots=True)
class SecondReading:
    """One reader's work: the answers by `mark_of`, and what came of what was found."""

    answers: Mapping[str, Any]
    mended: int = 0
    dropped: int = 0


@dataclass(slots=True)
class CategoryReview:
    """The questions of a category, and how far they were read a second time."""

    types: Counter[str] = field(default_factory=Counter)
    difficulties: Counter[int] = field(default_factory=Counter)
    answered: int = 0
    agreed: int = 0
    read: int = 0
    differing: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Questions in all."""
        return self.types.total()


def second_readings(folder: Path) -> list[SecondReading]:
    """The second readings that a folder of questions keeps, in the order of their names."""
    found = []
    for file in sorted((folder / FOLDER).glob("*.yaml")):
        kept = yaml.safe_load(file.read_bytes())
        found.append(SecondReading(kept["answers"], kept["mended"], kept["dropped"]))
    return found


def mark_of(question: Question) -> str:
    """A short mark of what a reader is asked: passage, stem and options in order; the key is no part."""
    passage = None if question.passage is None else contents.to_json(question.passage)
    options = [contents.to_json(each.content) for each in question.options]
    asked = [passage, contents.to_json(question.stem), options]
    text = json.dumps(asked, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def review(
    questions: Sequence[Question], readings: Sequence[SecondReading]
) -> dict[str, CategoryReview]:
    """By first category: what there is, and what of it was answered as the key has it.

    A question that was changed after its reading counts as unread.
    """
    answers = {name: given for each in readings for name, given in each.answers.items()}
    found: defaultdict[str, CategoryReview] = defaultdict(CategoryReview)
    for question in questions:
        its = found[question.category[0] if question.category else ""]
        its.types[question.type] += 1
        its.difficulties[question.difficulty or 0] += 1
        given = answers.get(mark_of(question))
        if given is None:
            continue
        its.read += 1
        if isinstance(question.key, TextKey):
            continue
        its.answered += 1
        if mark(question.type, question.key, _response(question, given), 100).right:
            its.agreed += 1
        else:
            its.differing.append(question.stem.plain)
    return dict(found)


def review_lines(
    found: Mapping[str, CategoryReview], readings: Sequence[SecondReading], language: str = "zh"
) -> Iterator[str]:
    """A line for each category, one for all, and one for each question answered otherwise."""
    for name, each in [*found.items(), (message("review_all", {}, language), _sum(found))]:
        types = [f"{message(f'review_type_{t}', {}, language)} {n}" for t, n in each.types.items()]
        levels = [f"{level}×{n}" for level, n in sorted(each.difficulties.items())]
        counts = {"types": types, "levels": levels, "total": each.total, "read": each.read}
        counts |= {"answered": each.answered, "agreed": each.agreed}
        yield message("review_category", {"name": name, **counts}, language)
    told = {
        "mended": sum(each.mended for each in readings),
        "dropped": sum(each.dropped for each in readings),
    }
    yield message("review_outcome", told, language)
    for each in found.values():
        for stem in each.differing:
            yield message("review_differing", {"stem": stem}, language)


def _sum(found: Mapping[str, CategoryReview]) -> CategoryReview:
    whole = CategoryReview()
    for each in found.values():
        whole.types += each.types
        whole.difficulties += each.difficulties
        whole.answered += each.answered
        whole.agreed += each.agreed
        whole.read += each.read
    return whole


def _response(question: Question, given: Any) -> Response:
    """What a reader wrote down, as a response."""
    if isinstance(given, list):
        return BlankResponse(tuple(map(str, given)))
    if question.type is QuestionType.TRUE_FALSE:
        return ChoiceResponse(frozenset({"true" if given == "T" else "false"}))
    ids = [each.id for each in question.options]
    return ChoiceResponse(frozenset(ids[LETTERS.index(letter)] for letter in given))
