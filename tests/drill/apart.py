"""A process that is alone with what it starts and mounts: all of it ends with it, however it ends."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.install.inside import raise_loopback

_INSIDE = "inside"
_KINDS = ("--net", "--mount", "--pid")


def lacking(*programs: str) -> str:
    """Why nothing can be held apart on this machine, or which programs it lacks; empty where it can."""
    if os.geteuid() != 0:
        return "namespaces and mounts need root"
    gone = [each for each in ("unshare", *programs) if shutil.which(each) is None]
    if gone:
        return f"not found: {', '.join(gone)}"
    tried = subprocess.run(["unshare", *_KINDS, "--fork", "true"], check=False)
    return "this machine allows no namespaces" if tried.returncode else ""


def held(module: str, inside: Callable[[Path], int]) -> int:
    """Run `inside` in a folder and in namespaces of its own; its exit code.

    `module` is called a second time, in the namespaces, and comes here again.
    """
    if sys.argv[1:2] == [_INSIDE]:
        return _reaping(inside, Path(sys.argv[2]))
    folder = tempfile.mkdtemp(prefix="learnapp-drill-", dir="/tmp")
    os.chmod(folder, 0o755)
    try:
        command = ["unshare", *_KINDS, "--fork", "--mount-proc", "--kill-child"]
        command += [sys.executable, "-m", module, _INSIDE, folder]
        return subprocess.run(command, check=False).returncode
    finally:
        if not os.environ.get("LEARNAPP_DRILL_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


def _reaping(inside: Callable[[Path], int], folder: Path) -> int:
    """The work in a child, whose exit code is this. The first process of a namespace is given what others
    leave behind: a killed PostgreSQL that nobody waits for would pass for one that runs."""
    child = os.fork()
    if child == 0:
        raise_loopback()
        sys.exit(inside(folder))
    while True:
        ended, status = os.wait()
        if ended == child:
            return os.waitstatus_to_exitcode(status)
