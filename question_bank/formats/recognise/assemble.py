"""From the parts of a question to a record: what is sure becomes ready, the rest says why not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from question_bank import content as contents
from question_bank.formats.recognise import answers
from question_bank.formats.recognise.answer_keys import chosen_letters, key_of
from question_bank.formats.recognise.blanks import EMPTY_BRACKET, GAP, bare, take_filled
from question_bank.formats.recognise.invariant import watch
from question_bank.formats.recognise.lines import FORMULA, LOST_PICTURE, PICTURE, content_of, plain
from question_bank.formats.recognise.parts import BRACKET, Parts
from question_bank.formats.recognise.proposals import take_proposed
from question_bank.formats.records import Outcome, Record
from question_bank.kinds import CHOICES, QuestionType
from question_bank.model import (
    LETTERS,
    TRUE_FALSE_OPTIONS,
    Key,
    Option,
    Question,
    check,
    key_to_json,
    make_options,
)

LONGEST_RAW = 4_000
# A second set of options that got into the first: "3日,A：5日".
_MARK_INSIDE = re.compile(r"(?<![A-Za-z.])([A-H])\s*[.．:：]")
_ASKS = re.compile(
    r"[?？]\s*$|^(?:请?(?:简述|简答|试述|论述|试论|说明|阐述|谈谈|概述|列举|分析|比较|解释|叙述|简要)|什么是|如何|怎样|为什么)"
)
# Signs that only a legend gives a meaning.
# The letter of an option that is not there, with its text: `A，值班员`.
_LETTER_FIRST = re.compile(r"\s*([A-H]{1,8})\s*[,，、.．:：]\s*[^\sA-H]")
_LETTER_PAIRS = ({"t", "f"}, {"y", "n"}, {"v", "x"}, {"√", "x"})
_SIGNS = frozenset("√×✓✔✗✘")
# A statement with an empty bracket behind its full stop.
_JUDGED = re.compile(r"[。！!]\s*[（(][\s　]*[)）]\s*$")
_STATED = re.compile(r"[。！!]\s*$")
_SIGN_BRACKET = re.compile(r"[（(]([\s　]*[12AB][\s　]*)[)）]")
# A sign behind a statement, without any bracket.
_SIGN_BEHIND = re.compile(
    r"\s*([√×✓✔✗✘])\s*$|(?:(?<=[。.！!）)\s])[ \t　\n]+|\t\s*| {2,})(对|错|正确|错误)\s*$"
)
_LETTER_BEHIND = re.compile(r"(?<=[。.！!）)\s])[ \t　]+([12AB])\s*$")
# A gap that was left open by spaces alone.
_SPACES = re.compile(r"(?<=[一-鿿，、；：“”])[ 　]{3,}(?=[一-鿿，、；。“”])")
_LONGEST_FILLED = 40
_WORDS = re.compile(r"[^\W\d_]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_ESCAPED = re.compile(r"&(?:nbsp|lt|gt|amp|quot|apos|ldquo|rdquo|#\d{2,5}|#x[0-9a-f]{2,5});", re.I)


def assemble(parts: Parts) -> Record:
    """The record of one question. Never guesses: what is missing or contradicts is a reason."""
    take_proposed(parts)
    _take_bracket(parts)
    kind = _kind(parts)
    if kind is QuestionType.FILL_BLANK:
        take_filled(parts)
    else:
        parts.stem = bare(parts.stem)
    options = _options(parts, kind)
    stem = _stem(parts, kind)
    key = None if kind is None else key_of(parts, kind, options, stem)
    question = None
    if kind is not None and key is not None:
        question = _question(parts, kind, options, key, stem)
        for problem in check(question):
            parts.doubt(problem.code, _repair(problem.code, kind), **problem.params)
            question = None
    _doubt_soft(parts, kind)
    if question is not None and kind is not None and not parts.reasons:
        watch(parts, kind, stem)
    if any(each.code == "duplicate_letters" for each in parts.reasons):
        question = key = None  # nobody can say which of the sets the answer is for
    if question is not None:
        return _whole(parts, question)
    return _draft(parts, _Found(kind, options, stem, key))


def _question(
    parts: Parts, kind: QuestionType, options: tuple[Option, ...], key: Key, stem: str
) -> Question:
    return Question(
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


def _repair(code: str, kind: QuestionType) -> dict[str, Any]:
    if code == "several_answers_for_one" and kind is QuestionType.SINGLE:
        return {"type": str(QuestionType.MULTIPLE)}
    return {}


@dataclass(frozen=True, slots=True)
class _Found:
    """What was understood of a question that is not whole; None is not known."""

    kind: QuestionType | None
    options: tuple[Option, ...]
    stem: str
    key: Key | None


def _whole(parts: Parts, question: Question) -> Record:
    """The record of a whole question: ready, or to be confirmed where there is a doubt."""
    outcome = Outcome.TO_CONFIRM if parts.reasons else Outcome.READY
    return Record(parts.where, outcome, question, parts.reasons, _raw(parts))


def _raw(parts: Parts) -> str:
    return plain(parts.raw)[:LONGEST_RAW]


def _draft(parts: Parts, found: _Found) -> Record:
    """The record of what is not whole: a draft to be completed, or not understood at all."""
    kind, key = found.kind, found.key
    hopeless = not parts.stem.strip() or not (parts.options or parts.answers or kind)
    if hopeless:
        kind, key = None, None
    draft = {
        "type": None if kind is None else str(kind),
        "stem": contents.to_json(content_of(found.stem, blanks=kind is QuestionType.FILL_BLANK)),
        "options": [{"id": o.id, "content": contents.to_json(o.content)} for o in found.options],
        "key": None if key is None else key_to_json(key),
        "said": plain("\n".join(parts.answers)),
        "explanation": contents.to_json(content_of(parts.explanation)),
        "source": plain(parts.source),
        "category": list(parts.category),
        "difficulty": parts.difficulty,
        "passage": contents.to_json(content_of(parts.passage)) if parts.passage.strip() else None,
    }
    outcome = Outcome.NOT_UNDERSTOOD if hopeless else Outcome.TO_CONFIRM
    if not parts.stem.strip():
        parts.doubt("empty_stem")
    elif not parts.reasons:
        parts.doubt("no_answer" if kind else "type_unknown")
    return Record(parts.where, outcome, None, parts.reasons, _raw(parts), draft)


def _take_bracket(parts: Parts) -> None:
    """Move an answer out of the stem's bracket, where the question would give it away."""
    if parts.declared is QuestionType.FILL_BLANK or (
        parts.declared is QuestionType.SHORT_ANSWER and not parts.options
    ):
        return
    found = list(BRACKET.finditer(parts.stem))
    if parts.options:
        found = [each for each in found if answers.as_letters(each.group(1)) is not None]
    else:
        found = _truth_brackets(parts, found)
    if not found:
        return
    if len(found) > 1:
        parts.doubt("several_brackets", found=[str(each.group(1)).strip() for each in found])
        return
    (only,) = found
    parts.answers.append(str(only[only.lastindex or 0]).strip())
    before, behind = parts.stem[: only.start()], parts.stem[only.end() :]
    if only.group()[:1].isspace() or only.group()[0] in "√×✓✔✗✘":
        parts.stem = before.rstrip()
    else:
        parts.stem = before + GAP + behind if before.strip() else behind.strip()


