"""From the parts of a question to a record: what is sure becomes ready, the rest says why not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from question_bank import content as contents
from question_bank.formats import answers
from question_bank.formats.lines import FORMULA, LOST_PICTURE, content_of, plain
from question_bank.formats.records import Outcome, Reason, Record, Where
from question_bank.kinds import CHOICES, QuestionType
from question_bank.model import (
    LETTERS,
    TRUE_FALSE_OPTIONS,
    BlankKey,
    ChoiceKey,
    Key,
    Option,
    Question,
    TextKey,
    check,
    make_options,
)

LONGEST_RAW = 4_000
_BRACKET = re.compile(
    r"[（(\[【]([\s　]*"
    r"(?:[A-HＡ-Ｈ](?:[\s　、,，;；/]*[A-HＡ-Ｈ])*|√|×|✓|✔|✗|✘|❌|对|错|正确|错误)"
    r"[\s　]*)[)）\]】]"
)
# A second set of options that got into the first: "3日,A：5日".
_MARK_INSIDE = re.compile(r"(?<![A-Za-z.])([A-H])\s*[.．:：]")
_EMPTY_BRACKET = re.compile(r"[（(][\s　]*[)）]")
_GAP = "（　　）"


@dataclass(slots=True)
class Parts:
    """The parts of one question as written, before anyone has judged them."""

    where: Where
    number: int = 0
    declared: QuestionType | None = None
    any_number: bool = False  # 不定项: one right option is as good as several
    stem: str = ""
    options: list[tuple[str, str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    explanation: str = ""
    points: tuple[str, ...] = ()
    source: str = ""
    category: tuple[str, ...] = ()
    difficulty: int | None = None
    passage: str = ""
    raw: str = ""
    reasons: list[Reason] = field(default_factory=list)

    def doubt(self, code: str, **params: Any) -> None:
        """Give a reason why the record cannot be ready."""
        reason = Reason(code, params)
        if reason not in self.reasons:
            self.reasons.append(reason)


def bracket_answers(stem: str) -> list[str]:
    """What stands in brackets of the stem and reads as an answer."""
    return [each.strip() for each in _BRACKET.findall(stem)]


def assemble(parts: Parts) -> Record:
    """The record of one question. Never guesses: what is missing or contradicts is a reason."""
    _take_bracket(parts)
    kind = _kind(parts)
    options = _options(parts, kind)
    stem = _stem(parts, kind)
    key = None if kind is None else _key(parts, kind, options, stem)
    question = None
    if kind is not None and key is not None:
        question = Question(
            type=kind,
            stem=content_of(stem, blanks=kind is QuestionType.FILL_BLANK),
            options=options,
            key=key,
            explanation=content_of(parts.explanation),
            source=plain(parts.source),
            category=parts.category,
            difficulty=parts.difficulty,
            passage=content_of(parts.passage) if parts.passage.strip() else None,
        )
        for problem in check(question):
            parts.doubt(problem.code, **problem.params)
            question = None
    _doubt_soft(parts, kind)
    return _record(parts, kind, options, stem, question)


def _record(
    parts: Parts,
    kind: QuestionType | None,
    options: tuple[Option, ...],
    stem: str,
    question: Question | None,
) -> Record:
    raw = plain(parts.raw)[:LONGEST_RAW]
    if question is not None:
        outcome = Outcome.TO_CONFIRM if parts.reasons else Outcome.READY
        return Record(parts.where, outcome, question, parts.reasons, raw)
    draft = {
        "type": None if kind is None else str(kind),
        "stem": contents.to_json(content_of(stem, blanks=kind is QuestionType.FILL_BLANK)),
        "options": [{"id": o.id, "content": contents.to_json(o.content)} for o in options],
        "key": None,
        "explanation": contents.to_json(content_of(parts.explanation)),
        "source": plain(parts.source),
        "category": list(parts.category),
        "difficulty": parts.difficulty,
        "passage": contents.to_json(content_of(parts.passage)) if parts.passage.strip() else None,
    }
    hopeless = not parts.stem.strip() or not (parts.options or parts.answers or kind)
    outcome = Outcome.NOT_UNDERSTOOD if hopeless else Outcome.TO_CONFIRM
    if not parts.reasons:
        parts.doubt("empty_stem" if not parts.stem.strip() else "no_answer")
    return Record(parts.where, outcome, None, parts.reasons, raw, draft)


def _take_bracket(parts: Parts) -> None:
    """Move an answer out of the stem's bracket, where the question would give it away."""
    if parts.declared in (QuestionType.FILL_BLANK, QuestionType.SHORT_ANSWER):
        return
    found = list(_BRACKET.finditer(parts.stem))
    if parts.options:
        found = [each for each in found if answers.as_letters(each.group(1)) is not None]
    else:
        truth = [e for e in found if answers.as_truth(e.group(1), sure=True) is not None]
        at_end = [e for e in truth if not parts.stem[e.end() :].strip(" 　。.；;\n")]
        found = truth if parts.declared is QuestionType.TRUE_FALSE else at_end
    if not found:
        return
    if len(found) > 1:
        parts.doubt("several_brackets", found=[each.group(1).strip() for each in found])
        return
    (only,) = found
    parts.answers.append(only.group(1).strip())
    parts.stem = parts.stem[: only.start()] + _GAP + parts.stem[only.end() :]


def _truths(parts: Parts) -> list[bool | None]:
    return [answers.as_truth(text) for _, text in parts.options]


