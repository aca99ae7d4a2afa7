"""A home folder that another user owns or that cannot be written is refused with what to do."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from learnapp.cli.home import check_home

STRANGER = 4242


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A home folder with a stored file's folder in it."""
    folder = tmp_path / "home"
    (folder / "files" / "ab").mkdir(parents=True)
    (folder / "secret.key").write_text("x")
    return folder


def test_a_folder_of_ones_own_is_taken(kept: Path):
    check_home(kept)
    check_home(kept.parent / "to be made")


def test_a_user_who_owns_nothing_of_it_learns_who_does(kept: Path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
    with pytest.raises(click.ClickException, match=f"not to {STRANGER}.*chown -R {STRANGER}"):
        check_home(kept)


def test_root_is_sent_to_the_owner(kept: Path, monkeypatch):
    if os.geteuid() == 0:
        os.chown(kept / "files" / "ab", STRANGER, -1)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(click.ClickException, match=r"not as root.*runuser -u"):
        check_home(kept)


def test_what_cannot_be_written_is_named_with_the_mode_it_needs(kept: Path, monkeypatch):
    ours = os.access
    monkeypatch.setattr(
        os, "access", lambda path, *a, **k: Path(path).name != "secret.key" and ours(path, *a, **k)
    )
    with pytest.raises(click.ClickException, match=r"secret\.key cannot be .* mode 0600"):
        check_home(kept)


def test_a_folder_that_cannot_be_made_says_how(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_a, **_k: False)
    with pytest.raises(click.ClickException, match=r"cannot be made: .* install -d -m 700"):
        check_home(tmp_path / "a" / "b")
