"""The workshop: locks that name no registry, programs that end with their test, no network."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.guard import PATIENCE_S, holds_within
from tests.loopback import OutsideAddress

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [*sorted((ROOT / "ops").glob("requirements*.txt")), ROOT / "package-lock.json"]

_STARTER = """
import os, sys, time
from pathlib import Path
from tests.guard import Guarded
folder = Path(sys.argv[1])
program = Guarded(["sleep", "600"], folder / "log", folder=folder / "scratch")
print(program.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_lock_names_no_registry_and_no_folder_of_a_machine(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert not re.findall(r"https?:|file:|--index-url|--find-links|\"resolved\"|/root/", text)


@pytest.mark.parametrize("lock", LOCKS[:-1], ids=lambda path: path.name)
def test_lock_pins_each_package_with_hashes(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9-]+==\S+[^\n]*", text, re.M)
    assert pins
    assert all(pin.endswith("\\") for pin in pins)
    assert len(re.findall(r"^\S", re.sub(r"^#.*", "", text, flags=re.M), re.M)) == len(pins)


def test_guarded_program_and_its_folder_go_when_the_tests_are_killed(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-c", _STARTER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        pid = int(starter.stdout.readline())
        os.kill(pid, 0)
        starter.kill()
    assert holds_within(PATIENCE_S, lambda: not scratch.exists() and not _runs(pid))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_tests_reach_this_machine_only() -> None:
    with pytest.raises(OutsideAddress):
        socket.create_connection(("192.0.2.1", 80))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", 1))
