"""The web machines and the balancers before them, by the samples of ops/, over one database."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path

from tests.drill.databases import OWNER, SAMPLES, SERVING, ask
from tests.drill.machines import Machine
from tests.guard import holds_within

PORT = 8080  # of the balancers
_BY_POOL = "127.0.0.1:6432/learnapp"
_DIRECT = (
    "/learnapp?host=192.0.2.11&host=192.0.2.12&host=192.0.2.13&target_session_attrs=read-write"
)
# By PgBouncer and HAProxy on the machine, or with all machines of the database named.
_WAY = _DIRECT if os.environ.get("LEARNAPP_DRILL_DIRECT") else _BY_POOL
# Files in PostgreSQL, or in a folder that all machines share.
IN_DATABASE = os.environ.get("LEARNAPP_DRILL_FILES") == "database"
_BALANCER = SAMPLES.parent / "proxy/haproxy.cfg"


class Offices:
    """Three web machines with a folder in common, and two balancers."""

    def __init__(self, folder: Path, now: datetime, workers: int) -> None:
        self.webs = [Machine(f"web{n}", 20 + n, folder) for n in (1, 2, 3)]
        self.balancers = [Machine(f"lb{n}", 30 + n, folder) for n in (1, 2)]
        self.shared = folder / "shared"
        self.shared.mkdir(mode=0o700)
        self._workers = workers
        self._clock = folder / "clock"
        self.set_clock(now)

    def set_clock(self, now: datetime) -> None:
        """From here on all machines live at this instant, and time goes on from it."""
        fresh = self._clock.with_suffix(".new")
        fresh.write_text(now.isoformat(), encoding="ascii")
        fresh.replace(self._clock)

    def start(self) -> None:
        """Start all web machines at one instant on an empty database, then the balancers."""
        for each in self.webs:
            self.start_web(each)
        self.wait_well()
        for each in self.balancers:
            self.start_balancer(each)
        self.wait_balanced()

    def start_web(self, machine: Machine) -> None:
        """Start a web machine's own HAProxy and PgBouncer, and the service."""
        way = SAMPLES / "postgresql.cfg"
        machine.start("haproxy", ["haproxy", "-db", "-f", str(way)], {})
        name, password = SERVING
        users = machine.folder / "userlist.txt"
        users.write_text(f'"{name}" "{password}"\n', encoding="ascii")
        pool = machine.folder / "pgbouncer.ini"
        sample = (SAMPLES / "pgbouncer.ini").read_text(encoding="utf-8")
        pool.write_text(sample.replace("= userlist.txt", f"= {users}"), encoding="utf-8")
        machine.start("pgbouncer", ["pgbouncer", str(pool)], {}, OWNER)
        home = machine.folder / "home"
        env = {
            "LEARNAPP_HOME": str(home),
            **self._in_common(home),
            "LEARNAPP_DATABASE_URL": f"postgresql+psycopg://{name}:{password}@{_WAY}",
            "LEARNAPP_BEHIND_PROXY": "1",
            "LEARNAPP_BACKUPS": "0",
            "LEARNAPP_CLOCK_FILE": str(self._clock),
        }
        program = str(Path(sys.executable).with_name("learnapp"))
        where = ["--host", machine.address, "--port", "8000", "--workers", str(self._workers)]
        machine.start("learnapp", [program, "serve", *where], env)

    def _in_common(self, home: Path) -> dict[str, str]:
        """How the machines have files and key in common."""
        if not IN_DATABASE:
            home.mkdir(mode=0o700, exist_ok=True)
            return {"LEARNAPP_SHARED": str(self.shared)}
        if not home.exists():
            home.mkdir(mode=0o700)
            key = home / "secret.key"
            key.write_text("d" * 64, encoding="ascii")
            key.chmod(0o600)
        return {"LEARNAPP_FILES": "database"}

    def start_balancer(self, machine: Machine) -> None:
        """Start a balancer by the sample."""
        lines = _BALANCER.read_text(encoding="utf-8").splitlines()
        # Without the certificate, and with as few connections as any machine allows.
        changed = {"bind": f"    bind {machine.address}:{PORT}", "maxconn": "    maxconn 1000"}
        plain = [each for each in lines if "X-Forwarded-Proto" not in each]
        words = [changed.get(each.strip().partition(" ")[0], each) for each in plain]
        config = machine.folder / "haproxy.cfg"
        config.write_text("\n".join(words) + "\n", encoding="utf-8")
        machine.start("haproxy", ["haproxy", "-db", "-f", str(config)], {})

    def wait_well(self, patience: float = 240) -> None:
        """Wait until every web machine says that it is ready."""

        def well() -> bool:
            return all(
                ask(f"http://{each.address}:8000/health/ready", timeout=10)[0] == 200
                for each in self.webs
            )

        if not holds_within(patience, well):
            raise RuntimeError("\n".join(each.last_words() for each in self.webs))

    def wait_balanced(self, patience: float = 60) -> None:
        """Wait until both balancers find somebody who answers."""

        def balanced() -> bool:
            return all(
                ask(f"http://{each.address}:{PORT}/health/live", timeout=10)[0] == 200
                for each in self.balancers
            )

        if not holds_within(patience, balanced):
            raise RuntimeError("\n".join(each.last_words() for each in self.balancers))
