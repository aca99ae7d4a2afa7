"""A secrecy marking that has lapsed: a past paper under 启用前. Who says so, why and on whose word."""

from __future__ import annotations

from dataclasses import dataclass

from learnapp.domain.core import lengths
from learnapp.domain.core.errors import RuleBroken


@dataclass(frozen=True)
class LapsedMarking:
    """What somebody states about a file: why its marking no longer holds, and who decided that."""

    reason: str
    authority: str


def lapsed_marking(reason: str, authority: str) -> LapsedMarking:
    """The statement as it is kept. Raises RuleBroken where a half of it is missing."""
    reason, authority = reason.strip(), authority.strip()
    if not reason:
        raise RuleBroken("reason", "lapsed_reason_needed")
    if not authority:
        raise RuleBroken("authority", "lapsed_authority_needed")
    for field, text in (("reason", reason), ("authority", authority)):
        if len(text) > lengths.LINE:
            raise RuleBroken(field, "value_too_long", most=lengths.LINE)
    return LapsedMarking(reason, authority)
