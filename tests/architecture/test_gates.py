"""The gates themselves: each suite has its seconds, and a module that no test runs is named."""

from __future__ import annotations

from pathlib import Path

from tests import least_covered
from tests.suite_seconds import budgets, lines, over_budget, suite_of

TESTS = Path(__file__).parents[1]
WORKERS, WHOLE_S = 2, 12 * 60


def test_every_folder_with_tests_has_its_seconds_and_no_other():
    folders = {suite_of(path.relative_to(TESTS).as_posix()) for path in TESTS.rglob("test_*.py")}
    assert folders == set(budgets())


def test_all_suites_together_fit_into_twelve_minutes_of_two_workers():
    assert sum(budgets().values()) <= WORKERS * WHOLE_S


def test_a_suite_over_its_seconds_is_named_and_so_is_one_without_any():
    spent, allowed = {"unit": 9.0, "web": 12.0, "new": 1.0}, {"unit": 10.0, "web": 11.0}
    assert over_budget(spent, allowed) == ["new", "web"]
    said = lines(spent, allowed)
    assert [line.split()[0] for line in said] == ["web", "unit", "new"]
    assert [line.endswith("over its budget") for line in said] == [True, False, True]


def test_a_module_under_the_least_is_named_the_lowest_first():
    shares = {"a.py": 80.0, "b.py": 79.9, "c.py": 12.5, "d.py": 100.0}
    files = {path: {"summary": {"percent_covered": share}} for path, share in shares.items()}
    assert least_covered.under(files) == ["c.py: 12.5 %", "b.py: 79.9 %"]
