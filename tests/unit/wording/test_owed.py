"""States of what a person owes, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.study.owed import Owed, OwedState, Target
from learnapp.wording import owed as wording
from learnapp.wording.owed import state_label

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2, hours=1)


def owed(state: OwedState, until: datetime | None = None, opens: datetime | None = None) -> Owed:
    """An item in a state."""
    return Owed(state, Target.EXAMS, until, opens)


def test_what_can_be_done_is_said_with_until_when():
    found = owed(OwedState.REMEDIAL, until=LATER)
    assert state_label("zh", found, NOW) == "未合格，可补学至 11月25日 周三 13:00"
    assert "Wed 25 Nov 13:00" in state_label("en", found, NOW)


def test_what_can_be_done_later_is_said_with_from_when():
    found = owed(OwedState.NOT_OPEN, opens=LATER)
    assert state_label("zh", found, NOW) == "未开放，11月25日 周三 13:00 开始"
    assert "Wed 25 Nov 13:00" in state_label("en", found, NOW)


def test_what_is_still_to_do_says_how_much_time_is_left():
    found = owed(OwedState.TO_DO, until=LATER)
    assert (state_label("zh", found, NOW), state_label("en", found, NOW)) == (
        "还剩 2 天",
        "2 days left",
    )


@pytest.mark.parametrize("state", wording._PLAIN)
def test_a_state_without_a_time_has_words_in_both_languages(state):
    chinese, english = state_label("zh", owed(state), NOW), state_label("en", owed(state), NOW)
    assert chinese and english.isascii() and chinese != english


def test_every_state_has_words():
    assert set(wording._UNTIL) | set(wording._FROM) | set(wording._PLAIN) == set(OwedState) - {
        OwedState.TO_DO
    }
