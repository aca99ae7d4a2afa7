"""A question and its key as values, their JSON form, and the check that a question is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from question_bank import content as contents
from question_bank.content import EMPTY, Content, Media
from question_bank.kinds import CHOICES, QuestionType
from question_bank.options import LETTERS, OR, in_letters, letter_of
from question_bank.responses import (
    BadResponse,
    BlankResponse,
    ChoiceResponse,
    Response,
    TextResponse,
    parse_response,
    response_from_json,
    response_to_json,
)
from question_bank.text_normalise import fold

__all__ = [
    "CHOICES",
    "LETTERS",
    "TRUE_FALSE_OPTIONS",
    "BadResponse",
    "BlankKey",
    "BlankResponse",
    "ChoiceKey",
    "ChoiceResponse",
    "Key",
    "Option",
    "Problem",
    "Question",
    "QuestionType",
    "Response",
    "TextKey",
    "TextResponse",
    "answers_in",
    "check",
    "choice_key",
    "fingerprint",
    "key_from_json",
    "key_to_json",
    "letters",
    "make_options",
    "media_of",
    "option_id",
    "option_text",
    "parse_response",
    "question_from_json",
    "question_to_json",
    "response_from_json",
    "response_to_json",
]


@dataclass(frozen=True, slots=True)
class Option:
    """One option, named by an id that does not change when the order of display does."""

    id: str
    content: Content


@dataclass(frozen=True, slots=True)
class ChoiceKey:
    """The right options, by id; `others` are further whole answers that are just as right.

    Equally right answers have no order: `option_ids` is the first of them by id, whichever was named.
    """

    option_ids: frozenset[str]
    others: frozenset[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if self.others:
            first, *rest = sorted(self.others | {self.option_ids}, key=sorted)
            object.__setattr__(self, "option_ids", first)
            object.__setattr__(self, "others", frozenset(rest))

    @property
    def answers(self) -> frozenset[frozenset[str]]:
        """Every whole answer that is right."""
        return self.others | {self.option_ids}

    @property
    def right_ids(self) -> frozenset[str]:
        """Every option that some right answer names."""
        return self.option_ids.union(*self.others)


@dataclass(frozen=True, slots=True)
class BlankKey:
    """The accepted answers of each blank; unordered keys may be filled in any order."""

    blanks: tuple[tuple[str, ...], ...]
    ordered: bool = True


@dataclass(frozen=True, slots=True)
class TextKey:
    """A reference answer, with its scoring points if it has any."""

    reference: str
    points: tuple[str, ...] = ()


Key = ChoiceKey | BlankKey | TextKey


def choice_key(answers: Iterable[Iterable[str]]) -> ChoiceKey:
    """The key by which each of these answers is right; at least one."""
    first, *rest = [frozenset(each) for each in answers]
    return ChoiceKey(first, frozenset(rest))


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a bank."""

    type: QuestionType
    stem: Content
    options: tuple[Option, ...]
    key: Key
    explanation: Content = EMPTY
    source: str = ""
    category: tuple[str, ...] = ()
    difficulty: int | None = None
    passage: Content | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a question cannot be used: a code and what it is about."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


def option_id(ordinal: int, content: Content) -> str:
    """The stable id of the option at `ordinal` (from 1) in the bank."""
    pictures = "".join(each.sha256 for each in content.pieces if isinstance(each, Media))
    text = f"{ordinal}\n{content.plain}\n{pictures}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def make_options(choices: Sequence[Content]) -> tuple[Option, ...]:
    """Options with their ids, in the bank's order."""
    return tuple(Option(option_id(place, each), each) for place, each in enumerate(choices, 1))


TRUE_FALSE_OPTIONS = (
    Option("true", Content.from_text("正确")),
    Option("false", Content.from_text("错误")),
)


def key_to_json(key: Key) -> dict[str, Any]:
    """The key as JSON data."""
    match key:
        case ChoiceKey(option_ids, others):
            found: dict[str, Any] = {"options": sorted(option_ids)}
            if others:
                found["also"] = sorted(map(sorted, others))
            return found
        case BlankKey(blanks, ordered):
            return {"blanks": [list(accepted) for accepted in blanks], "ordered": ordered}
        case TextKey(reference, points):
            return {"text": reference, "points": list(points)}


def answers_in(key: Mapping[str, Any]) -> list[list[str]]:
    """Every whole answer that is right by a choice's key as JSON data; none by other keys."""
    return [key["options"], *key.get("also", ())] if "options" in key else []


def key_from_json(data: dict[str, Any]) -> Key:
    """The key that `key_to_json` wrote; raises ValueError on any other shape."""
    if "options" in data:
        others = frozenset(frozenset(each) for each in data.get("also", ()))
        return ChoiceKey(frozenset(data["options"]), others)
    if "blanks" in data:
        blanks = tuple(tuple(accepted) for accepted in data["blanks"])
        return BlankKey(blanks, bool(data.get("ordered", True)))
    if "text" in data:
        return TextKey(data["text"], tuple(data.get("points", ())))
    raise ValueError("not a key")


