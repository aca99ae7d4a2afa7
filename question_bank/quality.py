"""The quality of a bank as a whole: figures that no single question shows, each with its limit.

What is measured is what lets a candidate score without knowledge (position, length, absolute words),
what keeps a reader from learning (no explanation, no source, long sentences), and repetition.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import Any, Generic, TypeVar

from question_bank.content import Media
from question_bank.duplicates import DuplicateIndex, known
from question_bank.kinds import CHOICES, QuestionType
from question_bank.model import ChoiceKey, Question
from question_bank.options import letter_of
from question_bank.sources import laws_in
from question_bank.text_normalise import fold

ENOUGH = 20
"""Questions from which a share is judged; fewer prove nothing."""
LENGTH_SHARE = 0.35
"""The most questions of a type whose right options may all be the longest (or the shortest)."""
SPREAD = 2.5
"""How many times as long as the shortest option of a question the longest may be."""
SENTENCE = 40
"""The most characters that a sentence may have on average: the reading level of a bank."""
LONG_SENTENCE = 120
"""The most characters that any one sentence may have."""
_EXPECTED = 5  # below this expected count chi-squared does not hold
_Z = 2.326  # the normal quantile of 1 %: an even bank fails a test once in a hundred
_SENTENCES = re.compile(r"[。！？!?；;\n]+")
_ABSOLUTE = re.compile(
    "一律|绝对|完全|必然|必定|永远|从不|从来|毫无|无一例外|任何情况下|一概|全都|百分之百|所有情形"
)
# 以上都对, 上述说法均不正确, A和B, AC都对: it says nothing once the options stand in another order.
_OF_OTHERS = re.compile(
    r"^(?:以上|上述|前述|前[一二两三四五]+项)\S{0,4}(?:都|均|皆|全)\S{0,6}$"
    r"|^[A-H](?:[、,，和与及][A-H])+(?:项|选项|(?:都|均|皆|全)\S{0,4})?$"
    r"|^[A-H]{2,}(?:项|选项)?(?:都|均|皆|全)\S{0,4}$"
    r"|^(?:all|none|both) of (?:the )?(?:above|these)\b",
    re.IGNORECASE,
)

Name = TypeVar("Name", bound=Hashable)


class QualityVerdict(StrEnum):
    """Whether a figure keeps its limit; `FEW` where there is too little to judge."""

    MET = "met"
    BROKEN = "broken"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a bank: a code and parameters for `messages.message`, and the verdict."""

    code: str
    params: dict[str, Any]
    verdict: QualityVerdict


@dataclass(frozen=True, slots=True)
class Fault(Generic[Name]):
    """What is wrong with one question, by the name that it was given under."""

    name: Name
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quality(Generic[Name]):
    """Every figure of a bank, and the questions to mend."""

    figures: tuple[Figure, ...]
    faults: tuple[Fault[Name], ...]

    @property
    def met(self) -> bool:
        """Whether no limit is broken."""
        return all(each.verdict is not QualityVerdict.BROKEN for each in self.figures)


def measure(named: Sequence[tuple[Name, Question]]) -> Quality[Name]:
    """The figures of these questions and the faults of single ones; names need only differ."""
    questions = [question for _, question in named]
    figures = [_positions(questions), _truths(questions)]
    figures += [_lengths(questions, kind, code) for code in _CLUES for kind in _WITH_OPTIONS]
    figures.append(_absolute(questions))
    faults: list[Fault[Name]] = []
    for code, find in _FAULTS:
        found = [Fault(name, code, params) for name, each in named for params in find(each)]
        figures.append(_none(code, len(found)))
        faults += found
    near = _near(named)
    figures += [_none("quality_near", len(near)), _reading(questions)]
    return Quality(tuple(figures), tuple(faults + near))


def chi_squared_limit(freedom: int) -> float:
    """The value that chi-squared exceeds by chance once in a hundred (Wilson and Hilferty, 1931)."""
    part = 2 / (9 * freedom)
    return freedom * (1 - part + _Z * sqrt(part)) ** 3


def sentence_lengths(texts: Iterable[str]) -> list[int]:
    """Characters of each sentence, punctuation left out; a semicolon or a line ends one too."""
    lengths = (len(fold(each)) for text in texts for each in _SENTENCES.split(text))
    return [each for each in lengths if each]


