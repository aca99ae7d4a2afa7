"""An installation for commands to work on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _umask() -> Iterator[None]:
    """Commands change it for their process, which here is everybody's."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def home(sqlite_url: str, tmp_path: Path) -> Path:
    """An installation without anybody in it."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), folder / "learnapp.sqlite3")
    return folder