def question_to_json(question: Question) -> dict[str, Any]:
    """The question as JSON data."""
    return {
        "type": str(question.type),
        "stem": contents.to_json(question.stem),
        "options": [
            {"id": option.id, "content": contents.to_json(option.content)}
            for option in question.options
        ],
        "key": key_to_json(question.key),
        "explanation": contents.to_json(question.explanation),
        "source": question.source,
        "category": list(question.category),
        "difficulty": question.difficulty,
        "passage": None if question.passage is None else contents.to_json(question.passage),
    }


def question_from_json(data: dict[str, Any]) -> Question:
    """The question that `question_to_json` wrote; raises ValueError on any other shape."""
    try:
        passage = data.get("passage")
        return Question(
            type=QuestionType(data["type"]),
            stem=contents.from_json(data["stem"]),
            options=tuple(
                Option(each["id"], contents.from_json(each["content"])) for each in data["options"]
            ),
            key=key_from_json(data["key"]),
            explanation=contents.from_json(data.get("explanation") or []),
            source=data.get("source") or "",
            category=tuple(data.get("category") or ()),
            difficulty=data.get("difficulty"),
            passage=None if passage is None else contents.from_json(passage),
        )
    except (KeyError, TypeError) as wrong:
        raise ValueError("not a question") from wrong


def letters(question: Question) -> str:
    """The key as letters in the bank's order: "ABD", "A 或 C" where several answers are right; empty
    for types without options."""
    if not isinstance(question.key, ChoiceKey):
        return ""
    return OR.join(in_letters([each.id for each in question.options], question.key.answers))


def option_text(question: Question, option_id: str) -> str:
    """The folded text of an option; its id, if the question has no such option."""
    texts = {each.id: _folded(each.content) for each in question.options}
    return texts.get(option_id, option_id)


def media_of(question: Question) -> frozenset[str]:
    """The SHA-256 of every picture that the question shows."""
    contents_ = [question.stem, question.explanation, question.passage or EMPTY]
    contents_ += [each.content for each in question.options]
    pieces = (piece for each in contents_ for piece in each.pieces)
    return frozenset(piece.sha256 for piece in pieces if isinstance(piece, Media))


def fingerprint(question: Question) -> str:
    """A SHA-256 that duplicates share: folded stem, options in any order, and the passage.

    The passage counts, because two cases may ask the same thing and not be the same question.
    """
    passage = question.passage or EMPTY
    parts = [_folded(question.stem), _folded(passage)]
    parts += sorted(_folded(option.content) for option in question.options)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _folded(content: Content) -> str:
    pictures = "".join(each.sha256 for each in content.pieces if isinstance(each, Media))
    return fold(content.plain) + pictures


def check(question: Question) -> list[Problem]:
    """What keeps the question from being used; an empty list when it is whole."""
    problems = [Problem("empty_stem")] if question.stem.is_empty else []
    if question.difficulty is not None and question.difficulty not in range(1, 6):
        problems.append(Problem("difficulty_range", {"difficulty": question.difficulty}))
    if question.type in CHOICES:
        return problems + _check_choice(question)
    if question.options:
        problems.append(Problem("options_not_wanted", {"type": str(question.type)}))
    if question.type is QuestionType.FILL_BLANK:
        return problems + _check_blanks(question)
    return problems + _check_text(question)


def _check_choice(question: Question) -> list[Problem]:
    ids = [option.id for option in question.options]
    problems = []
    if len(ids) < 2:
        problems.append(Problem("too_few_options", {"options": len(ids)}))
    if len(set(ids)) < len(ids):
        problems.append(Problem("option_id_twice"))
    for place, option in enumerate(question.options):
        if option.content.is_empty:
            problems.append(Problem("empty_option", {"letter": letter_of(place)}))
    if question.type is QuestionType.TRUE_FALSE and ids != ["true", "false"]:
        problems.append(Problem("true_false_options"))
    if not isinstance(question.key, ChoiceKey):
        return [*problems, Problem("key_of_other_type")]
    given = question.key.answers
    if any(each - set(ids) for each in given):
        problems.append(Problem("key_beyond_options"))
    if not all(given):
        problems.append(Problem("no_answer"))
    elif question.type is not QuestionType.MULTIPLE and any(len(each) > 1 for each in given):
        problems.append(Problem("several_answers_for_one"))
    return problems


def _check_blanks(question: Question) -> list[Problem]:
    if not isinstance(question.key, BlankKey):
        return [Problem("key_of_other_type")]
    problems = []
    wanted, given = question.stem.blanks, len(question.key.blanks)
    if not wanted:
        problems.append(Problem("no_blanks"))
    if wanted != given:
        problems.append(Problem("blank_count", {"wanted": wanted, "given": given}))
    if any(not any(each.strip() for each in accepted) for accepted in question.key.blanks):
        problems.append(Problem("no_answer"))
    return problems


def _check_text(question: Question) -> list[Problem]:
    if not isinstance(question.key, TextKey):
        return [Problem("key_of_other_type")]
    if not question.key.reference.strip() and not question.key.points:
        return [Problem("no_answer")]
    return []