def _kind(parts: Parts) -> QuestionType | None:
    """The type: as declared, or as it follows from options and answer without a doubt."""
    if parts.declared is not None:
        return parts.declared
    if len(parts.options) >= 2:
        if len(parts.options) == 2 and sorted(_truths(parts), key=str) == [False, True]:
            return QuestionType.TRUE_FALSE
        said = [answers.as_letters(each) for each in parts.answers]
        if said and said[0]:
            return QuestionType.SINGLE if len(said[0]) == 1 else QuestionType.MULTIPLE
        return None
    if parts.options or not parts.answers:
        return None
    if answers.as_truth(parts.answers[0], sure=True) is not None:
        return QuestionType.TRUE_FALSE
    if answers.as_letters(parts.answers[0]) is not None:
        return None
    if "__" in parts.stem:
        return QuestionType.FILL_BLANK
    parts.doubt("type_unknown")
    return QuestionType.SHORT_ANSWER


def _options(parts: Parts, kind: QuestionType | None) -> tuple[Option, ...]:
    if kind is QuestionType.TRUE_FALSE:
        if parts.options and (len(parts.options) != 2 or None in _truths(parts)):
            parts.doubt("options_not_true_false")
            return make_options([content_of(text) for _, text in parts.options])
        return TRUE_FALSE_OPTIONS
    marks = [letter for letter, _ in parts.options]
    hidden = [each for _, text in parts.options for each in _MARK_INSIDE.findall(text)]
    twice = sorted(letter for letter, count in Counter(marks + hidden).items() if count > 1)
    if twice:
        parts.doubt("duplicate_letters", letters="".join(twice))
    elif marks != list(LETTERS[: len(marks)]):
        parts.doubt("letters_out_of_order", letters="".join(marks))
    return make_options([content_of(text) for _, text in parts.options])


def _stem(parts: Parts, kind: QuestionType | None) -> str:
    if kind is QuestionType.FILL_BLANK and "__" not in parts.stem:
        return _EMPTY_BRACKET.sub("____", parts.stem)
    return parts.stem


def _key(parts: Parts, kind: QuestionType, options: tuple[Option, ...], stem: str) -> Key | None:
    said = [each for each in parts.answers if each.strip()]
    if not said and not (kind is QuestionType.SHORT_ANSWER and parts.points):
        parts.doubt("no_answer")
        return None
    if kind is QuestionType.FILL_BLANK:
        return _blank_key(parts, said, content_of(stem, blanks=True).blanks)
    if kind is QuestionType.SHORT_ANSWER:
        return TextKey(plain("\n".join(said)), parts.points)
    keys = [_choice_key(parts, kind, options, each) for each in said]
    if any(key is None for key in keys):
        return None
    if any(key != keys[0] for key in keys):
        parts.doubt("answers_differ", answers=[each[:40] for each in said])
        return None
    return keys[0]


def _choice_key(
    parts: Parts, kind: QuestionType, options: tuple[Option, ...], said: str
) -> ChoiceKey | None:
    if kind is QuestionType.TRUE_FALSE:
        return _truth_key(parts, said)
    marks = [letter for letter, _ in parts.options]
    chosen = answers.as_letters(plain(said))
    if chosen is None:
        parts.doubt("answer_not_letters", answer=plain(said)[:40])
        return None
    if len(set(chosen)) < len(chosen):
        parts.doubt("answer_letter_twice", answer=chosen)
        return None
    if beyond := "".join(each for each in chosen if each not in marks):
        parts.doubt("key_beyond_options", letters=beyond)
        return None
    if kind is QuestionType.SINGLE and len(chosen) > 1:
        parts.doubt("type_disagrees", type=str(kind), answer=chosen)
        return None
    if any(each.code == "duplicate_letters" for each in parts.reasons):
        return None  # nobody can say which of the sets the answer is for
    return ChoiceKey(frozenset(options[marks.index(each)].id for each in chosen))


def _truth_key(parts: Parts, said: str) -> ChoiceKey | None:
    truth = answers.as_truth(plain(said), sure=bool(parts.options))
    letter = answers.as_letters(plain(said))
    if truth is None and letter is not None and len(letter) == 1 and parts.options:
        meant = [answers.as_truth(text) for mark, text in parts.options if mark == letter]
        truth = meant[0] if len(meant) == 1 else None
        if not meant:
            parts.doubt("key_beyond_options", letters=letter)
            return None
    if truth is None:
        parts.doubt("answer_not_true_false", answer=plain(said)[:40])
        return None
    return ChoiceKey(frozenset({"true" if truth else "false"}))


def _blank_key(parts: Parts, said: list[str], blanks: int) -> BlankKey | None:
    if not blanks:
        parts.doubt("no_blanks")
        return None
    found = answers.as_blanks(plain("\n".join(said)), blanks)
    if found is None:
        parts.doubt("blank_count", wanted=blanks)
        return None
    return BlankKey(*found)


def _doubt_soft(parts: Parts, kind: QuestionType | None) -> None:
    """Doubts that leave the question whole: a person may take it as it is."""
    marked = parts.stem + parts.explanation + "".join(text for _, text in parts.options)
    if FORMULA in marked:
        parts.doubt("formula_as_text")
    if LOST_PICTURE in marked:
        parts.doubt("picture_not_read")
    texts = [text.strip() for _, text in parts.options]
    if kind in CHOICES and len(set(texts)) < len(texts):
        parts.doubt("same_option_text")
    said = answers.as_letters(plain(parts.answers[0])) if parts.answers else None
    if kind is QuestionType.MULTIPLE and not parts.any_number and said and len(said) == 1:
        parts.doubt("one_answer_for_multiple", answer=said)
    if kind is not None and not parts.options and kind in CHOICES - {QuestionType.TRUE_FALSE}:
        parts.doubt("too_few_options", options=0)
    if kind is None and parts.options and said is None and parts.answers:
        parts.doubt("answer_not_letters", answer=plain(parts.answers[0])[:40])
    elif kind is None and not parts.reasons:
        parts.doubt("no_answer" if parts.options else "type_unknown")
