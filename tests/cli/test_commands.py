"""Commands speak: a mistake or a thing that is away is one sentence and an exit code, no traceback."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from learnapp.cli.address import Listen, listen_at
from learnapp.config import ConfigError
from tests.cli.commands import refused, run
from tests.loopback import free_port

LEARNAPP = Path(sys.executable).with_name("learnapp")


@pytest.mark.parametrize(
    ("setting", "value", "word"),
    [
        ("LEARNAPP_PORT", "eighty", "LEARNAPP_PORT"),
        ("LEARNAPP_PORT", "0", "LEARNAPP_PORT"),
        ("LEARNAPP_PORT", "70000", "LEARNAPP_PORT"),
        ("LEARNAPP_DATABASE_URL", "nonsense", "LEARNAPP_DATABASE_URL"),
        ("LEARNAPP_DATABASE_URL", "mysql://u@h/d", "LEARNAPP_DATABASE_URL"),
        ("LEARNAPP_DATABASE_URL", "postgresql+psycopg://u@h:port/d", "LEARNAPP_DATABASE_URL"),
        ("LEARNAPP_DATABASE_URL", "sqlite://", "LEARNAPP_DATABASE_URL"),
        ("LEARNAPP_BEHIND_PROXY", "yes", "LEARNAPP_BEHIND_PROXY"),
        ("LEARNAPP_SCHEDULER", "no", "LEARNAPP_SCHEDULER"),
        ("LEARNAPP_CLOCK_FILE", "/nowhere/clock", "LEARNAPP_CLOCK_FILE"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path, setting, value, word):
    done = run(tmp_path / "home", "serve", **{setting: value})
    refused(done, 2, word)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--workers", "0"],
        ["--workers", "-1"],
        ["--port", "0"],
        ["--port", "99999"],
        ["--port", "x"],
        ["--host", "no such host"],
        ["--host", ""],
        ["--host", "[::1"],
    ],
)
def test_serve_refuses_what_it_cannot_do_before_anything_is_made(tmp_path: Path, arguments):
    home = tmp_path / "home"
    refused(run(home, "serve", *arguments), 2, arguments[0])
    assert not home.exists()


def test_hosts_are_taken_as_people_write_them():
    assert listen_at("[::1]", 80) == listen_at("::1", 80) == Listen("::1", 80)
    assert Listen("::1", 80).url == "http://[::1]:80"
    assert listen_at("localhost", 80) == Listen("127.0.0.1", 80)
    with pytest.raises(ConfigError):
        listen_at("1.2.3.4.5", 80)


def test_a_database_that_is_down_is_one_sentence(tmp_path: Path):
    url = f"postgresql+psycopg://u:s3cr3t@127.0.0.1:{free_port()}/d"
    for command in (["migrate"], ["verify"], ["serve"]):
        done = run(tmp_path / "home", *command, LEARNAPP_DATABASE_URL=url)
        refused(done, 1, "the database cannot be reached")
        assert "s3cr3t" not in done.stderr


def test_a_database_newer_than_the_code_is_one_sentence(home: Path):
    connection = sqlite3.connect(home / "learnapp.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    for command in (["migrate"], ["verify"], ["serve"]):
        refused(run(home, *command), 1, "newer version")


def test_files_that_are_no_database_and_homes_that_are_no_folder(tmp_path: Path):
    home = tmp_path / "home"
    home.mkdir()
    (home / "learnapp.sqlite3").write_text("not a database, but long enough to look at " * 9)
    refused(run(home, "migrate"), 1, "not a database")
    (tmp_path / "file").write_text("")
    refused(run(tmp_path / "file", "migrate"), 2, "LEARNAPP_HOME")
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    refused(run(shared, "migrate"), 2, "LEARNAPP_HOME")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777


@pytest.mark.parametrize("command", [["verify"], ["paper", "show", "x"]])
def test_what_looks_at_an_installation_never_makes_one(tmp_path: Path, command):
    home = tmp_path / "home"
    refused(run(home, *command), 2, "no database")
    assert not home.exists()
    home.mkdir()
    (home / "learnapp.sqlite3").touch()
    refused(run(home, *command), 2, "no database")
    empty = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    sqlite3.connect(tmp_path / "other.sqlite3").executescript("CREATE TABLE t (a)")
    refused(run(home, *command, LEARNAPP_DATABASE_URL=empty), 2, "no installation")
    assert os.listdir(home) == ["learnapp.sqlite3"]


def test_an_admin_has_a_name_and_a_unit_that_there_is(home: Path):
    def create(unit: str, name: str, login: str) -> Result:
        return run(home, "admin", "create", "--unit", unit, "--name", name, "--login", login)

    refused(create("甲单位", "  ", "first"), 1, "name is empty")
    refused(create("　", "王管理", "first"), 1, "unit is empty")
    refused(create("甲单位", "王" * 201, "first"), 1, "too long")
    refused(create("甲单位", "王管理", "x"), 1, "login name")
    assert create("甲单位", "王管理", "first").exit_code == 0
    refused(create("乙单位", "李管理", "second"), 1, "there is no unit 乙单位")
    refused(create("甲单位", "李管理", "first"), 1, "taken")
    assert create("甲单位", "李管理", "second").exit_code == 0


def test_verify_compares_the_files_and_fails_when_they_lack(home: Path):
    assert run(home, "verify").exit_code == 0
    names = [char * 64 for char in "abc"]
    connection = sqlite3.connect(home / "learnapp.sqlite3")
    connection.execute("PRAGMA foreign_keys=OFF")
    for number, name in enumerate(names[:2], 1):
        connection.execute(
            "INSERT INTO version_media (version_id, sha256, media_type) VALUES (?, ?, 'image/png')",
            (number, name),
        )
    connection.commit()
    connection.close()
    for name in names[1:]:
        (home / "files" / name[:2]).mkdir(parents=True)
        (home / "files" / name[:2] / name).write_bytes(b"altered")
    done = run(home, "verify")
    assert done.exit_code == 1
    assert f"file {names[0]}: missing" in done.stdout
    assert f"file {names[1]}: its bytes are others" in done.stdout
    assert f"note: file {names[2]}" in done.stdout
    assert "2 differences" in done.stdout


def test_everything_kept_is_its_owners_alone_also_where_it_was_open(home: Path):
    (home / "files" / "ab").mkdir(parents=True)
    (home / "files" / "ab" / ("ab" * 32)).write_bytes(b"x")
    (home / "mine.txt").write_text("")
    for path in (home, *home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    assert run(home, "migrate").exit_code == 0
    open_ones = {
        str(path.relative_to(home))
        for path in (home, *home.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    }
    assert open_ones == {"mine.txt"}


def test_everything_made_is_its_owners_alone_whatever_the_umask(tmp_path: Path):
    home = tmp_path / "home"
    script = f"umask 000; exec {LEARNAPP} migrate"
    env = {**os.environ, "LEARNAPP_HOME": str(home)}
    subprocess.run(["/bin/sh", "-c", script], env=env, check=True, capture_output=True)
    for path in (home, *home.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
