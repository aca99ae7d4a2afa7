"""Codes of a phone count in their half minute and those beside, once; codes for loss are typed anyhow."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from learnapp.domain.accounts.second_factor import (
    _ALPHABET,
    SecondState,
    address_of,
    clean_recovery_code,
    is_fresh,
    matching_step,
    new_recovery_code,
    new_secret,
    state_at_sign_in,
)

# RFC 6238, appendix B: the secret of its examples in base 32, and the code at 59 s with six digits.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
AT = datetime.fromtimestamp(59, UTC)
CODE = "287082"


def test_the_code_of_the_rfcs_example_is_right_in_its_step_and_those_beside():
    assert matching_step(SECRET, CODE, AT, 0) == 1
    assert matching_step(SECRET, " 287 082 ", AT + timedelta(seconds=30), 0) == 1
    assert matching_step(SECRET, CODE, AT + timedelta(seconds=61), 0) is None
    assert matching_step(SECRET, "287083", AT, 0) is None


@pytest.mark.parametrize("code", ["", "28708", "２８７０８２", "x" * 400])
def test_what_is_no_code_is_wrong_and_no_failure(code):
    assert matching_step(SECRET, code, AT, 0) is None


def test_a_code_that_was_used_is_used_up():
    assert matching_step(SECRET, CODE, AT, 1) is None


@pytest.mark.parametrize(
    "has, required, state",
    [
        (True, False, SecondState.WANTED),
        (True, True, SecondState.WANTED),
        (False, True, SecondState.ENROL),
        (False, False, SecondState.NONE),
    ],
)
def test_what_a_sign_in_needs(has, required, state):
    assert state_at_sign_in(has, required) is state


def test_a_proof_is_fresh_for_ten_minutes():
    assert is_fresh(AT, AT + timedelta(minutes=9)) and not is_fresh(AT, AT + timedelta(minutes=10))
    assert not is_fresh(None, AT)


def test_a_recovery_code_is_read_however_it_is_typed():
    code = new_recovery_code()
    assert clean_recovery_code(f" {code.upper().replace('-', ' ')}\n") == code
    assert len({new_recovery_code() for _ in range(50)}) == 50
    assert clean_recovery_code("ABCDE fghjk") == "abcde-fghjk"  # one of those made before


def test_a_recovery_code_cannot_be_found_from_its_plain_hash():
    signs = new_recovery_code().replace("-", "")
    assert len(signs) * math.log2(len(_ALPHABET)) > 112


def test_a_secret_is_handed_to_the_phone_with_whose_it_is():
    address = address_of(new_secret(), "100001", "日学周测月考")
    assert address.startswith("otpauth://totp/") and "100001" in address
