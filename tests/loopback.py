"""Tests speak to this machine only: any other address is refused before a packet leaves."""

from __future__ import annotations

import ipaddress
import random
import socket
from pathlib import Path
from typing import Any

_OUTGOING = Path("/proc/sys/net/ipv4/ip_local_port_range")
_reserved: list[socket.socket] = []

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


class OutsideAddress(RuntimeError):
    """A test tried to reach another machine."""


def _check(family: int, address: Any) -> None:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    if host in ("localhost", ""):
        return
    try:
        outside = not ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        outside = True
    if outside:
        raise OutsideAddress(f"a test tried to reach {host}")


def _guarded_connect(self: socket.socket, address: Any) -> None:
    _check(self.family, address)
    _connect(self, address)


def _guarded_connect_ex(self: socket.socket, address: Any) -> int:
    _check(self.family, address)
    return _connect_ex(self, address)


def install() -> None:
    """Guard every socket that this process opens."""
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _guarded_connect_ex  # type: ignore[method-assign]


def _below_outgoing() -> range:
    """Ports that the system gives to no outgoing connection and to nobody who binds to port 0."""
    try:
        lowest = int(_OUTGOING.read_text(encoding="ascii").split()[0])
    except OSError:
        lowest = 32768
    return range(10_000, lowest) if lowest > 11_000 else range(10_000, 65_000)


def free_port() -> int:
    """A port of this machine that nobody listens on, and that no other test process is given.

    A port found free by binding to 0 may be gone before its server binds it. This one lies outside
    the range the system gives from, and is reserved for this process by a name that the system
    frees when the process ends, however it ends.
    """
    chance = random.Random()  # not the one a test may have seeded
    for port in chance.sample(_below_outgoing(), 500):
        reserved = socket.socket(socket.AF_UNIX)
        try:
            reserved.bind(f"\0learnapp-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("0.0.0.0", port))
        except OSError:
            reserved.close()
            continue
        _reserved.append(reserved)
        return port
    raise RuntimeError("no port of this machine is free")
