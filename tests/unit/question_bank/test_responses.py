"""A response as it is stored: one character ends a line, before anything is measured."""

from __future__ import annotations

import pytest

from question_bank.model import BadResponse, QuestionType, parse_response, response_to_json
from question_bank.responses import BLANK_LIMIT, TEXT_LIMIT, one_line_end


def stored(kind: QuestionType, raw: dict) -> dict:
    return response_to_json(parse_response(kind, (), 1, raw))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_is_stored_and_counted_as_one_character(end):
    lines = "一" + end
    longest = lines * (TEXT_LIMIT // 2)
    assert stored(QuestionType.SHORT_ANSWER, {"text": longest}) == {
        "text": "一\n" * (TEXT_LIMIT // 2)
    }
    with pytest.raises(BadResponse, match="response_too_long"):
        stored(QuestionType.SHORT_ANSWER, {"text": longest + end})
    gap = lines * (BLANK_LIMIT // 2)
    assert stored(QuestionType.FILL_BLANK, {"blanks": [gap]}) == {"blanks": [one_line_end(gap)]}


def test_what_has_one_line_end_stays_as_it_is():
    assert one_line_end("一\n\n二\n") == "一\n\n二\n"
    assert one_line_end("一\r\r\n二") == "一\n\n二"