_WITH_OPTIONS = (QuestionType.SINGLE, QuestionType.MULTIPLE)


def _positions(questions: Iterable[Question]) -> Figure:
    """Where the right options are, against the same number at each position."""
    found: Counter[int] = Counter()
    expected: defaultdict[int, float] = defaultdict(float)
    for each in questions:
        if each.type not in _WITH_OPTIONS or not isinstance(each.key, ChoiceKey):
            continue
        right = each.key.right_ids
        found.update(n for n, option in enumerate(each.options) if option.id in right)
        for place in range(len(each.options)):
            expected[place] += len(right) / len(each.options)
    places = [each for each in sorted(expected) if expected[each] >= _EXPECTED]
    values = {"counts": [f"{letter_of(each)} {found[each]}" for each in sorted(expected)]}
    pairs = [(found[each], expected[each]) for each in places]
    return _even("quality_positions", values, pairs)


def _truths(questions: Iterable[Question]) -> Figure:
    """How many statements are true and how many false, against half of each."""
    right = [
        "true" in each.key.option_ids
        for each in questions
        if each.type is QuestionType.TRUE_FALSE
        and isinstance(each.key, ChoiceKey)
        and not each.key.others
    ]
    true, half = sum(right), len(right) / 2
    values = {"true": true, "false": len(right) - true}
    pairs = [(true, half), (len(right) - true, half)] if half >= _EXPECTED else []
    return _even("quality_truths", values, pairs)


def _even(code: str, values: dict[str, Any], pairs: Sequence[tuple[int, float]]) -> Figure:
    """The figure of found and expected counts, by chi-squared."""
    if len(pairs) < 2:
        return Figure(code, values | {"chi": "—", "limit": "—"}, QualityVerdict.FEW)
    chi = sum((found - wanted) ** 2 / wanted for found, wanted in pairs)
    limit = chi_squared_limit(len(pairs) - 1)
    values = values | {"chi": f"{chi:.2f}", "limit": f"{limit:.2f}"}
    return Figure(code, values, _verdict(chi <= limit))


_CLUES: dict[str, Callable[[list[int], list[int]], bool]] = {
    "quality_longest": lambda right, wrong: min(right) > max(wrong),
    "quality_shortest": lambda right, wrong: max(right) < min(wrong),
}


def _lengths(questions: Iterable[Question], kind: QuestionType, code: str) -> Figure:
    """How many questions of a type are solved by taking the longest options (or the shortest)."""
    parts = [_parted(each) for each in questions if each.type is kind]
    judged = [(right, wrong) for right, wrong in parts if right and wrong]
    solved = sum(_CLUES[code](right, wrong) for right, wrong in judged)
    share = solved / len(judged) if judged else 0.0
    values = {"type": str(kind), "count": solved, "of": len(judged)}
    values |= {"share": f"{100 * share:.0f}", "limit": f"{100 * LENGTH_SHARE:.0f}"}
    enough = len(judged) >= ENOUGH
    return Figure(code, values, _verdict(share <= LENGTH_SHARE) if enough else QualityVerdict.FEW)


def _parted(question: Question) -> tuple[list[int], list[int]]:
    """The lengths of the right and of the wrong options; none where an option has a picture."""
    parts: tuple[list[int], list[int]] = ([], [])
    if not isinstance(question.key, ChoiceKey) or question.type not in _WITH_OPTIONS:
        return parts
    for option in question.options:
        if any(isinstance(piece, Media) for piece in option.content.pieces):
            return ([], [])
        wrong = option.id not in question.key.right_ids
        parts[wrong].append(len(fold(option.content.plain)))
    return parts


