"""Seconds that the tests of each folder took, beside what they may take on a quiet machine."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

TABLE = Path(__file__).with_name("suite_seconds.toml")


def budgets() -> dict[str, float]:
    """Folder below `tests/` -> seconds of its tests in sum, whichever worker runs them."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {name: float(seconds) for name, seconds in table["seconds"].items()}


def suite_of(nodeid: str) -> str:
    """The folder below `tests/` that a test lies in."""
    return nodeid.removeprefix("tests/").partition("/")[0]


def over_budget(spent: Mapping[str, float], allowed: Mapping[str, float]) -> list[str]:
    """The folders whose tests took longer than they may, or for which no budget is written."""
    return sorted(name for name, seconds in spent.items() if seconds > allowed.get(name, 0.0))


def lines(spent: Mapping[str, float], allowed: Mapping[str, float]) -> list[str]:
    """A line for each folder, the longest first."""
    over = over_budget(spent, allowed)
    return [
        f"{name:<14}{seconds:6.0f} s of {allowed.get(name, 0.0):4.0f} s"
        + (", over its budget" if name in over else "")
        for name, seconds in sorted(spent.items(), key=lambda each: -each[1])
    ]
