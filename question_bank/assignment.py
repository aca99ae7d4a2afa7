"""Who gets what from a shared supply: exact, where a greedy would leave a gap it need not."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

Taken = list[dict[int, int]]


def broadest_last(fits: Sequence[Sequence[int]], supply: Sequence[int]) -> list[int]:
    """The demands in the order to serve them: those with the least to choose from first."""
    return sorted(range(len(fits)), key=lambda d: (sum(supply[g] for g in fits[d]), d))


def augment(
    wanted: Sequence[int], fits: Sequence[Sequence[int]], free: list[int], taken: Taken
) -> None:
    """Fill the demands as far as any assignment can, changing `free` and `taken` in place.

    `fits[d]` are the groups that demand d may take from, `free[g]` what is left in group g,
    `taken[d][g]` what d holds of g. What a demand holds in all never shrinks, so the demands
    served first are short last; the total is the maximum flow.
    """
    for demand in broadest_last(fits, [left + _held(taken, g) for g, left in enumerate(free)]):
        while (gap := wanted[demand] - sum(taken[demand].values())) > 0:
            path = _path(demand, fits, free, taken)
            if path is None:
                break
            _shift(demand, path, gap, free, taken)


def _held(taken: Taken, group: int) -> int:
    return sum(each.get(group, 0) for each in taken)


Step = tuple[int, int]


def _path(
    demand: int, fits: Sequence[Sequence[int]], free: Sequence[int], taken: Taken
) -> list[Step] | None:
    """The shortest way from a demand to a group with something left.

    Each step (d, g) says that demand d shall take from group g, giving up what it held of the
    group of the step before.
    """
    came: dict[int, tuple[int, int | None]] = {}
    queue: deque[tuple[int, int | None]] = deque([(demand, None)])
    seen = {demand}
    while queue:
        current, through = queue.popleft()
        for group in fits[current]:
            if group in came:
                continue
            came[group] = (current, through)
            if free[group] > 0:
                return _trace(group, came)
            for other, holds in enumerate(taken):
                if other not in seen and holds.get(group, 0) > 0:
                    seen.add(other)
                    queue.append((other, group))
    return None


def _trace(group: int, came: dict[int, tuple[int, int | None]]) -> list[Step]:
    steps: list[Step] = []
    at: int | None = group
    while at is not None:
        demand, before = came[at]
        steps.append((demand, at))
        at = before
    return steps[::-1]


def _shift(demand: int, path: list[Step], gap: int, free: list[int], taken: Taken) -> None:
    amount = min(gap, free[path[-1][1]])
    for (_, group), (holder, _) in pairwise(path):
        amount = min(amount, taken[holder][group])
    free[path[-1][1]] -= amount
    given_up: int | None = None
    for holder, group in path:
        holds = taken[holder]
        holds[group] = holds.get(group, 0) + amount
        if given_up is not None:
            holds[given_up] -= amount
        given_up = group
