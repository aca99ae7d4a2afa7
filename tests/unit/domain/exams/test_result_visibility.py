"""When the marks of an attempt may be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.exams.exams import (
    Release,
    WindowKind,
)
from learnapp.domain.exams.result_visibility import marks_visible, release_of

OPENS = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)
KINDS = WindowKind


@pytest.mark.parametrize("release", Release)
def test_marks_of_remedial_study_are_released_at_once(release):
    assert release_of(release, KINDS.REMEDIAL) is Release.AT_ONCE
    assert release_of(release, KINDS.RETAKE) is release


@pytest.mark.parametrize("release", Release)
def test_no_mark_is_seen_before_all_is_marked(release):
    assert not marks_visible(release, False, OPENS, OPENS, now=OPENS)


def test_marks_are_seen_at_once_at_the_close_or_when_released_by_hand():
    before = OPENS - timedelta(seconds=1)
    assert marks_visible(Release.AT_ONCE, True, OPENS, None, now=before)
    assert not marks_visible(Release.AT_CLOSE, True, OPENS, before, now=before)
    assert marks_visible(Release.AT_CLOSE, True, OPENS, None, now=OPENS)
    assert not marks_visible(Release.BY_HAND, True, before, None, now=OPENS)
    assert not marks_visible(Release.BY_HAND, True, before, OPENS, now=before)
    assert marks_visible(Release.BY_HAND, True, OPENS, OPENS, now=OPENS)
