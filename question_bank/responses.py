"""What a person answered: its three shapes, and the check of what a client sends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from question_bank.kinds import CHOICES, QuestionType

TEXT_LIMIT = 20_000
BLANK_LIMIT = 500


@dataclass(frozen=True, slots=True)
class ChoiceResponse:
    """The chosen options, by stable id."""

    option_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class BlankResponse:
    """What was written into each blank, in reading order."""

    blanks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextResponse:
    """A written answer."""

    text: str


Response = ChoiceResponse | BlankResponse | TextResponse


class BadResponse(ValueError):
    """A response that cannot have come from an honest page."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def parse_response(
    question_type: QuestionType, option_ids: Collection[str], blank_count: int, raw: object
) -> Response | None:
    """The response a client sent, checked against the question as it was placed.

    None is an emptied answer: no option chosen, all blanks empty, no text. Raises BadResponse
    on anything malformed.
    """
    if raw is None:
        return None
    if not isinstance(raw, dict):
        raise BadResponse("response_shape")
    if question_type in CHOICES:
        return _choice(question_type, option_ids, _only(raw, "options", list))
    if question_type is QuestionType.FILL_BLANK:
        return _blanks(blank_count, _only(raw, "blanks", list))
    text = _storable(_only(raw, "text", str), TEXT_LIMIT, "response_too_long")
    return TextResponse(text) if text.strip() else None


def response_to_json(response: Response) -> dict[str, Any]:
    """The response as JSON data."""
    match response:
        case ChoiceResponse(option_ids):
            return {"options": sorted(option_ids)}
        case BlankResponse(blanks):
            return {"blanks": list(blanks)}
        case TextResponse(text):
            return {"text": text}


def response_from_json(question_type: QuestionType, data: dict[str, Any] | None) -> Response | None:
    """The response that `response_to_json` wrote, trusted; None stays None."""
    if data is None:
        return None
    if question_type in CHOICES:
        return ChoiceResponse(frozenset(data["options"]))
    if question_type is QuestionType.FILL_BLANK:
        return BlankResponse(tuple(data["blanks"]))
    return TextResponse(data["text"])


def _only(raw: dict[Any, Any], name: str, kind: type) -> Any:
    if set(raw) != {name} or not isinstance(raw[name], kind):
        raise BadResponse("response_shape", wanted=name)
    return raw[name]


def _choice(
    question_type: QuestionType, option_ids: Collection[str], chosen: list[object]
) -> ChoiceResponse | None:
    ids: set[str] = set()
    for each in chosen:
        if not isinstance(each, str) or each not in option_ids:
            raise BadResponse("unknown_option")
        ids.add(each)
    if question_type is not QuestionType.MULTIPLE and len(ids) > 1:
        raise BadResponse("one_option_only")
    return ChoiceResponse(frozenset(ids)) if ids else None


def _blanks(blank_count: int, given: list[object]) -> BlankResponse | None:
    if len(given) != blank_count:
        raise BadResponse("blank_count", wanted=blank_count, given=len(given))
    blanks = tuple(_storable(each, BLANK_LIMIT, "blank_too_long") for each in given)
    return BlankResponse(blanks) if any(each.strip() for each in blanks) else None


def one_line_end(text: str) -> str:
    r"""The text with \n alone for every line end: a form posts \r\n for what a page counts as one."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _storable(value: object, limit: int, code: str) -> str:
    """The text, if it is one that every database takes: no NUL, no half of a surrogate pair."""
    if not isinstance(value, str):
        raise BadResponse("response_shape")
    value = one_line_end(value)
    if len(value) > limit:
        raise BadResponse(code, limit=limit)
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise BadResponse("response_characters")
    return value
