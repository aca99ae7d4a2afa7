"""签到码: of one session and half a minute; the last one still fits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from learnapp.domain.study.roll_codes import code_at, fits, is_open, seconds_left

NOW = datetime(2026, 12, 1, 1, 0, 10, tzinfo=UTC)
KEY = b"secret"


def test_a_code_holds_for_its_half_minute_and_the_one_after_it():
    code = code_at(KEY, 7, NOW)
    assert len(code) == 6 and code.isdecimal() and seconds_left(NOW) == 20
    assert code_at(KEY, 7, NOW + timedelta(seconds=19)) == code
    assert fits(KEY, 7, f" {code} ", NOW + timedelta(seconds=49))
    assert not fits(KEY, 7, code, NOW + timedelta(seconds=50))


def test_a_code_is_of_one_session_and_one_installation():
    code = code_at(KEY, 7, NOW)
    assert not fits(KEY, 8, code, NOW) and not fits(b"other", 7, code, NOW)


def test_people_sign_in_from_half_an_hour_before_until_the_roll_call_is_over():
    half = timedelta(minutes=30)
    assert is_open(NOW, None, NOW - half) and not is_open(NOW, None, NOW - half * 1.1)
    assert is_open(NOW, None, NOW + half * 8) and not is_open(NOW, None, NOW + half * 9)
    assert not is_open(NOW, NOW, NOW)
