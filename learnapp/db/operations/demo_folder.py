"""The folder of a demonstration: its towns' homes and clocks, how far it is, what its visitors wish.

One program (`learnapp demo`) writes the state and takes the wishes; the pages read and wish.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from learnapp.domain.operations.demonstration import Wish

SMALL, LARGE = "small", "large"
_MARK, _STATE, _WISH = "demonstration", "state.json", "wish"


@dataclass(frozen=True)
class DemoState:
    """Which town is served, how far the large one is loaded (1.0: it is there), how far the clock has
    been moved where it is being moved, whether the last of these failed, and how many servers there were."""

    town: str = SMALL
    loaded: float = 0.0
    moving: float | None = None
    failed: bool = False
    served: int = 0


@dataclass(frozen=True)
class DemoFolder:
    """A folder that holds a demonstration and nothing else."""

    path: Path

    def prepare(self) -> None:
        """Make the folder, if it is not there; raise FileExistsError where something else is in it."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = self.path / _MARK
        if not mark.exists() and any(self.path.iterdir()):
            raise FileExistsError(self.path)
        mark.touch()

    @property
    def is_one(self) -> bool:
        """Whether there is a demonstration in it."""
        return (self.path / _MARK).exists()

    def home(self, town: str) -> Path:
        """The home of one of the towns."""
        return self.path / town

    def clock(self, town: str) -> Path:
        """The file of a town's clock (see `learnapp.clock`)."""
        return self.path / f"{town}.clock"

    def set_clock(self, town: str, now: datetime) -> None:
        """Let a town live at an instant from here on; both its clocks, so it is no jump."""
        self._replace(self.clock(town), now.isoformat())

    def state(self) -> DemoState:
        """How far it is; the first state where none is written yet."""
        try:
            return DemoState(**json.loads((self.path / _STATE).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return DemoState()

    def set_state(self, state: DemoState) -> None:
        """Say how far it is."""
        self._replace(self.path / _STATE, json.dumps(asdict(state)))

    def wish(self, wish: Wish) -> None:
        """Ask for something; the last that was asked for is done."""
        self._replace(self.path / _WISH, wish)

    def wished(self) -> Wish | None:
        """What is asked for and was not begun."""
        try:
            return Wish((self.path / _WISH).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def forget_wish(self) -> None:
        """What was asked for is begun."""
        (self.path / _WISH).unlink(missing_ok=True)

    def remove(self, town: str | None = None) -> None:
        """Remove a town, or the whole of it."""
        if town is None:
            shutil.rmtree(self.path)
            return
        shutil.rmtree(self.home(town), ignore_errors=True)
        self.clock(town).unlink(missing_ok=True)

    def _replace(self, path: Path, text: str) -> None:
        fresh = path.with_suffix(f".new{os.getpid()}")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
