"""`learnapp policy` shows the limits of sign-ins and sets them within bounds."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import refused, run


def test_limits_are_shown_and_set_within_bounds(home: Path):
    shown = run(home, "policy").stdout
    assert "staff_idle_minutes      30   (5 to 20160)" in shown
    shown = run(home, "policy", "--set", "staff_idle_minutes", "15").stdout
    assert (
        "staff_idle_minutes      15" in shown
        and "staff_idle_minutes      15" in run(home, "policy").stdout
    )
    refused(run(home, "policy", "--set", "staff_idle_minutes", "1"), 1, "from 5 to 20160")
    assert "passwords opened         0 units" in run(home, "policy", "--open-passwords").stdout
    assert "separation of roles  off" in run(home, "policy", "--end-separation").stdout
