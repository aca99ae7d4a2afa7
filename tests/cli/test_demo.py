"""`learnapp demo load` fills an empty database, and leaves one in use alone."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from learnapp.cli.commands import cli
from learnapp.cli.demo import say_logins
from learnapp.db.core.engine import Database, make_engine
from learnapp.services.operations.demonstration import Login
from tests.cli.commands import run


class Loader:
    """A demonstration without content; notes when it is loaded."""

    PASSWORD = "demo-pass-1"

    def __init__(self) -> None:
        self.loaded: list[bool] = []

    def load(
        self, database: Database, now: datetime, password_hash: str, report: object, whole: bool
    ) -> None:
        """Note whether all of the library was wanted."""
        assert password_hash.startswith("$argon2")
        self.loaded.append(whole)

    def logins(self, session: object) -> list[Login]:
        """One role."""
        return [Login("干警", "王五", "officer")]


def _load(home: Path, loader: Loader, *options: str) -> str:
    command = ["demo", "load", *options]
    done = CliRunner().invoke(cli, command, obj=loader, env={"LEARNAPP_HOME": str(home)})
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize(("options", "whole"), [((), True), (("--small",), False)])
def test_an_empty_database_gets_the_demonstration(
    home: Path, options: tuple[str, ...], whole: bool
):
    loader = Loader()
    assert "loading" in _load(home, loader, *options)
    assert loader.loaded == [whole]


def test_a_database_in_use_is_left_alone(home: Path):
    done = run(home, "admin", "create", "--unit", "甲单位", "--name", "王管理", "--login", "first")
    assert done.exit_code == 0
    loader = Loader()
    assert "nothing was loaded" in _load(home, loader) and loader.loaded == []


def test_each_role_of_the_demonstration_is_printed_with_its_password(home: Path):
    database = Database(make_engine(f"sqlite:///{home / 'learnapp.sqlite3'}"))

    @click.command()
    def show() -> None:
        say_logins(database)

    said = CliRunner().invoke(show, obj=Loader()).stdout
    assert said.split() == ["干警", "officer", Loader.PASSWORD]
    database.engine.dispose()
