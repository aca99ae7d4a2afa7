"""What two processes hold after many exams: proportional memory (PSS) of the server, by process."""

from __future__ import annotations

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from tests.bench.cpu import processes_of
from tests.bench.whole_exam import Meter, prepare, sit
from tests.server import Server
from tests.small_office import NOW

EXAMS = 2_000
MOST_MIB = 220


def pss_mib(pid: int) -> int:
    """The process's own memory, and its part of what it shares; 0 for one that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next(int(each.split()[1]) for each in lines if each.startswith("Pss:")) // 1024


def _say(when: str, pid: int) -> None:
    each = sorted(filter(None, map(pss_mib, processes_of(pid))))
    print(f"{when:>12}: {sum(each)} MiB in all (asked: {MOST_MIB}), by process {each}", flush=True)


def main(exams: int) -> None:
    """Print it at the start, on the way and after so many exams, one after the other."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        url = f"sqlite:///{folder / 'memory.sqlite3'}"
        window_id = prepare(url, exams)
        server = Server(folder, now=NOW + timedelta(hours=2), database_url=url, workers=2).start()
        assert server.program is not None
        pid = server.program.process.pid
        try:
            _say("at the start", pid)
            for number in range(exams):
                sit(server.port, window_id, f"{200000 + number}", Meter(()))
                if number + 1 in (100, 500, 1_000):
                    _say(f"{number + 1} exams", pid)
            _say(f"{exams} exams", pid)
        finally:
            server.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else EXAMS)
