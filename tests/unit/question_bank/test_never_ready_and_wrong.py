"""No paper, however it is laid out and broken, gives a record that is ready and wrong."""

from __future__ import annotations

import re

import pytest

from question_bank.formats import read
from question_bank.inspection import inspect_json
from tests.unit.question_bank.random_papers import paper

_GAPS = re.compile(r"[\s（）()_。]")


def bare(text: object) -> str:
    """A text without white space and gaps, which line breaks and brackets change."""
    return _GAPS.sub("", "|".join(text) if isinstance(text, list) else str(text))


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_what_is_ready_is_what_was_asked(start: int) -> None:
    ready = whole = 0
    for seed in range(start, start + 100):
        text, asked = paper(seed)
        truths = {(bare(each.stem), bare(each.options), bare(each.answer)) for each in asked}
        for each in inspect_json(read(text.encode(), "a.txt"), "a.txt")["records"]:
            if each["outcome"] == "ready":
                told = (bare(each["stem"]), bare(each["options"]), bare(each["answer"]))
                assert told in truths, f"paper {seed}: {told}"
                ready += 1
        whole += len(asked)
    assert ready > 0.8 * whole