def _truth_brackets(parts: Parts, brackets: list[re.Match[str]]) -> list[re.Match[str]]:
    """The brackets that say whether a statement is true; at its end, unless 判断 is declared."""

    def at_end(each: re.Match[str]) -> bool:
        return not parts.stem[each.end() :].strip(" 　。.；;\n")

    truth = [
        each
        for each in brackets
        if answers.as_truth(each.group(1), sure=True) is not None
        or (at_end(each) and _STATED.search(parts.stem[: each.start()]))
    ]
    if parts.declared is not QuestionType.TRUE_FALSE:
        return list(filter(at_end, truth))
    if parts.legend and not truth:
        brackets = list(_SIGN_BRACKET.finditer(parts.stem))
    behind = _SIGN_BEHIND.search(parts.stem)
    if behind is None and parts.legend:
        behind = _LETTER_BEHIND.search(parts.stem)
    return truth or list(filter(at_end, brackets)) or ([behind] if behind else [])


def _truths(parts: Parts) -> list[bool | None]:
    return [answers.as_truth(text) for _, text in parts.options]


def _kind(parts: Parts) -> QuestionType | None:
    """The type: as declared, or as it follows from options and answer.

    Where the answer is missing or says nothing, the type is what the shape suggests; such a
    record is never ready.
    """
    in_words = parts.declared is QuestionType.SHORT_ANSWER
    if parts.declared is not None and not (in_words and len(parts.options) > 1):
        return parts.declared
    stated = parts.answers[0] if parts.answers else ""
    if parts.options:
        if _is_truth_pair([plain(text) for _, text in parts.options]):
            return QuestionType.TRUE_FALSE
        several = answers.as_answers(answers.first_line(stated))
        chosen = chosen_letters(parts, stated)
        if several and (chosen is None or len(several) > 1):
            chosen = max(several, key=len)
        return QuestionType.MULTIPLE if chosen and len(chosen) > 1 else QuestionType.SINGLE
    if not stated.strip():
        return _kind_without_answer(parts)
    return _kind_by_answer(parts, stated)