def _absolute(questions: Iterable[Question]) -> Figure:
    """Whether absolute words (一律, 绝对 …) mark the wrong statements.

    The wrong ones among the options and statements that have such a word are compared with the
    share of wrong ones among all; the limit is what chance alone exceeds once in a hundred.
    """
    stated = [pair for each in questions for pair in _statements(each)]
    carriers = [right for text, right in stated if _ABSOLUTE.search(text)]
    share = sum(not right for _, right in stated) / len(stated) if stated else 0.0
    expected = share * len(carriers)
    limit = expected + _Z * sqrt(expected * (1 - share))
    wrong = sum(not right for right in carriers)
    values: dict[str, Any] = {"of": len(carriers), "wrong": wrong}
    values |= {"expected": f"{expected:.1f}", "limit": f"{limit:.1f}"}
    few = len(carriers) < _EXPECTED
    return Figure(
        "quality_absolute", values, QualityVerdict.FEW if few else _verdict(wrong <= limit)
    )


def _statements(question: Question) -> Iterable[tuple[str, bool]]:
    """What a choice states, and whether it is right: each option, or the stem of a true/false."""
    if not isinstance(question.key, ChoiceKey):
        return
    if question.type is QuestionType.TRUE_FALSE:
        yield question.stem.plain, "true" in question.key.right_ids
    elif question.type in CHOICES:
        for option in question.options:
            yield option.content.plain, option.id in question.key.right_ids


def _spread(question: Question) -> list[dict[str, Any]]:
    right, wrong = _parted(question)
    lengths = right + wrong
    if not lengths or max(lengths) <= SPREAD * min(lengths):
        return []
    return [{"shortest": min(lengths), "longest": max(lengths), "limit": SPREAD}]


def _of_others(question: Question) -> list[dict[str, Any]]:
    if question.type not in _WITH_OPTIONS:
        return []
    texts = (option.content.plain.strip(" 。．.") for option in question.options)
    return [{"option": each} for each in texts if _OF_OTHERS.match(each)][:1]


def _unexplained(question: Question) -> list[dict[str, Any]]:
    return [{}] if question.explanation.is_empty else []


def _unsourced(question: Question) -> list[dict[str, Any]]:
    return [] if question.source.strip() else [{}]


def _undated(question: Question) -> list[dict[str, Any]]:
    """An article without the year of its text: laws change, and nobody could check the question."""
    undated = [each for each in laws_in(question.source) if each.is_undated]
    return [{"law": undated[0].law}] if undated else []


def _long_winded(question: Question) -> list[dict[str, Any]]:
    longest = max(sentence_lengths(_prose(question)), default=0)
    return [{"longest": longest, "limit": LONG_SENTENCE}] if longest > LONG_SENTENCE else []


_FAULTS: tuple[tuple[str, Callable[[Question], list[dict[str, Any]]]], ...] = (
    ("quality_spread", _spread),
    ("quality_of_others", _of_others),
    ("quality_unexplained", _unexplained),
    ("quality_unsourced", _unsourced),
    ("quality_undated", _undated),
    ("quality_long_sentence", _long_winded),
)


def _near(named: Iterable[tuple[Name, Question]]) -> list[Fault[Name]]:
    """The questions that are the same as an earlier one, or nearly."""
    twins: DuplicateIndex[Name] = DuplicateIndex()
    found = []
    for name, question in named:
        own = known(name, question)
        twin = twins.of(own)
        if twin is not None:
            values = {"other": twin.name, "likeness": twin.likeness}
            found.append(Fault(name, "quality_near", values))
        twins.add(own)
    return found


def _reading(questions: Iterable[Question]) -> Figure:
    """The reading level: how many characters a sentence has on average."""
    lengths = sentence_lengths(text for each in questions for text in _prose(each))
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    values = {"mean": f"{mean:.1f}", "limit": SENTENCE, "sentences": len(lengths)}
    enough = len(lengths) >= ENOUGH
    return Figure(
        "quality_reading", values, _verdict(mean <= SENTENCE) if enough else QualityVerdict.FEW
    )


def _prose(question: Question) -> list[str]:
    """What is read as sentences: passage, stem and explanation."""
    passage = [question.passage.plain] if question.passage else []
    return [*passage, question.stem.plain, question.explanation.plain]


def _none(code: str, count: int) -> Figure:
    """The figure of faults of which there may be none; its sentence is `code` with `_count`."""
    return Figure(f"{code}_count", {"count": count}, _verdict(count == 0))


def _verdict(met: bool) -> QualityVerdict:
    return QualityVerdict.MET if met else QualityVerdict.BROKEN
