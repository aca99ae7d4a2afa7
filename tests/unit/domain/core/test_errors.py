"""Each refusal carries a code and its parameters, never a sentence."""

from __future__ import annotations

import pytest

from learnapp.domain.core.errors import (
    Conflict,
    DomainError,
    Forbidden,
    NotFound,
    RuleBroken,
    TooMuch,
)


def test_broken_input_names_its_field():
    error = RuleBroken("closes_at", "dates_out_of_order", least=3)
    assert (error.field, error.code, error.params) == (
        "closes_at",
        "dates_out_of_order",
        {"least": 3},
    )
    assert str(error) == "dates_out_of_order"


@pytest.mark.parametrize(("kind", "code"), [(NotFound, "not_found"), (Forbidden, "forbidden")])
def test_what_is_not_there_or_not_allowed_needs_no_code_of_its_own(kind, code):
    assert (kind().code, kind().params) == (code, {})
    error = kind("elsewhere", unit=4)
    assert (error.code, error.params) == ("elsewhere", {"unit": 4})


@pytest.mark.parametrize("kind", [NotFound, Forbidden, TooMuch, Conflict])
def test_every_refusal_is_caught_as_one_kind(kind):
    error = kind("a_code", n=1)
    assert isinstance(error, DomainError)
    assert (str(error), error.code, error.params) == ("a_code", "a_code", {"n": 1})
