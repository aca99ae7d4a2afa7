"""`make drill`: an exam night on three web machines and three databases, in namespaces of one machine.

LEARNAPP_DRILL_PEOPLE=300 people answer; LEARNAPP_DRILL=web,primary chooses what is lost. Where the
programs or the rights are lacking, the reason is printed and nothing is tried. Ends with 1 when an
acknowledged answer was lost, doubled or counted late.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.drill import machines, several
from tests.drill.night import TROUBLES, Night, say
from tests.drill.people import Room
from tests.postgres import binaries

PEOPLE = int(os.environ.get("LEARNAPP_DRILL_PEOPLE", "60"))
WORKERS = int(os.environ.get("LEARNAPP_DRILL_WORKERS", "2"))
CHOSEN = os.environ.get("LEARNAPP_DRILL") or ",".join(TROUBLES)
_PROGRAMS = ("haproxy", "patroni", "etcd", "pgbouncer", "ip", "unshare", "nsenter", "setpriv")
_INSIDE = "inside"


def lacking() -> str:
    """Why the drill cannot be held on this machine; empty where it can."""
    if os.geteuid() != 0:
        return "namespaces and mounts need root"
    gone = [each for each in _PROGRAMS if shutil.which(each) is None]
    if binaries() is None:
        gone.append("postgresql")
    if gone:
        debian = "haproxy patroni etcd-server python3-etcd postgresql pgbouncer iproute2"
        return f"{', '.join(gone)}: not found (on Debian: apt install {debian})"
    tried = subprocess.run(["unshare", "--net", "--mount", "--pid", "--fork", "true"], check=False)
    return "this machine allows no namespaces" if tried.returncode else ""


def outside() -> int:
    """Hold the drill in namespaces that end with it, whatever becomes of this process."""
    if reason := lacking():
        print(f"the drill was not held: {reason}")
        return 0
    apart = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"]
    folder = tempfile.mkdtemp(prefix="learnapp-drill-", dir="/tmp")
    os.chmod(folder, 0o755)
    try:
        command = [*apart, sys.executable, "-m", "tests.drill", _INSIDE, folder]
        return subprocess.run(command, check=False).returncode
    finally:
        if not os.environ.get("LEARNAPP_DRILL_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


def reaping(folder: Path) -> int:
    """The drill in a child, whose exit code is this. The first process of a namespace is given what others
    leave behind: a killed PostgreSQL that nobody waits for would pass for one that runs."""
    child = os.fork()
    if child == 0:
        sys.exit(inside(folder))
    while True:
        ended, status = os.wait()
        if ended == child:
            return os.waitstatus_to_exitcode(status)


def inside(folder: Path) -> int:
    """The drill; 1 when something that was acknowledged did not hold."""
    machines.prepare()
    night = Night(folder, PEOPLE, WORKERS)
    night.begin()
    several.several_machines(night)
    with Room(night.people) as room:
        room.wait_all_saved("at the beginning")
        for each in CHOSEN.split(","):
            TROUBLES[each](night, room)
    night.hand_in()
    wrong = night.reckoning() | {"two primaries at once": max(0, night.most_leading - 1)}
    held = sum(state == "held" for each in night.people for state in each.told.values())
    late = sum(state == "after_deadline" for each in night.people for state in each.told.values())
    say(f"{held} answers acknowledged as held, {late} refused as late")
    for name, count in wrong.items():
        say(f"{name}: {count}")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    if sys.argv[1:2] == [_INSIDE]:
        sys.exit(reaping(Path(sys.argv[2])))
    sys.exit(outside())
