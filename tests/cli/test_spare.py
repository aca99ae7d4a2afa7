"""The way of a cold spare: last night's archive arrives, is restored by itself, and is switched to."""

from __future__ import annotations

import sqlite3
import time
import uuid
from pathlib import Path

from tests.cli.commands import refused, run


def _backup(home: Path, away: Path) -> None:
    done = run(home, "backup", "--to", str(away))
    assert done.exit_code == 0, done.output


def test_a_spare_restores_last_nights_archive_and_is_switched_to_in_time(
    home: Path, tmp_path: Path, record_property
):
    away, second = tmp_path / "away", tmp_path / "second"
    arrives = {"LEARNAPP_BACKUP_DIR": str(away)}
    refused(run(second, "spare", "refresh", **arrives), 1, "no archive")
    refused(run(second, "spare", "status", **arrives), 1, "refresh")
    run(home, "admin", "create", "--unit", "政法委", "--name", "管理员", "--login", "root")
    _backup(home, away)
    begun = time.monotonic()
    done = run(second, "spare", "refresh", **arrives)
    assert done.exit_code == 0 and "0 differences" in done.stdout, done.output
    restored = time.monotonic()
    assert run(second, "spare", "refresh", **arrives).stdout.startswith("current: ")
    assert run(second, "spare", "status", **arrives).exit_code == 0
    refused(run(second, "migrate"), 2, "spare switch")
    at = time.monotonic()
    assert "in place" in run(second, "spare", "switch").stdout
    assert run(second, "verify").stdout == "0 differences\n"
    took = f"restored and compared in {restored - begun:.1f} s, in place in {time.monotonic() - at:.1f} s"
    record_property("tried", f"a cold spare: {took}")
    refused(run(second, "spare", "refresh", **arrives), 1, "no spare")
    with sqlite3.connect(second / "learnapp.sqlite3") as there:
        assert there.execute("SELECT count(*) FROM people").fetchone() == (1,)


def test_an_old_copy_is_said_to_be_old(home: Path, tmp_path: Path):
    away, second, clock = tmp_path / "away", tmp_path / "second", tmp_path / "clock"
    clock.write_text("2026-11-27T01:30:00+08:00")
    then = {"LEARNAPP_BACKUP_DIR": str(away), "LEARNAPP_CLOCK_FILE": str(clock)}
    assert run(home, "backup", **then).exit_code == 0
    assert run(second, "spare", "refresh", **then).exit_code == 0
    assert run(second, "spare", "status", **then).exit_code == 0
    clock.write_text("2026-11-28T08:00:00+08:00")
    late = run(second, "spare", "status", **then)
    assert late.exit_code == 1 and "older" in late.stdout


def test_an_archive_that_does_not_agree_with_itself_is_not_adopted(home: Path, tmp_path: Path):
    away, second = tmp_path / "away", tmp_path / "second"
    arrives = {"LEARNAPP_BACKUP_DIR": str(away)}
    run(home, "admin", "create", "--unit", "政法委", "--name", "管理员", "--login", "root")
    row = (str(uuid.uuid4()), "d" * 64, 1, "image/png", "图", 1, "2026-11-27 00:00:00.000000")
    names = "public_id, sha256, size, media_type, name, owner_unit_id, recorded_at"
    with sqlite3.connect(home / "learnapp.sqlite3") as there:  # a row whose file is lost
        there.execute(f"INSERT INTO files ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    _backup(home, away)
    refused(run(second, "spare", "refresh", **arrives), 1, "does not agree")
    refused(run(second, "spare", "status", **arrives), 1, "refresh")
    assert not list((second / "spare").iterdir())


def test_with_postgresql_a_spare_is_refused_in_words(tmp_path: Path):
    url = "postgresql+psycopg://nobody@/nothing"
    refused(run(tmp_path / "home", "spare", "refresh", LEARNAPP_DATABASE_URL=url), 2, "replica")
