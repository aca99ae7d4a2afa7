"""Whether this installation is well, part by part, within two seconds, also while a part is frozen.

All parts are looked at by one thread of this process, never by the caller's; who asks waits for it no
longer than the deadline and reports what has no answer by then. The probes that write are made once in
five seconds by one process of the machine, and the others read its findings from a small file.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from learnapp.db.operations import heartbeat
from learnapp.db.operations.probe import Probe, ProbeFailed

DEADLINE_S = 1.8  # so that the answer is out within two
PROBE_EVERY_S = 5.0
LOOK_EVERY_S = 0.5
LEAST_FREE = 20 * 1024 * 1024
PARTS = ("scheduler", "space", "files", "database", "write")
_PROBED = ("files", "database", "write")
_WELL = "well"
_RECENT_S = PROBE_EVERY_S + DEADLINE_S
_SIZE = 1024  # of the findings: rewritten in place, which a full disk allows


@dataclass(frozen=True)
class Report:
    """Each part with "well", or "ill: " and the reason."""

    parts: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether every part is well."""
        return all(state == _WELL for state in self.parts.values())


class Health:
    """The health of one installation, for all callers of this process."""

    def __init__(self, database_url: str, home: Path, store: Path | None = None) -> None:
        self._home, self._store = home, store or home
        self._probe = Probe(database_url)
        self._board = home / "health"
        self._lock = threading.Lock()
        self._parts: dict[str, str] = {}
        self._begun = self._last_at = float("-inf")
        self._ended = threading.Event()
        self._ended.set()
        self._last: Report | None = None

    def report(self) -> Report:
        """The state of every part; takes two seconds at most, and no time while a part stays frozen."""
        with self._lock:
            now = time.monotonic()
            begins = self._ended.is_set() and now - self._begun >= LOOK_EVERY_S
            if begins:
                self._begin()
            ended, parts, left = self._ended, self._parts, self._begun + DEADLINE_S - now
            last, age = self._last, now - self._last_at
        if not begins and not ended.is_set() and last is not None and age < _RECENT_S:
            return last  # one waits for what is looked at now; the others need not
        ended.wait(max(0.0, left))
        known = dict(parts)
        report = Report({name: known.get(name, "ill: no answer") for name in PARTS})
        with self._lock:
            self._last, self._last_at = report, time.monotonic()
        return report

    def _begin(self) -> None:
        self._parts, self._begun, self._ended = {}, time.monotonic(), threading.Event()
        arguments = (self._parts, self._ended)
        threading.Thread(target=self._look, args=arguments, name="health", daemon=True).start()

    def _look(self, parts: dict[str, str], ended: threading.Event) -> None:
        try:
            parts["scheduler"] = _state(self._scheduler)
            parts["space"] = _state(self._space)
            with _opened(self._board) as handle:
                self._probed(parts, handle)
        finally:
            ended.set()

    def _probed(self, parts: dict[str, str], handle: int | None) -> None:
        """The findings of anyone who probes on this machine; this process, when nobody does."""
        end = time.monotonic() + DEADLINE_S
        while time.monotonic() < end:
            found = _read(handle)
            parts.update(found["parts"])
            if found["done"]:
                return
            if _taken(handle):
                if not _read(handle)["done"]:
                    self._make_probes(parts, handle)
                return
            if time.monotonic() - found.get("at", end) > DEADLINE_S:
                return  # who probes is frozen: what is known by now is all there is
            time.sleep(0.02)

    def _make_probes(self, parts: dict[str, str], handle: int | None) -> None:
        begun = time.monotonic()
        found: dict[str, str] = {}
        for name in _PROBED:
            parts.pop(name, None)
        for name, look in zip(
            _PROBED, (self._files, self._probe.read, self._probe.write), strict=True
        ):
            _write(handle, {"at": begun, "done": False, "parts": found})
            found[name] = parts[name] = _state(look)
        _write(handle, {"at": begun, "done": True, "parts": found})

    def _scheduler(self) -> None:
        age = heartbeat.age_s(self._home / "scheduler.lock")
        if age is None:
            raise ProbeFailed("no round since the start of the machine")
        if age > heartbeat.LATE_S:
            raise ProbeFailed(f"last round {age:.0f} s ago")

    def _space(self) -> None:
        free = shutil.disk_usage(self._home).free
        if free < LEAST_FREE:
            raise ProbeFailed(f"{free // 1024} kB free")

    def _files(self) -> None:
        """A file can be written where uploads are stored."""
        folder = self._store / "files"
        with tempfile.TemporaryFile(dir=folder if folder.is_dir() else self._store) as out:
            out.write(b"\0" * 4096)
            out.flush()
            os.fsync(out.fileno())


def _state(look: Callable[[], None]) -> str:
    try:
        look()
    except ProbeFailed as refused:
        return f"ill: {refused}"
    except OSError as error:
        return f"ill: {error.strerror or type(error).__name__}"
    except Exception as error:  # a probe that cannot be made proves nothing
        return f"ill: {type(error).__name__}"
    return _WELL


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    """The findings' file, or None where it cannot be had: then each process looks for itself."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        yield None
        return
    try:
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int | None) -> bool:
    """Whether this process is the one that probes."""
    if handle is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(handle: int | None) -> dict[str, Any]:
    """The findings: of a probe that goes on, or of one made less than five seconds ago."""
    nothing: dict[str, Any] = {"done": False, "parts": {}}
    if handle is None:
        return nothing
    try:
        found: dict[str, Any] = json.loads(os.pread(handle, _SIZE, 0).rstrip(b"\0 "))
    except (OSError, ValueError):
        return nothing
    fresh = 0 <= time.monotonic() - found["at"] < PROBE_EVERY_S
    return found if fresh or not found["done"] else nothing


def _write(handle: int | None, findings: dict[str, Any]) -> None:
    if handle is None:
        return
    try:
        os.pwrite(handle, json.dumps(findings).encode().ljust(_SIZE), 0)
    except OSError:
        return
