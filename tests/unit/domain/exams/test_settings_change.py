"""Settings of an exam changed afterwards: free before anybody began, then only within what people had."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from learnapp.domain.exams.exams import Release
from learnapp.domain.exams.settings_change import ExamSettings, ExamUse, check_settings
from tests.services.refusals import refused

OLD = ExamSettings("周测", timedelta(minutes=20), 6000, 3, Release.AT_CLOSE)
LESS = [
    ({"duration": timedelta(minutes=19)}, "minutes_only_grow"),
    ({"tries": 2}, "tries_only_grow"),
    ({"pass_mark": 6001}, "pass_mark_only_falls"),
    ({"release": Release.BY_HAND}, "release_only_earlier"),
]
MORE = [
    {"title": "第一次周测"},
    {"duration": timedelta(minutes=30)},
    {"tries": 4},
    {"pass_mark": 5000},
    {"release": Release.AT_ONCE},
]


@pytest.mark.parametrize(("change", "code"), LESS)
def test_what_would_take_something_is_refused_once_somebody_began(change, code):
    new = replace(OLD, **change)
    check_settings(OLD, new, ExamUse(0), 10000)
    with refused(code):
        check_settings(OLD, new, ExamUse(1), 10000)


@pytest.mark.parametrize("change", MORE)
def test_what_gives_more_is_always_allowed(change):
    check_settings(OLD, replace(OLD, **change), ExamUse(7), 10000)


def test_a_title_is_needed_and_the_pass_mark_lies_within_the_marks():
    with refused("name_needed"):
        check_settings(OLD, replace(OLD, title=" "), ExamUse(), 10000)
    with refused("pass_mark_out_of_range"):
        check_settings(OLD, replace(OLD, pass_mark=10001), ExamUse(), 10000)
