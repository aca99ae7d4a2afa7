"""Units by the names people type: identity is not a name, and two units may share one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from learnapp.domain.people.names import name_key

_STEPS = re.compile(r"\s*[/／\\>＞→]\s*")


def path_steps(written: str) -> list[str]:
    """A unit as it is written with what is above it, step by step from the top."""
    return _STEPS.split(written.strip())


@dataclass
class UnitNames:
    """A tree of units: those that there are, and (below 0) those that a file is going to make."""

    _names: dict[int, str] = field(default_factory=dict)
    _parents: dict[int, int | None] = field(default_factory=dict)
    _by_key: dict[str, list[int]] = field(default_factory=dict)
    _made: int = 0
    _found: dict[str, list[int]] = field(default_factory=dict)  # what was asked, until one is put

    @classmethod
    def of(cls, units: Iterable[tuple[int, str, int | None]]) -> UnitNames:
        """The tree of (id, name, parent's id)."""
        made = cls()
        for unit_id, name, parent_id in units:
            made._put(unit_id, name, parent_id)
        return made

    def _put(self, unit_id: int, name: str, parent_id: int | None) -> None:
        self._names[unit_id], self._parents[unit_id] = name, parent_id
        self._found.clear()
        self._by_key.setdefault(name_key(name), []).append(unit_id)

    def add(self, name: str, parent_id: int | None) -> int:
        """A unit to be made under a parent; the one that is there when the parent has one of that name."""
        for unit_id in self._by_key.get(name_key(name), []):
            if self._parents[unit_id] == parent_id:
                return unit_id
        self._made += 1
        fresh = -self._made
        self._put(fresh, name, parent_id)
        return fresh

    def knows(self, unit_id: int) -> bool:
        """Whether the unit is in the tree."""
        return unit_id in self._names

    def settle(self, place: int, unit_id: int) -> None:
        """A unit that was to be made is there now; those under it come later."""
        name, parent_id = self._names.pop(place), self._parents.pop(place)
        self._by_key[name_key(name)].remove(place)
        self._put(unit_id, name, parent_id)

    def parent(self, unit_id: int) -> int:
        """The unit above one that was added."""
        above = self._parents[unit_id]
        if above is None:
            raise KeyError(unit_id)
        return above

    def find(self, written: str) -> list[int]:
        """The units that a cell may mean: a name, or a path such as 城关分局/派出所."""
        found = self._found.get(written)
        if found is None:
            *above, name = path_steps(written)
            named = self._by_key.get(name_key(name), [])
            found = self._found[written] = [each for each in named if self._under(each, above)]
        return found

    def _under(self, unit_id: int, above: list[str]) -> bool:
        """Whether the units above it have these names, in this order, others between them or not."""
        wanted = [name_key(each) for each in above]
        at = self._parents[unit_id]
        while wanted and at is not None and at in self._names:
            if name_key(self._names[at]) == wanted[-1]:
                wanted.pop()
            at = self._parents[at]
        return not wanted

    def path(self, unit_id: int) -> str:
        """The unit with all above it, as a cell may name it: 云岭市公安局/城关派出所."""
        steps: list[str] = []
        at: int | None = unit_id
        while at is not None and at in self._names:
            steps.append(self._names[at])
            at = self._parents[at]
        return "/".join(reversed(steps))

    def shortest(self, unit_id: int) -> str:
        """The shortest way to name the unit so that no other is meant."""
        steps = self.path(unit_id).split("/")
        for count in range(1, len(steps) + 1):
            written = "/".join(steps[-count:])
            if self.find(written) == [unit_id]:
                return written
        return "/".join(steps)
