"""A process of the server ends with the main one, however that ended: no port and no lock stays held."""

from __future__ import annotations

import os
import signal
import threading
import time

PARENT = "LEARNAPP_SERVER_PID"  # set by the main process for those it starts
LOOK_EVERY_S = 0.5
DRAIN_S = 2.0


def end_with_parent() -> None:
    """From now on end within seconds when the process that started this one is gone.

    Does nothing in a process that no `learnapp serve` started.
    """
    parent = int(os.environ.get(PARENT, "0"))
    if parent:
        threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os.kill(os.getpid(), signal.SIGTERM)  # finish what was begun …
    time.sleep(DRAIN_S)
    os._exit(1)  # … but never longer than this
