"""The order in which units are listed: each after the one above it, with its depth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def in_tree_order(
    units: Iterable[tuple[int, int, str]], parents: Mapping[int, int | None]
) -> list[tuple[int, int]]:
    """(unit, depth) of the units given as (unit, level, sort key), parents first.

    A unit whose parent is not among them is at depth 0. Siblings go by level and sort key.
    """
    known = sorted(units, key=lambda each: (each[1], each[2], each[0]))
    there = {unit_id for unit_id, _, _ in known}
    children: dict[int | None, list[int]] = {}
    for unit_id, _, _ in known:
        parent = parents.get(unit_id)
        children.setdefault(parent if parent in there else None, []).append(unit_id)
    found: list[tuple[int, int]] = []
    waiting = [(unit_id, 0) for unit_id in reversed(children.get(None, []))]
    while waiting:
        unit_id, depth = waiting.pop()
        found.append((unit_id, depth))
        waiting += [(child, depth + 1) for child in reversed(children.get(unit_id, []))]
    return found
