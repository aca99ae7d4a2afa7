"""What a deed costs: CPU, statements, memory, the longest time that it held the write lock."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_NOT_QUERIES = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass
class Cost:
    """CPU is that of this process: SQLite with it, a PostgreSQL server not. A lock is timed by the
    wall, and by its CPU, which others' load does not lengthen."""

    cpu_ms: float = 0.0
    locks_ms: list[float] = field(default_factory=list)  # of each writing transaction
    locks_cpu_ms: list[float] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    memory_mb: float = 0.0  # by how much the process grew at the most, what it had let go of apart

    @property
    def statements(self) -> int:
        """How many statements, transactions' own apart; an executemany is one."""
        return len(self.asked)

    @property
    def longest_lock_ms(self) -> float:
        """0 when nothing was written."""
        return max(self.locks_ms, default=0.0)

    def __str__(self) -> str:
        cpu = max(self.locks_cpu_ms, default=0.0)
        lock = f"{self.longest_lock_ms:8.1f} ms lock ({cpu:.1f} ms of CPU)" if self.locks_ms else ""
        return f"{self.cpu_ms:9.1f} ms {self.statements:7} st {self.memory_mb:4.0f} MB {lock}"


@contextmanager
def watching(engine: Engine) -> Iterator[Cost]:
    """The cost of what is done inside."""
    cost, begun = Cost(), {}

    def begin(connection: Any) -> None:
        if connection.get_execution_options().get("writing"):
            begun[id(connection.connection.dbapi_connection)] = _clocks()

    def end(connection: Any) -> None:
        start = begun.pop(id(connection.connection.dbapi_connection), None)
        if start is not None:
            wall, cpu = _clocks()
            cost.locks_ms.append((wall - start[0]) * 1000)
            cost.locks_cpu_ms.append((cpu - start[1]) * 1000)

    def count(_connection: Any, _cursor: Any, statement: str, *_about: Any) -> None:
        if not statement.startswith(_NOT_QUERIES):
            cost.asked.append(statement)

    hooks: list[tuple[str, Callable[..., None]]] = [
        ("begin", begin), ("commit", end), ("rollback", end), ("before_cursor_execute", count)
    ]  # fmt: skip
    for name, hook in hooks:
        event.listen(engine, name, hook)
    gc.collect()
    gc.freeze()  # as the server does once it has started: what is there already is not gone through
    memory, before = _resident_mb(from_now=True), time.process_time()
    try:
        yield cost
    finally:
        cost.cpu_ms = (time.process_time() - before) * 1000
        cost.memory_mb = _resident_mb() - memory
        for name, hook in hooks:
            event.remove(engine, name, hook)


def _resident_mb(from_now: bool = False) -> float:
    """The most memory that the process had since this was last asked `from_now` (Linux), or ever."""
    try:
        if from_now:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def cheapest(engine: Engine, deed: Callable[[], object], times: int = 5) -> Cost:
    """The cost of the cheapest of some repeats, after a first one that fills what is remembered."""
    deed()
    found = []
    for _ in range(times):
        with watching(engine) as cost:
            deed()
        found.append(cost)
    return min(found, key=lambda each: each.cpu_ms)
