"""What may be a login name."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.people import clean_login_name


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("abc", "abc"),
        ("A" * 32, "a" * 32),
        (" Zhang.San_01-x ", "zhang.san_01-x"),
        ("１３８００１３８０００", "13800138000"),
    ],
)
def test_a_login_name_is_3_to_32_letters_digits_and_signs_in_lower_case(typed, stored):
    assert clean_login_name(typed) == stored


@pytest.mark.parametrize("typed", ["", "ab", "a" * 33, "张三三", "a@b.cn", "abc!"])
def test_anything_else_is_no_login_name(typed):
    with pytest.raises(RuleBroken) as refused:
        clean_login_name(typed)
    assert (refused.value.field, refused.value.code) == ("login_name", "login_name_shape")
    assert refused.value.params == {"value": typed}


def test_a_long_one_is_shown_by_its_beginning():
    with pytest.raises(RuleBroken) as refused:
        clean_login_name("x" * 99)
    assert refused.value.params == {"value": "x" * 40}


@pytest.mark.parametrize("card", ["110101199003077758", "11010119900307775X"])
def test_the_number_of_an_identity_card_is_never_one(card):
    with pytest.raises(RuleBroken) as refused:
        clean_login_name(card)
    assert (refused.value.field, refused.value.code) == ("login_name", "identity_card")
    assert clean_login_name(card[:17]) == card[:17]
