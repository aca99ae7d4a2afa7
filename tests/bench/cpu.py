"""CPU seconds of a program and all it started, by what Linux counts in /proc."""

from __future__ import annotations

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def _table() -> dict[int, tuple[int, float]]:
    """Per process its parent and its seconds, those of its ended children with them."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            text = (folder / "stat").read_text()
        except OSError:
            continue
        fields = text.rpartition(")")[2].split()
        ticks = sum(int(field) for field in fields[11:15])
        found[int(folder.name)] = (int(fields[1]), ticks / _TICK)
    return found


def cpu_seconds(*programs: int) -> float:
    """What the programs, and all below them, have used so far; programs must still run."""
    table = _table()
    wanted = _below(table, set(programs))
    return sum(seconds for pid, (_, seconds) in table.items() if pid in wanted)


def processes_of(program: int) -> set[int]:
    """A program and all that it started, by their ids."""
    return _below(_table(), {program})


def _below(table: dict[int, tuple[int, float]], programs: set[int]) -> set[int]:
    """The programs and all that they started."""
    wanted, grown = programs, True
    while grown:
        below = {pid for pid, (parent, _) in table.items() if parent in wanted}
        grown = not below <= wanted
        wanted = wanted | below
    return wanted


def thread_seconds(*programs: int) -> float:
    """The same to the nanosecond, of the processes and threads that live: for short spans, in which
    none ends."""
    table = _table()
    wanted = _below(table, set(programs))
    return sum(_nanoseconds(pid) for pid in wanted) / 1e9


def _nanoseconds(pid: int) -> int:
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += int((task / "schedstat").read_text().split()[0])
        except OSError:  # it has just ended
            continue
    return found
