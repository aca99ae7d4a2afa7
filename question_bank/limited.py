"""Work on a file from outside in a process of its own, within limits of memory, time and output.

The process is started fresh (never forked from a threaded one), gets none of our environment, sets
its own limits before it sees the file, and is killed afterwards with all that it started. It answers
in JSON and plain bytes, so that nothing it sends can run here. One idle process is kept ready: a
small file then costs a few milliseconds more than reading it here.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from question_bank.formats.records import Refused
from question_bank.frames import ANSWER, BYTES, DONE, FAILED, READY, REFUSED, read_frame

MB = 1024 * 1024
log = logging.getLogger("question_bank.limited")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one piece of work may use: address space and output in bytes, times in seconds.

    `wait_s` is how long it may wait for its turn: anyone who waits holds a thread that serves pages.
    """

    memory: int = 1024 * MB
    cpu_s: int = 20
    wall_s: int = 40
    output: int = 256 * MB
    wait_s: int = 5


SOON = Limits()
"""The most for what a person waits for."""
LATER = Limits(memory=2048 * MB, cpu_s=600, wall_s=1800, output=1024 * MB, wait_s=600)
"""For background work and the command line."""
OFFICE = Limits(memory=6144 * MB, cpu_s=90, wall_s=100)
"""For an Office program, whose libraries alone take much address space."""

_LEAST_CPU_S, _CPU_S_PER_MB = 6, 14


def soon(size: int) -> Limits:
    """The limits for a file of so many bytes that a person waits for.

    A megabyte of questions takes 5 seconds on an ordinary machine. A small file gets less time than
    a large one, so that a thousand bytes cannot cost what a megabyte may.
    """
    cpu_s = min(SOON.cpu_s, _LEAST_CPU_S + size * _CPU_S_PER_MB // MB)
    return replace(SOON, cpu_s=cpu_s, wall_s=min(SOON.wall_s, 4 * cpu_s))


# How many may run at once for one of our processes; the others wait their turn.
_TURNS = threading.BoundedSemaphore(2)
_LOCK = threading.Lock()
_spare: list[subprocess.Popen[bytes]] = []


def run(
    task: str, source: bytes | Path, about: dict[str, Any], limits: Limits | None = None
) -> Generator[Any, None, None]:
    """What `task` ("module:function") yields for the file: JSON values, and bytes as they are.

    The function is called in the other process with the file (bytes, or a path read where it lies)
    and `about` (JSON data); without `limits` those of `soon` hold. Raises the Refused that it raises,
    and Refused("too_costly") when it goes beyond a limit or dies.
    """
    limits = limits or soon(_size(source))
    if not _TURNS.acquire(timeout=limits.wait_s):
        raise Refused("too_busy")
    try:
        yield from _answers(task, source, about, limits)
    finally:
        _TURNS.release()


def _size(source: bytes | Path) -> int:
    return len(source) if isinstance(source, bytes) else source.stat().st_size


def _answers(
    task: str, source: bytes | Path, about: dict[str, Any], limits: Limits
) -> Generator[Any, None, None]:
    process = _started(_request(task, source, about, limits), source)
    clock = threading.Timer(limits.wall_s, _kill, (process,))
    clock.daemon = True
    clock.start()
    left = limits.output
    try:
        while True:
            kind, payload = read_frame(_end_of(process.stdout), left)
            left -= len(payload)
            if kind == DONE:
                break
            yield from _one(task, kind, payload)
    finally:
        clock.cancel()
        _end(process)
        _prepare()


def _one(task: str, kind: bytes, payload: bytes) -> Iterator[Any]:
    if kind == BYTES:
        yield payload
    elif kind == ANSWER:
        yield json.loads(payload)
    elif kind == REFUSED:
        refusal = json.loads(payload)
        raise Refused(str(refusal["code"]), **refusal["params"])
    elif kind == FAILED:
        log.error("%s failed: %s", task, payload.decode("utf-8", "replace"))
        raise Refused("broken_file", part="—")
    else:  # the stream ended: a limit was reached, or the process died
        log.warning("%s ended without an answer", task)
        raise Refused("too_costly")


def _request(task: str, source: bytes | Path, about: dict[str, Any], limits: Limits) -> bytes:
    asked = {
        "task": task,
        "about": about,
        "limits": asdict(limits),
        "path": None if isinstance(source, bytes) else str(source.absolute()),
        "size": len(source) if isinstance(source, bytes) else 0,
    }
    head = json.dumps(asked).encode()
    return struct.pack(">I", len(head)) + head


def _started(head: bytes, source: bytes | Path) -> subprocess.Popen[bytes]:
    """A process that has the request; a spare one may have gone meanwhile, a new one has not."""
    for process in (_taken(), None):
        process = process or _new()
        if _sent(process, head, source):
            return process
        _end(process)
    raise RuntimeError("no process could be started to read the file")


def _end_of(pipe: IO[bytes] | None) -> IO[bytes]:
    """Our end of a pipe to a process that was started with pipes."""
    if pipe is None:
        raise RuntimeError("the process was started without pipes")
    return pipe


def _sent(process: subprocess.Popen[bytes], head: bytes, source: bytes | Path) -> bool:
    if read_frame(_end_of(process.stdout), 0)[0] != READY:
        return False
    try:
        with _end_of(process.stdin) as pipe:
            pipe.write(head)
            if isinstance(source, bytes):
                pipe.write(source)
    except OSError:
        return False
    return True


def _new() -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    paths = os.pathsep.join(each or os.getcwd() for each in sys.path)
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "question_bank.limited_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**environment, "PYTHONPATH": paths, "LANG": "C.UTF-8"},
        start_new_session=True,
    )


def _taken() -> subprocess.Popen[bytes] | None:
    with _LOCK:
        while _spare:
            process = _spare.pop()
            if process.poll() is None:
                return process
            _end(process)
    return None


def _prepare() -> None:
    """Start the process for the next file, unless one is waiting."""
    with _LOCK:
        if not _spare:
            with contextlib.suppress(OSError):
                _spare.append(_new())


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and what it started, and close our ends of its pipes."""
    _kill(process)
    for pipe in (process.stdin, process.stdout):
        _close(pipe)
    process.wait()


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        with contextlib.suppress(OSError):
            pipe.close()


def _end_spare() -> None:
    with _LOCK:
        while _spare:
            _end(_spare.pop())


atexit.register(_end_spare)
# A spare process belongs to who started it: after a fork the other one starts its own.
os.register_at_fork(after_in_child=_spare.clear)
