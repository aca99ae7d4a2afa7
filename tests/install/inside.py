"""Runs in an emptied environment, without the project and its libraries: starts what was installed
and writes down what it answered."""

from __future__ import annotations

import fcntl
import json
import re
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1


def raise_loopback() -> None:
    """A fresh network namespace has its loopback device down, and `ip` may not be installed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        request = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack("16xH14x", fcntl.ioctl(probe, _GET_FLAGS, request))
        if not flags & _UP:
            fcntl.ioctl(probe, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags | _UP))


def fetch(url: str) -> tuple[int, bytes]:
    """Status and body; status 0 when nobody answers."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=60) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()
    except OSError:
        return 0, b""


def wait_for(url: str, server: subprocess.Popen[bytes]) -> bool:
    """Whether the server came up, however slow the machine."""
    end = time.monotonic() + 180
    while time.monotonic() < end and server.poll() is None:
        if fetch(url)[0] == 200:
            return True
        time.sleep(0.1)
    return False


def look(base: str) -> dict[str, Any]:
    """What a person meets first: the sign-in page, and the styles and scripts it names."""
    status, body = fetch(f"{base}/")
    page = body.decode("utf-8", "replace")
    assets = sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js)[^"]*)"', page)))
    return {
        "page_status": status,
        "page": page,
        "assets": {path: list(_size(fetch(base + path))) for path in assets},
    }


def _size(reply: tuple[int, bytes]) -> tuple[int, int]:
    return reply[0], len(reply[1])


def serve(program: str, folder: Path) -> dict[str, Any]:
    """Start the program in the folder, look at it, stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    command = [program, "serve", "--host", "127.0.0.1", "--port", str(port)]
    found: dict[str, Any] = {"devices": [name for _, name in socket.if_nameindex()]}
    with subprocess.Popen(command, cwd=folder) as server:
        try:
            found["started"] = wait_for(f"{base}/healthz", server)
            if found["started"]:
                found |= look(base)
        finally:
            server.terminate()
            try:
                found["exit"] = server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                found["exit"] = "did not stop"
    found["made"] = sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
    return found


def main() -> None:
    """inside.py RESULT FOLDER PROGRAM [INSTALL COMMAND ...]: install if asked, then serve."""
    result, folder, program, *install = sys.argv[1:]
    raise_loopback()
    if install:
        subprocess.run(install, check=True)
    found = serve(program, Path(folder))
    Path(result).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
