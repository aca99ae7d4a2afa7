"""The process that reads files from outside: it waits for one request, limits itself, answers, ends."""

from __future__ import annotations

import importlib
import json
import os
import resource
import select
import signal
import struct
import sys
import traceback
from pathlib import Path
from typing import Any, BinaryIO

import question_bank.formats  # noqa: F401  loaded while nobody waits
from question_bank.formats.records import Refused
from question_bank.frames import ANSWER, BYTES, DONE, FAILED, READY, REFUSED, write_frame

_PLACES = 8  # of an error, reported to the caller
_IDLE_S = 600
_MOST_FILE = 1024 * 1024 * 1024


def main() -> None:
    """Answer one request; nothing but frames goes to the pipe."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    write_frame(out, READY)
    out.flush()
    if not select.select([0], [], [], _IDLE_S)[0]:
        return
    asked = _asked(sys.stdin.buffer)
    if asked is None:
        return
    _limit(asked["limits"])
    path = asked["path"]
    source = Path(path) if path is not None else sys.stdin.buffer.read(asked["size"])
    _answer(out, asked["task"], source, asked["about"])
    out.flush()


def _asked(pipe: BinaryIO) -> dict[str, Any] | None:
    head = pipe.read(4)
    if len(head) < 4:
        return None
    asked: dict[str, Any] = json.loads(pipe.read(struct.unpack(">I", head)[0]))
    return asked


def _limit(limits: dict[str, int]) -> None:
    """Bound memory, time and files for this process and all that it starts."""
    os.nice(5)  # a page that somebody waits for goes first
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + limits["cpu_s"]
    for what, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, _MOST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    signal.alarm(limits["wall_s"] + 5)  # ends us even if who asked is gone


def _answer(out: BinaryIO, task: str, source: bytes | Path, about: dict[str, Any]) -> None:
    module, _, function = task.partition(":")
    try:
        for each in getattr(importlib.import_module(module), function)(source, about):
            if isinstance(each, bytes):
                write_frame(out, BYTES, each)
            else:
                write_frame(out, ANSWER, json.dumps(each, ensure_ascii=False).encode())
        write_frame(out, DONE)
    except Refused as refused:
        refusal = {"code": refused.code, "params": refused.params}
        write_frame(out, REFUSED, json.dumps(refusal, default=str).encode())
    except (MemoryError, RecursionError):
        write_frame(out, REFUSED, b'{"code": "too_costly", "params": {}}')
    except Exception as error:
        write_frame(out, FAILED, _places(error).encode())


def _places(error: Exception) -> str:
    """The type of an error and the places it passed, in one line; its message may repeat the file."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    passed = (f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in reversed(frames))
    return f"{type(error).__name__} in {', called from '.join(passed)}"


if __name__ == "__main__":
    main()
