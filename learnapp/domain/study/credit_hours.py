"""学时: fixed credits for evidence, never timed; two kinds that are never summed (干部教育培训工作条例)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken

MOST_TENTHS = 800  # 80 学时 for one thing
WITHOUT = frozenset({"auxiliary"})  # categories that earn none unless it is set for them


class HoursKind(StrEnum):
    """集中培训 comes of study sessions alone; readings and exams are 网络自学."""

    TRAINING = "training"
    SELF_STUDY = "self_study"


class HoursState(StrEnum):
    """Whether hours that were earned are recognised, by a document."""

    AWAITING = "awaiting"  # 待认定
    RECOGNISED = "recognised"  # 已认定


@dataclass(frozen=True)
class Hours:
    """What somebody earned for one thing, in tenths of an hour of credit."""

    kind: HoursKind
    tenths: int
    state: HoursState


def check_hours(tenths: int) -> None:
    """Raise RuleBroken("hours", "hours_out_of_range") unless 0 to 80 hours; 0 sets none."""
    if not 0 <= tenths <= MOST_TENTHS:
        raise RuleBroken("hours", "hours_out_of_range", most=MOST_TENTHS // 10)


def earns(category: str, for_everybody: bool) -> bool:
    """Whether a person of a category earns the hours of a thing: 辅警 only where it is set so."""
    return for_everybody or category not in WITHOUT


def totals(hours: Iterable[Hours]) -> dict[tuple[HoursKind, HoursState], int]:
    """The tenths by kind and state; kinds are never added to one another."""
    found = {(kind, state): 0 for kind in HoursKind for state in HoursState}
    for each in hours:
        found[each.kind, each.state] += each.tenths
    return found


def in_hours(tenths: int) -> str:
    """Tenths as hours: 15 is 1.5, 20 is 2."""
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)
