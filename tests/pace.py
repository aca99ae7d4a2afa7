"""CPU time as an ordinary machine would have needed it: limits hold on a slow or busy one, too."""

from __future__ import annotations

import time

_TURNS = 60_000
_LITTLE_S = 0.05  # within every limit anyway
_ORDINARY_S = 0.0045  # what `_work` takes on the machine the limits were set on


def _work() -> float:
    begun = time.process_time()
    total = 0
    for n in range(_TURNS):
        total = (total * 31 + len(str(n))) % 1_000_003
    return time.process_time() - begun


def cpu_since(start: float) -> float:
    """Seconds of this process since `start`, a reading of time.process_time(), never more than they were.

    Cores that are shared, throttled or simply older make CPU time itself longer: it is divided by how
    much longer a fixed piece of work takes here and now.
    """
    taken = time.process_time() - start
    if taken < _LITTLE_S:
        return taken
    slowness = max(min(_work() for _ in range(5)) / _ORDINARY_S, 1.0)
    return taken / slowness
