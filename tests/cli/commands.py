"""One command in this process, and what it said."""

from __future__ import annotations

import os
from pathlib import Path

from click.testing import CliRunner, Result

from learnapp.app import make_loader
from learnapp.cli.commands import cli


def run(home: Path, *arguments: str, **environment: str) -> Result:
    """One command on an installation, with what it said and its exit code."""
    env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("LEARNAPP_")}
    env |= {"LEARNAPP_HOME": str(home)} | environment
    return CliRunner().invoke(cli, arguments, obj=make_loader(), env=env, catch_exceptions=False)


def refused(done: Result, code: int, *words: str) -> None:
    """It ended with the code, and said one sentence with these words."""
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.stderr + done.stdout
    said = [line for line in done.stderr.splitlines() if line.startswith("Error: ")]
    assert len(said) == 1, done.stderr
    for word in words:
        assert word in said[0], said
