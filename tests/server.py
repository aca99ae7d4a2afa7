"""A real `learnapp serve` in a process of its own, with a home and a clock that tests can move."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path

from tests.guard import PATIENCE_S, Ended, Guarded, wait_until
from tests.loopback import free_port

# Straight to the loopback address, whatever proxy the machine is set to use.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def fetch(url: str, timeout: float = 60) -> tuple[int, bytes]:
    """The status and the body that an address answers with; status 0 when nobody answers."""
    try:
        with _OPENER.open(url, timeout=timeout) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


class Server:
    """One installation: it can be stopped, killed and started again and keeps its data."""

    def __init__(
        self,
        folder: Path,
        now: datetime | None = None,
        database_url: str | None = None,
        demo: bool = False,
        program: Path | None = None,
        workers: int | None = None,
    ) -> None:
        self.home = folder / "home"
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log = folder / "server.log"
        self.clock_file = folder / "clock"
        self._take_port()
        self._known = False  # whether others may know the port
        self._folder = folder
        self._demo = demo
        self._workers = workers
        self._program = program or Path(sys.executable).with_name("learnapp")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("LEARNAPP_")}
        self.env["LEARNAPP_HOME"] = str(self.home)
        if database_url:
            self.env["LEARNAPP_DATABASE_URL"] = database_url
        if now is not None:
            self.set_clock(now)
            self.env["LEARNAPP_CLOCK_FILE"] = str(self.clock_file)
        self.program: Guarded | None = None

    def set_clock(self, now: datetime, really: datetime | None = None) -> None:
        """From here on the server lives at this instant, and time goes on from it.

        Time really passed as far as that, or, when `really` is given, only to there: then the machine's
        wall clock was put to `now`, and its steady clock knows better.
        """
        if now.tzinfo is None:
            raise ValueError("an instant needs its zone")
        fresh = self.clock_file.with_suffix(".new")
        lines = [each.isoformat() for each in (now, really) if each is not None]
        fresh.write_text("\n".join(lines), encoding="ascii")
        fresh.replace(self.clock_file)

    def _take_port(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self, patience: float = PATIENCE_S) -> Server:
        """Start, and wait until it answers; at first on another port, should somebody have taken this."""
        for _ in range(0 if self._known else 3):
            try:
                return self._start(patience)
            except Ended as ended:
                if f"port {self.port} " not in str(ended) or "in use" not in str(ended):
                    raise
                self._take_port()
        return self._start(patience)

    def _start(self, patience: float) -> Server:
        command = [str(self._program), "serve", "--host", "127.0.0.1", "--port", str(self.port)]
        if self._demo:
            command.append("--demo")
        if self._workers:
            command += ["--workers", str(self._workers)]
        self.program = Guarded(command, self.log, env=self.env, cwd=self._folder)
        wait_until(self._healthy, "the server did not start", self.program, patience)
        self._known = True
        return self

    def use(self, program: Path) -> None:
        """From its next start on it is this program: an upgrade."""
        self._program = program

    def run(self, *arguments: str, **options: str) -> str:
        """Run another `learnapp` command on this installation and give what it printed."""
        done = subprocess.run(
            [str(self._program), *arguments],
            env=self.env | options,
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            raise RuntimeError(f"learnapp {' '.join(arguments)}\n{done.stdout}{done.stderr}")
        return done.stdout

    def _healthy(self) -> bool:
        return fetch(f"{self.url}/healthz", timeout=10)[0] == 200

    def stop(self) -> int:
        """Stop it as `systemctl stop` would, and give its exit code."""
        if self.program is None:
            return 0
        program, self.program = self.program, None
        return program.stop()

    def kill(self) -> None:
        """Kill it as a power cut would."""
        if self.program is not None:
            program, self.program = self.program, None
            program.kill()

    def last_words(self) -> str:
        """The end of its log."""
        if not self.log.exists():
            return ""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-40:])
