"""`learnapp quality`: the simulated rates of docs/quality.md."""

from __future__ import annotations

from click.testing import CliRunner

from learnapp.cli.quality import quality


def test_it_prints_a_line_for_each_size_and_manner():
    shown = CliRunner().invoke(quality, ["--units", "2", "--seed", "4"])
    lines = shown.output.splitlines()
    assert shown.exit_code == 0 and len(lines) == 1 + 3 * 3
    assert lines[0].split()[-4:] == ["guessing", "last_hour", "no_recall", "too_fast"]
    assert lines[7].split()[:2] == ["200", "well"] and set(lines[7].split()[2:]) == {"0.0%"}
