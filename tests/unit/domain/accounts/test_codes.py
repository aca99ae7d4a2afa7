"""One-time codes: how long one is valid, and how long its sheet may be read again."""

from __future__ import annotations

from learnapp.domain.accounts.codes import CODE_DAYS, CODE_LENGTH, READABLE_FOR, READABLE_HOURS


def test_a_code_is_valid_for_thirty_days_and_its_sheet_readable_for_one():
    assert (CODE_DAYS, READABLE_HOURS) == (30, 24)


def test_a_sheet_is_gone_before_its_codes_end():
    assert READABLE_FOR < CODE_LENGTH
