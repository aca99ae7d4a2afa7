"""What is done to units in one step: merging, splitting, deferring; and their established order."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from learnapp.domain.core.errors import RuleBroken
from learnapp.domain.people.names import LONGEST_NAME, sort_key


class DeedKind(StrEnum):
    """What was done."""

    MERGED = "merged"  # 合并: everybody and all below it goes to another, the unit is put away
    SPLIT = "split"  # 分设: some of its people and units go to a new one beside it
    ROSTERED = "rostered"  # 值班表: who is on duty when
    DEFERRED = "deferred"  # 安保等: what falls due on some days is put off for everybody in it


class RolesBecome(StrEnum):
    """What the roles over a merged unit become."""

    ENDED = "ended"
    CARRIED = "carried"


def check_day(first: date, today: date) -> None:
    """Raise RuleBroken of "from_day" for a day to come, or one nobody means.

    A change of units is recorded when it holds, so that what it moves is what there is.
    """
    if first > today:
        raise RuleBroken("from_day", "in_the_future")
    if first.year < 1950:
        raise RuleBroken("from_day", "date_unlikely")


def check_merge(unit_id: int, into_id: int, below: Collection[int]) -> None:
    """Raise RuleBroken of "into" where a unit would be merged into itself or into one below it."""
    if unit_id == into_id:
        raise RuleBroken("into", "unit_is_there")
    if into_id in below:
        raise RuleBroken("into", "unit_below_itself")


def order_key(name: str, position: int | None) -> str:
    """By what siblings are listed: 建制序 first, then, without one, pinyin."""
    return (sort_key(name) if position is None else f"{position:04d} {sort_key(name)}")[
        :LONGEST_NAME
    ]
