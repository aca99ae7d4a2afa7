"""The installer beside a running release: it never touches what serves, and switches in one step."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ops.bundle import PARTS, TEXTS, Release, fill_in, sha256
from ops.targets import HERE
from tests.guard import Guarded, wait_until

pytestmark = pytest.mark.slow

BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
VERSION = "9.9"
PROGRAM = """
import sys, time
def main():
    print("up", flush=True)
    while "serve" in sys.argv:
        time.sleep(0.05)
        sys.modules.pop("learnapp_late", None)
        import learnapp_late
        print(learnapp_late.NAME, flush=True)
"""


def _wheel(folder: Path, late: str) -> Path:
    """A wheel with a program that imports a part of itself again and again while it serves."""
    info = f"learnapp-{VERSION}.dist-info"
    files = {
        "learnapp_stub.py": PROGRAM,
        "learnapp_late.py": f"NAME = {late!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: learnapp\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "[console_scripts]\nlearnapp = learnapp_stub:main\n",
    }
    lines = []
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        lines.append(f"{name},sha256={digest.decode()},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
    path = folder / f"learnapp-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for name, text in files.items():
            packed.writestr(name, text)
    return path


def _archive(folder: Path, late: str) -> Path:
    """What `make bundle` makes, with the small program in place of ours."""
    (folder / "wheels").mkdir(parents=True)
    wheel = _wheel(folder / "wheels", late)
    text = f"learnapp=={VERSION} --hash=sha256:{sha256(wheel)}\n"
    (folder / "requirements.txt").write_text(text)
    for name in TEXTS:
        fill_in(name, folder / name, Release(VERSION, HERE, "2.5"))
    listed = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{sha256(path)}  {path.relative_to(folder)}\n" for path in listed)
    (folder / "SHA256SUMS").write_text(sums)
    return folder


def _install(
    archive: Path, target: Path, *options: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "PYTHON": BASE_PYTHON, "HOME": str(target.parent)} | environment
    command = ["sh", str(archive / "install.sh"), *options, str(target)]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def _state(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file with its identity and time of change."""
    found = sorted(path for path in folder.rglob("*") if not path.is_symlink())
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in found}


def test_the_same_version_again_beside_a_running_one_and_a_damaged_one(tmp_path: Path):
    target = tmp_path / "installed here"
    first = _install(_archive(tmp_path / "one", "old"), target)
    assert first.returncode == 0, first.stdout + first.stderr
    serving = (target / "current").resolve()
    program = Guarded([str(target / "bin" / "learnapp"), "serve"], tmp_path / "log")
    try:
        wait_until(lambda: "old" in program.tail(), "it does not serve", program)
        before = _state(serving)
        second = _install(_archive(tmp_path / "two", "new"), target)
        assert second.returncode == 0, second.stdout + second.stderr
        assert _state(serving) == before, "what serves was touched"
        count = program.log.read_text().count("old")
        wait_until(lambda: program.log.read_text().count("old") > count, "it stopped", program)
        assert "new" not in program.log.read_text()
    finally:
        program.stop()
    newest = (target / "current").resolve()
    assert newest != serving and newest.parent == serving.parent
    assert f'rm -rf "{serving}"' in second.stdout and f'rm -rf "{newest}"' not in second.stdout
    late = subprocess.run(
        [str(newest / "venv/bin/python"), "-c", "import learnapp_late as l; print(l.NAME)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert late.stdout.strip() == "new"

    for expected in (serving, newest):
        done = _install(tmp_path / "two", target, "--back")
        assert done.returncode == 0, done.stdout + done.stderr
        assert (target / "current").resolve() == expected

    damaged = _archive(tmp_path / "three", "broken")
    with (damaged / "wheels" / f"learnapp-{VERSION}-py3-none-any.whl").open("ab") as wheel:
        wheel.write(b"x")
    (damaged / "SHA256SUMS").write_text("")
    refused = _install(damaged, target)
    assert refused.returncode != 0
    assert (target / "current").resolve() == newest
    assert sorted(target.glob("releases/*")) == sorted((serving, newest)), "half of one was left"


def test_without_an_earlier_release_there_is_no_way_back(tmp_path: Path):
    archive, target = _archive(tmp_path / "one", "old"), tmp_path / "installed"
    assert "没有" in _install(archive, target, "--back").stderr
    assert _install(archive, target).returncode == 0
    refused = _install(archive, target, "--back")
    assert refused.returncode == 1 and "没有更早的版本" in refused.stderr


def test_an_archive_with_a_python_of_its_own_needs_no_other(tmp_path: Path):
    archive = _archive(tmp_path / "one two", "old")
    own = archive / "python" / "bin" / f"python{HERE.python}"
    own.parent.mkdir(parents=True)
    own.write_text(f'#!/bin/sh\nexec "{BASE_PYTHON}" "$@"\n')
    own.chmod(0o755)
    target = tmp_path / "installed"
    done = _install(archive, target, PYTHON="")
    assert done.returncode == 0, done.stdout + done.stderr
    packed = (target / "current").resolve() / "python" / "bin" / own.name
    assert packed.read_bytes() == own.read_bytes()
    shutil.rmtree(archive)
    assert subprocess.run([str(target / "bin" / "learnapp"), "x"], check=False).returncode == 0


def test_what_is_installed_can_be_read_by_a_service_user_and_written_by_none(tmp_path: Path):
    target = tmp_path / "installed"
    old = os.umask(0o077)
    try:
        done = _install(_archive(tmp_path / "one", "old"), target)
    finally:
        os.umask(old)
    assert done.returncode == 0, done.stdout + done.stderr
    made = (target / "current").resolve()
    wrong = [
        path
        for path in made.rglob("*")
        if not path.is_symlink()
        and (path.stat().st_mode & 0o044 != 0o044 or path.stat().st_mode & 0o022)
    ]
    assert not wrong
    if os.getuid():
        return  # only root installs for another user
    for folder in (target, target / "releases", target / "bin", made):
        assert folder.stat().st_mode & 0o055 == 0o055, folder


@pytest.mark.parametrize("name", ["README.txt", "learnapp.service", "install.sh"])
def test_the_order_that_is_given_makes_nothing_as_root_in_the_data_folder(name: str):
    text = (PARTS / name).read_text(encoding="utf-8")
    start = text.index("useradd")
    own, admin = text.index("install -d -o learnapp"), text.index("admin create", start)
    assert start < own < admin
    line = text[:admin].rsplit("\n", 1)[-1]
    assert "runuser -u learnapp --" in line
