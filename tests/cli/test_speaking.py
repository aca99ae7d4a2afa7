"""Whatever a command raises is one sentence with an exit code."""

from __future__ import annotations

import errno

import click
import pytest
from click.testing import CliRunner
from sqlalchemy.exc import ProgrammingError

from learnapp.cli.speaking import SpeakingGroup
from learnapp.domain.core.errors import Conflict, RuleBroken


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/home"),
            "No space left on device /home",
        ),
        (OSError("odd"), "odd"),
        (Conflict("last_admin"), "refused: last_admin"),
        (RuleBroken("name", "value_too_long"), "the name is too long: at most — characters"),
        (ProgrammingError("SELECT", {}, Exception("syntax")), "the database refused: "),
        (ZeroDivisionError("5 by 0"), "failed unexpectedly: ZeroDivisionError"),
    ],
)
def test_an_error_is_a_sentence_and_no_traceback(error: Exception, sentence: str):
    @click.group(cls=SpeakingGroup)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        raise error

    done = CliRunner().invoke(group, ["fail"])
    assert done.exit_code == 1
    assert f"Error: {sentence}" in done.stderr and "Traceback" not in done.output
