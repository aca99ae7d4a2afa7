"""`make drill`: an exam night on three web machines and three databases, in namespaces of one machine.

LEARNAPP_DRILL_PEOPLE=300 people answer, each every LEARNAPP_DRILL_PACE=3 seconds;
LEARNAPP_DRILL=web,primary chooses what is lost; LEARNAPP_DRILL_FILES=database keeps files there;
LEARNAPP_DRILL_DIRECT=1 has the web machines know all databases, without PgBouncer and HAProxy between.
Where the programs or the rights are lacking, the reason is printed and nothing is tried. Ends with 1
when an acknowledged answer was lost, doubled or counted late.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.drill import apart, machines, several
from tests.drill.night import TROUBLES, Night
from tests.drill.people import Room
from tests.postgres import binaries

PEOPLE = int(os.environ.get("LEARNAPP_DRILL_PEOPLE", "60"))
WORKERS = int(os.environ.get("LEARNAPP_DRILL_WORKERS", "2"))
CHOSEN = os.environ.get("LEARNAPP_DRILL") or ",".join(TROUBLES)
_PROGRAMS = ("haproxy", "patroni", "etcd", "pgbouncer", "ip", "nsenter", "setpriv")
_DEBIAN = (
    "on Debian: apt install haproxy patroni etcd-server python3-etcd postgresql pgbouncer iproute2"
)


def missing() -> str:
    """Why the drill cannot be held on this machine; empty where it can."""
    if binaries() is None:
        return f"not found: postgresql ({_DEBIAN})"
    reason = apart.lacking(*_PROGRAMS)
    return f"{reason} ({_DEBIAN})" if reason.startswith("not found") else reason


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
    return 0 if night.end() else 1


if __name__ == "__main__":
    if reason := missing():
        print(f"the exam night was not held: {reason}")
        sys.exit(0)
    sys.exit(apart.held("tests.drill", inside))
