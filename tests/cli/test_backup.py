"""`learnapp backup` makes an archive, checks one, and `learnapp restore` brings it back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.commands import refused, run


def _archive(done) -> Path:
    return Path(done.stdout.splitlines()[0])


def test_a_backup_is_made_checked_and_restored_into_an_empty_home(home: Path, tmp_path: Path):
    key = tmp_path / "key"
    key.write_text("a secret of more than twenty characters\n")
    run(home, "admin", "create", "--unit", "政法委", "--name", "管理员", "--login", "root")
    done = run(home, "backup", "--to", str(tmp_path / "away"), "--key-file", str(key))
    assert done.exit_code == 0 and "encrypted" in done.stdout
    archive = _archive(done)
    checked = run(home, "backup", "--check", str(archive), LEARNAPP_BACKUP_KEY_FILE=str(key))
    assert checked.stdout.startswith("whole: of ")
    other = tmp_path / "other home"
    refused(run(other, "restore", str(archive)), 1, "encrypted")
    done = run(other, "restore", str(archive), "--key-file", str(key))
    assert done.exit_code == 0 and "restored" in done.stdout
    assert run(other, "verify").stdout == "0 differences\n"
    assert (other / "secret.key").read_bytes() == (home / "secret.key").read_bytes()
    refused(run(other, "restore", str(archive), "--key-file", str(key)), 1, "already")


def test_settings_of_backups_that_cannot_be_used_are_said(home: Path, tmp_path: Path):
    short = tmp_path / "short"
    short.write_text("too short")
    refused(run(home, "backup", "--key-file", str(short)), 2, "less than 20")
    refused(run(home, "backup", LEARNAPP_BACKUP_KEEP="many"), 2, "7,4,6")
    done = run(home, "backup", LEARNAPP_BACKUP_KEEP="3, 2, 1")
    assert _archive(done).parent == home.resolve() / "backups"


def test_a_backup_by_hand_that_fails_is_recorded_as_a_nightly_one_is(home: Path, tmp_path: Path):
    no_folder = tmp_path / "a file"
    no_folder.write_text("in the way")
    refused(run(home, "backup", "--to", str(no_folder / "below")), 1, "cannot be written")
    with sqlite3.connect(home / "learnapp.sqlite3") as there:
        (found,) = there.execute("SELECT state, detail FROM backup_runs").fetchall()
    assert found[0] == "failed" and "backup_unwritable" in found[1]
