"""`learnapp doctor` says what is so, what to do, and fails where something must be seen to."""

from __future__ import annotations

from pathlib import Path

from tests.cli.commands import run


def test_a_scheduler_that_does_not_run_is_named_with_what_to_do(home: Path):
    done = run(home, "doctor", "--language", "zh")
    assert done.exit_code == 1
    assert "要处理  计划任务没有运行" in done.stdout and "    没有它就不会自动开考" in done.stdout
    english = run(home, "doctor", LANG="en_GB.UTF-8").stdout
    assert "The scheduler is not running" in english
