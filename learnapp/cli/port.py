"""The address to listen on: resolved, found free by a plain bind, and held while the server runs."""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

# Processes of a server that was killed end within this time and free their port.
PATIENCE_S = 3.0


@contextmanager
def held(host: str, port: int) -> Iterator[str]:
    """Give the address to listen on; raise ClickException when it is taken or not this machine's.

    The server's processes share their port (SO_REUSEPORT), so a second installation could listen on
    it as well and answer every second request. A plain bind fails where anybody listens or holds.
    """
    with ExitStack() as stack:
        ours, absent = [], None
        for family, address in _places(host, port):
            try:
                stack.enter_context(_hold(family, address))
                ours.append(address[0])
            except OSError as error:
                # `localhost` may name an IPv6 address on a machine that has no IPv6.
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise click.ClickException(_explained(error, *address)) from error
                absent = click.ClickException(_explained(error, *address))
        if absent and not ours:
            raise absent
        yield ours[0]


def _places(host: str, port: int) -> list[tuple[int, tuple[str, int]]]:
    """Every address that a host means, IPv4 first."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise click.ClickException(f"--host {host}: no address of this machine") from error
    places = {(family, (str(to[0]), port)) for family, _, _, _, to in found}
    return sorted(places, key=lambda place: place[0] != socket.AF_INET)


def _hold(family: int, address: tuple[str, int]) -> socket.socket:
    end = time.monotonic() + PATIENCE_S
    while True:
        holder = socket.socket(family, socket.SOCK_STREAM)  # raises without IPv6
        try:
            _bind(holder, address)
            return holder
        except OSError as error:
            holder.close()
            if error.errno != errno.EADDRINUSE or time.monotonic() > end:
                raise
        time.sleep(0.1)


def _bind(holder: socket.socket, address: tuple[str, int]) -> None:
    # Past connections that linger do not count as somebody who listens.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(address)
    # Bound, never listening: it gets no connection, and lets only our own processes share the port.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)


def _explained(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} on {host} is in use, perhaps by another installation: "
            "stop that one, or choose another by --port or LEARNAPP_PORT"
        )
    if error.errno == errno.EACCES:
        return f"port {port} is for root alone: choose one from 1024 up, with a proxy before it"
    return f"{host} port {port} cannot be listened on: {error.strerror}"