def _is_truth_pair(texts: list[str]) -> bool:
    """Whether two options are true and false; letters that may mean anything must be a pair."""
    if len(texts) != 2 or sorted(map(answers.as_truth, texts), key=str) != [False, True]:
        return False
    single = {text.strip(" .。").lower() for text in texts}
    return single in _LETTER_PAIRS or not any(len(each) == 1 and each.isascii() for each in single)


def _kind_by_answer(parts: Parts, stated: str) -> QuestionType:
    """The type of a question without options, by its answer and the shape of its stem."""
    gaps = len(EMPTY_BRACKET.findall(parts.stem))
    gapless = not gaps and "__" not in parts.stem and not _ASKS.search(parts.stem.strip())
    if "__" in parts.stem and stated.strip() not in _SIGNS:
        return QuestionType.FILL_BLANK
    judged = gapless or _JUDGED.search(parts.stem) is not None
    if answers.as_truth(stated, sure=not judged) is not None:
        return QuestionType.TRUE_FALSE
    if stated == stated.upper() and (several := answers.as_answers(stated)) is not None:
        return QuestionType.MULTIPLE if len(max(several, key=len)) > 1 else QuestionType.SINGLE
    if found := _LETTER_FIRST.match(stated):
        return QuestionType.MULTIPLE if len(found.group(1)) > 1 else QuestionType.SINGLE
    if gaps and answers.in_brackets(stated) == gaps:
        return QuestionType.FILL_BLANK
    if gaps and len(stated) <= _LONGEST_FILLED * gaps and answers.as_blanks(plain(stated), gaps):
        return QuestionType.FILL_BLANK
    if judged and gapless and answers.leading_truth(answers.first_line(stated))[0] is not None:
        return QuestionType.TRUE_FALSE
    if not parts.in_words and not _ASKS.search(parts.stem.strip()):
        parts.doubt("type_unknown")
    return QuestionType.SHORT_ANSWER


def _kind_without_answer(parts: Parts) -> QuestionType | None:
    if "__" in parts.stem:
        return QuestionType.FILL_BLANK
    if EMPTY_BRACKET.search(parts.stem) or PICTURE in parts.stem:
        return QuestionType.SINGLE
    return QuestionType.SHORT_ANSWER if _ASKS.search(parts.stem.strip()) else None


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
    if kind is not QuestionType.FILL_BLANK or "__" in parts.stem:
        return parts.stem
    stem, brackets = EMPTY_BRACKET.subn("____", parts.stem)
    if not brackets:
        stem, spaces = _SPACES.subn("____", stem)
        if spaces:
            parts.doubt("blanks_from_spaces")
    return stem


def _doubt_soft(parts: Parts, kind: QuestionType | None) -> None:
    """Doubts that leave the question whole: a person may take it as it is."""
    marked = parts.stem + parts.explanation + "".join(text for _, text in parts.options)
    if FORMULA in marked:
        parts.doubt("formula_as_text")
    if LOST_PICTURE in marked:
        parts.doubt("picture_not_read")
    if PICTURE in parts.stem and not plain(parts.stem):
        parts.doubt("pictures_only")
    elif parts.stem.strip() and not parts.by_column and not _WORDS.search(parts.stem):
        parts.doubt("stem_without_words")
    if private := sorted({hex(ord(each))[2:] for each in _PRIVATE.findall(plain(marked))}):
        parts.doubt("private_characters", codes=private[:10])
    if _ESCAPED.search(marked):
        parts.doubt("html_escaped")
    texts = [text.strip() for _, text in parts.options]
    if kind in CHOICES and len(set(texts)) < len(texts):
        parts.doubt("same_option_text")
    stated = answers.as_letters(plain(parts.answers[0])) if parts.answers else None
    if kind is QuestionType.MULTIPLE and not parts.any_number and stated and len(stated) == 1:
        parts.doubt("one_answer_for_multiple", {"type": "single"}, answer=stated)
    if kind is not None and not parts.options and kind in CHOICES - {QuestionType.TRUE_FALSE}:
        parts.doubt("too_few_options", options=0)
