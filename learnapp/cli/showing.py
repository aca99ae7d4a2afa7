"""The program behind a demonstration that is shown: it serves one town, loads the other, moves the clock.

Each of them is a `learnapp` of its own; the pages say what is wished by a file in the folder.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import click

from learnapp.clock import read_file
from learnapp.db.core.engine import Database, make_engine
from learnapp.db.operations.demo_folder import LARGE, SMALL, DemoFolder, DemoState
from learnapp.db.progress.figure_facts import stages_in_force
from learnapp.domain.operations.demonstration import Wish, after_stage, next_friday

_EVERY_S = 0.3
_STOPS_WITHIN_S = 15


@dataclass
class Showing:
    """One demonstration: its folder, where it is served, and the programs that run."""

    folder: DemoFolder
    host: str
    port: int
    state: DemoState = field(default_factory=DemoState)
    server: subprocess.Popen[str] | None = None
    loading: subprocess.Popen[str] | None = None
    mover: subprocess.Popen[str] | None = None
    target: datetime | None = None  # to where the clock is being moved
    ended: list[int] = field(default_factory=list)
    telling: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> int:
        """Show it until SIGTERM or Ctrl-C; the exit code."""
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, self._end)
        try:
            self._begin()
            while not self.ended:
                self._round()
                time.sleep(_EVERY_S)
        finally:
            for program in (self.mover, self.loading, self.server):
                self._stop(program)
        return 1 if self.server and self.server.returncode not in (0, None, -15) else 0

    def _end(self, number: int, _frame: FrameType | None) -> None:
        self.ended.append(number)

    def _begin(self) -> None:
        """Serve what is there; load what is not."""
        self.state = replace(self.folder.state(), moving=None, failed=False)
        self.folder.forget_wish()
        if not self.folder.clock(SMALL).exists():
            self._make_small()
        whole = self.folder.clock(LARGE).exists()
        self._tell(loaded=1.0 if whole else 0.0, town=self.state.town if whole else SMALL)
        self._serve()
        if not whole:
            self._load_large()

    def _make_small(self) -> None:
        self.folder.remove(SMALL)
        if self._learnapp(SMALL, "demo", "load").wait():
            raise click.ClickException("the demonstration could not be loaded; see above")
        self.folder.set_clock(SMALL, datetime.now(UTC))

    def _serve(self) -> None:
        listen = ("--host", self.host, "--port", str(self.port), "--workers", "1")
        self._tell(served=self.state.served + 1)
        self.server = self._learnapp(self.state.town, "serve", *listen)

    def _load_large(self) -> None:
        self.folder.remove(LARGE)
        self.loading = self._learnapp(LARGE, "demo", "town", "--machine", heard="loaded")

    def _round(self) -> None:
        """See what has ended, and do what is wished."""
        if self.server is not None and self.server.poll() is not None:
            self.ended.append(0)
        elif self.loading is not None and self.loading.poll() is not None:
            self._loaded(self.loading.returncode == 0)
        elif self.mover is not None and self.mover.poll() is not None:
            self._moved(self.mover.returncode == 0)
        elif (wish := self.folder.wished()) is not None:
            if wish in (Wish.FRIDAY, Wish.STAGE_END) and self.mover is None:
                self._tell(moving=0.0)  # before the wish is gone: a page sees the one or the other
            self.folder.forget_wish()
            self._do(wish)

    def _loaded(self, well: bool) -> None:
        self.loading = None
        if well:
            self.folder.set_clock(LARGE, datetime.now(UTC))
        self._tell(loaded=1.0 if well else 0.0, failed=not well)

    def _moved(self, well: bool) -> None:
        """All has happened until then: the clock follows."""
        self.mover = None
        if well and self.target is not None:
            self.folder.set_clock(self.state.town, self.target)
        self._tell(moving=None, failed=not well)

    def _do(self, wish: Wish) -> None:
        if wish is Wish.RESET:
            self._reset()
        elif wish in (Wish.SMALL, Wish.LARGE):
            town = LARGE if wish is Wish.LARGE else SMALL
            if self.mover is None and self.folder.clock(town).exists() and town != self.state.town:
                self._stop(self.server)
                self._tell(town=town)
                self._serve()
        elif self.mover is None:
            self._move(wish)

    def _reset(self) -> None:
        """All of it anew; a browser that asks meanwhile is answered as soon as the small town is there."""
        for each in (self.mover, self.loading, self.server):
            self._stop(each)
        self.mover = self.loading = None
        for town in (SMALL, LARGE):
            self.folder.remove(town)
        self._make_small()
        self._tell(town=SMALL, loaded=0.0, moving=None, failed=False)
        self._serve()
        self._load_large()

    def _move(self, wish: Wish) -> None:
        """Let everybody act until then."""
        town = self.state.town
        now = read_file(self.folder.clock(town)).wall if self.folder.clock(town).exists() else None
        to = None if now is None else self._target(wish, now)
        if to is None:
            self._tell(moving=None)
            return
        self.target = to
        self.mover = self._learnapp(
            town, "demo", "move", f"{to:%Y-%m-%dT%H:%M:%S%z}", heard="moving"
        )

    def _target(self, wish: Wish, now: datetime) -> datetime | None:
        if wish is Wish.FRIDAY:
            return next_friday(now)
        path = self.folder.home(self.state.town) / "learnapp.sqlite3"
        database = Database(make_engine(f"sqlite:///{path}"))
        with database.reading() as session:
            last_days = [each.last_day for each in stages_in_force(session)]
        database.engine.dispose()
        return after_stage(last_days, now)

    def _tell(self, **what: Any) -> None:
        with self.telling:
            self.state = replace(self.state, **what)
            self.folder.set_state(self.state)

    def _learnapp(self, town: str, *words: str, heard: str = "") -> subprocess.Popen[str]:
        """Start a `learnapp` over a town."""
        env = {k: v for k, v in os.environ.items() if k != "LEARNAPP_DATABASE_URL"}
        env |= {"LEARNAPP_HOME": str(self.folder.home(town)), "LEARNAPP_BACKUPS": "0"}
        if self.folder.clock(town).exists():
            env["LEARNAPP_CLOCK_FILE"] = str(self.folder.clock(town))
        env["LEARNAPP_DEMONSTRATION"] = str(self.folder.path)
        command = [sys.executable, "-c", "from learnapp.app import main; main()", *words]
        if not heard:
            return subprocess.Popen(command, env=env, text=True)
        made = subprocess.Popen(command, env=env, text=True, stdout=subprocess.PIPE)
        threading.Thread(target=self._hear, args=(made, heard), daemon=True).start()
        return made

    def _hear(self, program: subprocess.Popen[str], what: str) -> None:
        """Pass on how far a program is that loads or moves."""
        for line in program.stdout or ():
            if program in (self.loading, self.mover) and line.strip().replace(".", "").isdecimal():
                self._tell(**{what: min(0.99, float(line))})

    @staticmethod
    def _stop(program: subprocess.Popen[str] | None) -> None:
        """Stop a program that runs, and wait for it."""
        if program is None or program.poll() is not None:
            return
        program.terminate()
        try:
            program.wait(_STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
