"""What must be stated of a secrecy marking that has lapsed."""

from __future__ import annotations

import pytest

from learnapp.domain.core import lengths
from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.files.markings import LapsedMarking, lapsed_marking


def test_a_statement_has_a_reason_and_an_authority() -> None:
    assert lapsed_marking(" 考试已启用 ", " 政治部 ") == LapsedMarking("考试已启用", "政治部")


@pytest.mark.parametrize(
    ("reason", "authority", "field", "code"),
    [
        (" ", "政治部", "reason", "lapsed_reason_needed"),
        ("考试已启用", "", "authority", "lapsed_authority_needed"),
        ("考试已启用", "长" * (lengths.LINE + 1), "authority", "value_too_long"),
    ],
)
def test_half_a_statement_is_none(reason: str, authority: str, field: str, code: str) -> None:
    with pytest.raises(RuleBroken) as broken:
        lapsed_marking(reason, authority)
    assert (broken.value.field, broken.value.code) == (field, code)
