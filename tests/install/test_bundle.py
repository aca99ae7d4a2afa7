"""What is shipped installs and starts where there is neither network nor checkout."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from learnapp import __version__
from ops.bundle import commit
from tests.guard import Guarded
from tests.missing import not_tested

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
INSIDE = Path(__file__).with_name("inside.py")
BASE_PYTHON = getattr(sys, "_base_executable", sys.executable)
NO_REGISTRY = (
    "The bundle was not tested: its wheels could not be fetched "
    "(needs the Python package registry once; afterwards they are kept in build/)"
)


def _apart() -> list[str]:
    """The command that cuts a program off from every network, if this machine allows it."""
    if shutil.which("unshare") is None:
        return []
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return []


def _run_inside(tmp_path: Path, program: Path, *install: str) -> dict[str, Any]:
    """Run inside.py with nothing of our environment, in an empty folder, and give what it saw."""
    home = tmp_path / "home"
    empty = tmp_path / "empty"
    home.mkdir()
    empty.mkdir()
    env = {"PATH": "/usr/bin:/bin", "HOME": str(home), "PIP_NO_INDEX": "1", "PYTHON": BASE_PYTHON}
    result = tmp_path / "result.json"
    command = [*_apart(), BASE_PYTHON, "-I", str(INSIDE), str(result), str(empty), str(program)]
    inside = Guarded([*command, *install], tmp_path / "log", env=env, cwd=empty)
    try:
        inside.process.wait(240)
    finally:
        inside.kill()
    assert result.exists(), inside.tail()
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    assert found["started"], inside.tail()
    return found


def _assert_works(found: dict[str, Any]) -> None:
    """It served the sign-in page with its styles, kept its data in var, and stopped when asked."""
    assert found["page_status"] == 200
    assert 'type="password"' in found["page"]
    assert found["assets"], "the sign-in page names no styles"
    for path, (status, size) in found["assets"].items():
        assert (status, size > (10_000 if ".css" in path else 100)) == (200, True), path
    assert "var/learnapp.sqlite3" in found["made"]
    assert "var/secret.key" in found["made"]
    assert found["exit"] == 0


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The application's wheel, as `make bundle` builds it."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "ops.bundle", "--wheel", "--out", str(out)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(out.glob("*.whl"))


def test_a_build_says_of_which_commit_it_is(wheel: Path) -> None:
    assert wheel.name.startswith(f"learnapp-{__version__}{commit()}-")


def test_bundle_installs_and_starts_without_any_network(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ops.bundle", "--out", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if built.returncode and "pip download" in built.stderr:
        not_tested(NO_REGISTRY)
    assert built.returncode == 0, built.stdout + built.stderr
    unpacked = tmp_path / "unpacked"
    unpacked.mkdir()
    archive = next(tmp_path.glob("*.tar.gz"))
    subprocess.run(["tar", "-xzf", str(archive), "-C", str(unpacked)], check=True)
    folder = next(unpacked.iterdir())
    target = tmp_path / "installed here"
    install = ["sh", str(folder / "install.sh"), str(target)]
    found = _run_inside(tmp_path, target / "bin" / "learnapp", *install)
    _assert_works(found)
    if _apart():
        assert found["devices"] == ["lo"]
    assert not list((tmp_path / "home").iterdir()), "something was written outside its folder"


def test_install_script_says_plainly_which_python_it_needs(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\necho 3.6\n")
    old.chmod(0o755)
    script = (ROOT / "ops" / "bundle" / "install.sh").read_text(encoding="utf-8")
    script = script.replace("@MACHINE@", os.uname().machine).replace("@PYTHON@", "3.99")
    script = script.replace("@GLIBC@", "2.5")
    (tmp_path / "install.sh").write_text(script, encoding="utf-8")
    tools = "/usr/bin:/bin"
    done = subprocess.run(
        ["sh", str(tmp_path / "install.sh"), str(tmp_path / "target")],
        env={"PATH": f"{tmp_path}:{tools}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "需要 Python 3.99" in done.stderr
    assert f"{old}=3.6" in done.stderr
    assert not (tmp_path / "target").exists()


def test_wheel_installed_elsewhere_starts_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere"
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    packages = next((place / "lib").glob("python*/site-packages"))
    # The libraries of this venv, by a plain path line: its own editable install stays out of it.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-qq", "--no-deps"]
    subprocess.run([*install, "--no-index", str(wheel)], check=True)
    where = [str(python), "-I", "-c", "import learnapp; print(learnapp.__file__)"]
    found_at = subprocess.run(where, cwd="/", capture_output=True, text=True, check=True).stdout
    assert Path(found_at.strip()).is_relative_to(place)
    _assert_works(_run_inside(tmp_path, place / "bin" / "learnapp"))


@pytest.mark.parametrize(
    "pattern",
    [
        "learnapp/templates/*.html",
        "learnapp/static/vendor/pico.min.css",
        "learnapp/static/vendor/idb.js",
        "learnapp/translations/en/LC_MESSAGES/messages.mo",
        "learnapp/db/migrations/env.py",
        "learnapp/db/migrations/versions/*.py",
        "learnapp/demo/*.yaml",
        "learnapp/demo/readings/*.md",
        "question_bank/sample/*.yaml",
        "question_bank/library/*.yaml",
        "question_bank/library/readings/*.md",
        "question_bank/library/reviews/*.yaml",
        "question_bank/py.typed",
    ],
)
def test_wheel_carries_what_the_application_needs(wheel: Path, pattern: str) -> None:
    with zipfile.ZipFile(wheel) as packed:
        assert any(Path(name).match(pattern) for name in packed.namelist())


def test_wheel_carries_nothing_of_the_workshop(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        tops = {name.split("/")[0] for name in packed.namelist()}
        names = packed.namelist()
    assert {top for top in tops if not top.endswith(".dist-info")} == {"learnapp", "question_bank"}
    assert not [name for name in names if name.endswith((".pyc", ".po", ".pot"))]
