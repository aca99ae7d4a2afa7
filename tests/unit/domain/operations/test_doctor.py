"""From which figure on something is not well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from learnapp.domain.operations.doctor import (
    Finding,
    Level,
    of_backups,
    of_certificate,
    of_clock,
    of_database_version,
    of_space,
    worst,
)

GOOD, WARNING, BAD = Level


@pytest.mark.parametrize(
    "free, total, level",
    [(50_000, 100_000, GOOD), (1023, 4000, BAD), (4_000, 100_000, BAD), (5_000, 100_000, GOOD)],
)
def test_space_is_short_below_a_gigabyte_or_five_percent(free, total, level):
    assert of_space(free, total).level is level


@pytest.mark.parametrize("days, level", [(31, GOOD), (29.9, WARNING), (6.9, BAD), (-3, BAD)])
def test_a_certificate_is_renewed_in_time(days, level):
    assert of_certificate(days).level is level


def test_clocks_may_differ_by_seconds_and_a_jump_is_a_finding_of_its_own():
    assert [each.level for each in of_clock(timedelta(seconds=4), None)] == [GOOD]
    assert [each.level for each in of_clock(timedelta(seconds=-6), None)] == [BAD]
    assert of_clock(timedelta(seconds=-6.04), None)[0].params == {"seconds": 6.0}
    found = of_clock(timedelta(), timedelta(days=1))
    assert [each.check for each in found] == ["clock", "clock_jump"]
    assert found[1].params == {"seconds": 86400}


def test_backups_are_late_missing_or_open_to_read():
    assert [each.check for each in of_backups(3, "2026-11-20", True, False)] == ["backup_late"]
    assert [each.check for each in of_backups(0, None, False, True)] == ["backup_none"]
    assert [each.level for each in of_backups(0, "2026-11-20", True, False)] == [GOOD]
    checks = [each.check for each in of_backups(0, "2026-11-20", False, True)]
    assert checks == ["backup", "backup_plain", "backup_same_disk"]


@pytest.mark.parametrize(
    "kind, version, level",
    [
        ("SQLite", (3, 37, 0), GOOD),
        ("SQLite", (3, 31, 1), BAD),
        ("PostgreSQL", (17, 2), GOOD),
        ("PostgreSQL", (13, 9), BAD),
    ],
)
def test_a_database_that_is_not_tested_any_more_is_said(kind, version, level):
    assert of_database_version(kind, version).level is level


def test_the_worst_finding_counts():
    assert worst([]) is GOOD
    assert worst([Finding("a", GOOD), Finding("b", BAD), Finding("c", WARNING)]) is BAD
