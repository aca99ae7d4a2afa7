"""How a test writes that a rule says no."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from learnapp.domain.core.errors import DomainError
from question_bank.formats import Refused


@contextmanager
def refused(code: str) -> Iterator[DomainError]:
    """What is inside is refused by a rule with this code: the refusal, for its parameters."""
    refusal = DomainError(code)
    with pytest.raises(DomainError) as raised:
        yield refusal
    assert raised.value.code == code
    refusal.params = raised.value.params


@contextmanager
def refused_file(code: str) -> Iterator[None]:
    """What is inside refuses a file for this reason."""
    with pytest.raises(Refused) as raised:
        yield
    assert raised.value.code == code
