"""Bands of results: as they are typed, and which one a result reaches."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.exams.bands import Band, band_of, parse_bands


def test_bands_are_read_with_either_commas_or_lines_the_highest_first():
    bands = [Band("优秀", 900), Band("良好", 800), Band("A", 0)]
    assert parse_bands("良好 80，优秀90%、A 0") == bands
    assert parse_bands(" 优秀 90％ ;\n良好 80；\nA 0\n") == bands
    assert parse_bands("满 100") == [Band("满", 1000)] and parse_bands(" ") == []


@pytest.mark.parametrize(
    ("text", "value"), [("优秀 101", "优秀 101"), ("90", "90"), ("好 80， 优秀 ", "优秀")]
)
def test_a_band_needs_a_name_and_a_percentage(text, value):
    with pytest.raises(RuleBroken) as refused:
        parse_bands(text)
    assert (refused.value.field, refused.value.code) == ("bands", "band_unread")
    assert refused.value.params == {"value": value}


def test_two_bands_do_not_begin_at_the_same_percentage():
    with pytest.raises(RuleBroken) as refused:
        parse_bands("良好 80，优秀 80")
    assert (refused.value.field, refused.value.code) == ("bands", "bands_alike")


def test_a_result_has_the_highest_band_that_it_reaches():
    bands = [Band("良好", 800), Band("优秀", 900)]
    assert [band_of(bands, each, 10_000) for each in (9000, 8999, 8000, 7999)] == [
        "优秀",
        "良好",
        "良好",
        None,
    ]
    assert band_of(bands, 1, 1) == "优秀" and band_of([], 1, 1) is None


def test_a_paper_without_marks_has_no_band():
    assert band_of([Band("合格", 0)], 0, 0) is None and band_of([Band("合格", 0)], 0, 1) == "合格"
