"""`learnapp content load` gives a unit what comes with the product, and says how much was new."""

from __future__ import annotations

from pathlib import Path

from learnapp.services.operations import ready_content
from question_bank import library
from tests.cli.commands import refused, run


def test_a_unit_gets_the_content_and_is_told_how_much(home: Path):
    made = run(home, "admin", "create", "--unit", "甲单位", "--name", "王管理", "--login", "first")
    assert made.exit_code == 0
    readings, checks = len(library.readings()), sum(map(len, library.checks().values()))
    done = run(home, "content", "load", "--unit", "甲单位")
    assert done.exit_code == 0, done.output
    counts = f"{len(ready_content.questions())} questions, {readings} readings, {checks} checks"
    assert done.stdout == f"{counts} added\n"
    again = run(home, "content", "load", "--unit", "甲单位")
    assert again.stdout == "0 questions, 0 readings, 0 checks added\n"
    refused(run(home, "content", "load", "--unit", "乙单位"), 1, "乙单位", "no unit")
