"""The server's processes: started, replaced when one dies, stopped, and the database left whole."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from granian import Granian
from granian.constants import HTTPModes, Interfaces, Loops, SSLProtocols
from granian.server.common import AbstractServer

from learnapp import logs
from learnapp.db.core.engine import Database
from learnapp.serving.parent import PARENT

# Of GNU's malloc: how many heaps (M_ARENA_MAX), and from how many free bytes at its end one is given
# back (M_TRIM_THRESHOLD).
_KNOBS = {-8: 1, -1: 256 * 1024}
# How long a process may go on with what it had begun when it is asked to stop.
DRAIN_S = 10
# A server that fails this often within this time is not started again: something is wrong with it.
FAILURES, WITHIN_S = 5, 120.0


@dataclass(frozen=True)
class Served:
    """Where and how the pages are served: address, port, processes, and the certificate with its key."""

    address: str
    port: int
    workers: int
    certificate: tuple[Path, Path] | None = None


def run(where: Served, database: Database) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit code: 1 when processes died again and again.

    The caller has no connection to the database open. Afterwards the database file is whole by
    itself.
    """
    os.environ[PARENT] = str(os.getpid())
    _use_memory_sparingly()
    failed: list[float] = []
    try:
        while True:
            server = _server(where)
            if _served(server):
                return 0
            failed = [each for each in failed if each > time.monotonic() - WITHIN_S]
            failed.append(time.monotonic())
            if len(failed) >= FAILURES:
                click.echo(f"gave up: the processes died {FAILURES} times", err=True)
                return 1
            server.main_loop_interrupt.clear()
            server.main_loop_interrupt.wait(len(failed))
            if server.interrupt_signal:
                return 0
    finally:
        _fold(database)


def _use_memory_sparingly() -> None:
    """Let the processes share what is loaded by now: the collector, which writes a mark on each thing
    that it looks at, leaves it alone from here on. And give back what was used: the threads of a
    process have one heap, which ends where its last use does."""
    gc.collect()
    gc.freeze()
    with contextlib.suppress(
        OSError, AttributeError
    ):  # another C library than GNU's has no such knobs
        knobs = ctypes.CDLL(None)
        for knob, value in _KNOBS.items():
            knobs.mallopt(knob, value)


def _served(server: AbstractServer[Any]) -> bool:
    """Serve; whether it was stopped on purpose, not by processes that died one upon the other."""
    try:
        server.serve()
    except SystemExit:
        return bool(server.interrupt_signal)
    return True


def _server(where: Served) -> AbstractServer[Any]:
    certificate, key = where.certificate or (None, None)
    return Granian(
        "learnapp.app:make_served_app",
        address=where.address,
        port=where.port,
        ssl_cert=certificate,
        ssl_key=key,
        ssl_protocol_min=SSLProtocols.tls12,
        interface=Interfaces.RSGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        workers=where.workers,
        respawn_failed_workers=True,
        workers_kill_timeout=DRAIN_S,
        # Each phone keeps its connection, and one counts against this even while it is quiet.
        backlog=8192,
        backpressure=8192,
        factory=True,
        log_access=False,
        log_dictconfig=logs.SERVER,
        websockets=False,
    )


def _fold(database: Database) -> None:
    """Leave everything in the database file; say so when another program keeps it open."""
    if not database.fold():
        click.echo(
            "another program has the database open: copy learnapp.sqlite3, -wal and -shm together",
            err=True,
        )
